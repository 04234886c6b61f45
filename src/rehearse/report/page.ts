/** A rehearsal as one HTML page that needs nothing beside itself: the verdict first, then what it rests on. */
import { formatDuration } from '../../model/quantities.ts';
import { dayTimeOf } from '../at-time.ts';
import type { Recording } from '../recording.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { objectiveNames, percent, whole } from '../words.ts';
import { charts } from './charts.ts';
import { style, tag, type Markup } from './markup.ts';
import { css } from './style.ts';
import { costTable, objectivesTable, occasionsOf, occasionsTable, scalingTable } from './tables.ts';

export function reportPage(recording: Recording, verdict: Verdict): string {
  const { platform, scenario, about, startedAtMs, seed } = recording;
  const occasions = occasionsOf(recording);
  const title = `${platform} · ${scenario}`;
  const head = tag(
    'head',
    {},
    tag('meta', { charset: 'utf-8' }),
    tag('meta', { name: 'viewport', content: 'width=device-width' }),
    tag('title', {}, `${title}: ${verdict.held ? 'held' : 'not held'}`),
    style(css),
  );
  const body = tag(
    'body',
    {},
    tag(
      'p',
      { class: 'soft' },
      seed === undefined ? `Rehearsal of ${date(startedAtMs)}` : `In virtual time, with seed ${seed}`,
    ),
    tag('h1', {}, title),
    tag('p', {}, about),
    banner(verdict),
    objectivesTable(verdict.objectives, recording.currency),
    figures(verdict),
    ...charts(recording, occasions),
    section(
      'What was decided, and what happened',
      'The numbers are those of the flags above.',
      occasionsTable(occasions),
    ),
    section(
      'How long it took to grow',
      'Needed: since when more came than the machines should take; – where it was decided before that. Decided: when more were asked for. Served: when visitors were sent there. It took the whole of that.',
      scalingTable(verdict.scaling, startedAtMs),
    ),
    section('What it costs', costNote(recording), costTable(verdict.cost)),
    tag('footer', {}, ...footnotes(recording, verdict).map((note) => tag('p', {}, note))),
  );
  return `<!doctype html>\n${tag('html', { lang: 'en' }, head, body).html}\n`;
}

function section(title: string, note: string, ...content: readonly Markup[]): Markup {
  return tag('section', {}, tag('h2', {}, title), tag('p', { class: 'soft' }, note), ...content);
}

function banner({ held, reason, objectives }: Verdict): Markup {
  const missed = objectives.filter((one) => !one.held).map(({ name }) => objectiveNames[name]);
  const says = reason ?? (held ? 'The platform held all that it must.' : `Not as wanted: ${missed.join(', ')}.`);
  return tag(
    'div',
    { class: held ? 'verdict' : 'verdict bad' },
    tag('strong', {}, held ? '✓ Held' : reason === undefined ? '✗ Not held' : '✗ No verdict'),
    tag('p', {}, says),
  );
}

function figures({ requests, scaling }: Verdict): Markup {
  const { sent, answered, lost, p50Ms, p99Ms } = requests;
  const figure = (value: string, name: string) => tag('div', {}, tag('b', {}, value), tag('span', {}, name));
  const ms = (value: number | undefined) => (value === undefined ? '–' : formatDuration(value));
  return tag(
    'div',
    { class: 'figures' },
    figure(whole(sent), 'requests sent'),
    figure(whole(answered), 'answered'),
    figure(whole(lost), sent === 0 ? 'lost' : `lost, ${percent(lost / sent)}`),
    figure(ms(p50Ms), 'half of the answers within'),
    figure(ms(p99Ms), '99 of 100 answers within'),
    figure(whole(scaling.filter(({ servingAtMs }) => servingAtMs !== undefined).length), 'machines added'),
  );
}

function costNote({ speed }: Recording): string {
  const note = 'A month is 730 hours. The overflow is paid for each machine by hours that were begun.';
  return speed === 1
    ? note
    : `${note} All went ${speed} times faster than in truth, and is counted as what it would be in truth.`;
}

function footnotes(recording: Recording, { requests }: Verdict): readonly string[] {
  const { total, seconds, capacity } = recording;
  const cores = (total?.ownCoresMax ?? 0).toFixed(2);
  return [
    ...calendarNote(recording),
    'Each request left at its intended time, whatever became of the earlier ones, and its latency counts from that time. Lost is what was not answered, answered with 5xx or turned away; such answers have no latency here.',
    'The room in a machine is what the blueprint says that it serves; a peak above it shows that it serves more.',
    `The load itself sent ${whole(requests.late)} of its requests late, and used at most ${cores} of a core, over ${seconds.length} s.`,
    ...(requests.refused > 0 ? [`${whole(requests.refused)} of the answers were 4xx.`] : []),
    ...(capacity === 'base only'
      ? ['This rehearsal was to use the base only: no machine was added, whatever came.']
      : []),
  ];
}

function calendarNote(recording: Recording): readonly string[] {
  const { clock, startedAtMs } = recording;
  const from = dayTimeOf(recording, startedAtMs);
  if (clock === undefined || from === undefined) return [];
  return [
    `The calendar showed ${from} when the traffic began (${clock.timeZone}), and ran ${clock.speed} times faster than time. Machines, holds and latencies kept real time.`,
  ];
}

function date(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
