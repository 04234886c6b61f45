/** A rehearsal as one HTML page that needs nothing beside itself: the verdict first, then what it rests on. */
import { counted, formatDuration } from '../../model/quantities.ts';
import { dayTimeOf } from '../at-time.ts';
import type { HostSecond } from '../host/host-second.ts';
import type { RecordedLedger } from '../ledger/ledger.ts';
import type { Recording } from '../recording.ts';
import type { Outcome, Verdict } from '../verdict/verdict.ts';
import { chaosSays, objectiveNames, partSays, percent, whole } from '../words.ts';
import { charts } from './charts.ts';
import { style, tag, type Markup } from './markup.ts';
import { css } from './style.ts';
import { costTable, failoverTable, objectivesTable, occasionsOf, occasionsTable, scalingTable } from './tables.ts';

export function reportPage(recording: Recording, verdict: Verdict): string {
  const { platform, scenario, about, startedAtMs, seed } = recording;
  const occasions = occasionsOf(recording);
  const title = `${platform} · ${scenario}`;
  const head = tag(
    'head',
    {},
    tag('meta', { charset: 'utf-8' }),
    tag('meta', { name: 'viewport', content: 'width=device-width' }),
    tag(
      'title',
      {},
      `${title}: ${verdict.outcome}${verdict.part === undefined ? '' : ` at ${Math.round(100 * verdict.part.share)} %`}`,
    ),
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
    ...(verdict.chaos === undefined ? [] : [tag('p', { class: 'soft' }, chaosSays(verdict.chaos))]),
    banner(verdict),
    objectivesTable(verdict, recording.currency),
    figures(recording, verdict),
    ...charts(recording, occasions),
    section(
      'What was decided, and what happened',
      'The numbers are those of the flags above.',
      occasionsTable(occasions),
    ),
    ...(recording.ledger === undefined ? [] : [ledgerSection(recording, recording.ledger, verdict)]),
    ...(recording.visited === undefined ? [] : [growthSection(recording, verdict)]),
    section('What it costs', costNote(recording), costTable(verdict.cost)),
    tag('footer', {}, ...footnotes(recording, verdict).map((note) => tag('p', {}, note))),
  );
  return `<!doctype html>\n${tag('html', { lang: 'en' }, head, body).html}\n`;
}

function section(title: string, note: string, ...content: readonly Markup[]): Markup {
  return tag('section', {}, tag('h2', {}, title), tag('p', { class: 'soft' }, note), ...content);
}

function banner({ outcome, reasons, part, objectives }: Verdict): Markup {
  const missed = objectives.filter((one) => !one.held).map(({ name }) => objectiveNames[name]);
  const says = {
    held: ['The platform held all that it must.'],
    'not held': [`Not as wanted: ${missed.join(', ')}.`],
    void: ['This says nothing of the platform, neither that it held nor that it did not.', ...reasons],
  }[outcome];
  const { sign, looks } = banners[outcome];
  return tag(
    'div',
    { class: `verdict ${looks}`.trimEnd() },
    tag('strong', {}, sign),
    tag(
      'div',
      {},
      ...says.map((line) => tag('p', {}, line)),
      ...(part === undefined ? [] : [tag('p', {}, `Played was ${partSays(part)}.`)]),
    ),
  );
}

const banners = {
  held: { sign: '✓ Held', looks: '' },
  'not held': { sign: '✗ Not held', looks: 'bad' },
  void: { sign: '? Void', looks: 'void' },
} as const satisfies Record<Outcome, { sign: string; looks: string }>;

function figures({ visited }: Recording, { requests, ledger, scaling }: Verdict): Markup {
  const { sent, answered, lost, p50Ms, p99Ms } = requests;
  const figure = (value: string, name: string) => tag('div', {}, tag('b', {}, value), tag('span', {}, name));
  const ms = (value: number | undefined) => (value === undefined ? '–' : formatDuration(value));
  const count = (value: number | undefined) => (value === undefined ? '–' : whole(value));
  return tag(
    'div',
    { class: 'figures' },
    ...(visited === undefined
      ? []
      : [
          figure(whole(sent), 'requests sent'),
          figure(whole(answered), 'answered'),
          figure(whole(lost), sent === 0 ? 'lost' : `lost, ${percent(lost / sent)}`),
          figure(ms(p50Ms), 'half of the answers within'),
          figure(ms(p99Ms), '99 of 100 answers within'),
          figure(whole(scaling.filter(({ servingAtMs }) => servingAtMs !== undefined).length), 'machines added'),
        ]),
    ...(ledger === undefined
      ? []
      : [
          figure(whole(ledger.acknowledged), 'writes acknowledged'),
          figure(count(ledger.lost), 'acknowledged and lost'),
          figure(count(ledger.duplicated), 'there twice'),
          figure(ms(ledger.longestGapMs), 'at most from one to the next'),
        ]),
  );
}

function growthSection({ startedAtMs }: Recording, { scaling }: Verdict): Markup {
  return section(
    'How long it took to grow',
    'Needed: since when more came than the machines should take; – where it was decided before that. Decided: when more were asked for. Served: when visitors were sent there. It took the whole of that.',
    scalingTable(scaling, startedAtMs),
  );
}

function ledgerSection(
  { startedAtMs }: Recording,
  { pool, from, writers, takers }: RecordedLedger,
  { failover = [] }: Verdict,
): Markup {
  const probed = `Meanwhile each machine of ${pool} was asked by itself, a few times a second, whether it takes a write.`;
  return section(
    'What the writes went through',
    `${counted(writers, 'writer')} on ${from} wrote to ${pool}, one write after the other; what was acknowledged was read back in the end. The time is that from the last acknowledged write to the next, the longest between a fault and the one after it.${takers === 'one' ? ` ${probed}` : ''}`,
    failoverTable(failover, startedAtMs),
  );
}

function costNote({ speed }: Recording): string {
  const note = 'A month is 730 hours. The overflow is paid for each machine by hours that were begun.';
  return speed === 1
    ? note
    : `${note} All went ${speed} times faster than in truth, and is counted as what it would be in truth.`;
}

function footnotes(recording: Recording, verdict: Verdict): readonly string[] {
  const { visited, capacity } = recording;
  return [
    ...calendarNote(recording),
    ...(visited === undefined ? [] : visitNotes(recording, verdict)),
    ...hostNote(recording),
    ...(capacity === 'base only'
      ? ['This rehearsal was to use the base only: no machine was added, whatever came.']
      : []),
  ];
}

function visitNotes({ total, seconds }: Recording, { requests }: Verdict): readonly string[] {
  const cores = (total?.ownCoresMax ?? 0).toFixed(2);
  return [
    'Each request left at its intended time, whatever became of the earlier ones, and its latency counts from that time. Lost is what was not answered, answered with 5xx or turned away; such answers have no latency here.',
    'The room in a machine is what the blueprint says that it serves; a peak above it shows that it serves more.',
    `The load itself sent ${whole(requests.late)} of its requests late, and used at most ${cores} of a core, over ${seconds.length} s.`,
    ...(requests.stolenCores > 0
      ? [
          `A hypervisor gave ${requests.stolenCores.toFixed(2)} cores of the visitors’ host to others on average, and ${(total?.stolenCoresMax ?? 0).toFixed(2)} in one second.`,
        ]
      : []),
    ...(requests.refused > 0 ? [`${whole(requests.refused)} of the answers were 4xx.`] : []),
  ];
}

function hostNote({ host = [] }: Recording): readonly string[] {
  const [first] = host;
  if (first === undefined) return [];
  const ms = host.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const mean = (of: (second: HostSecond) => number) =>
    (host.reduce((sum, one) => sum + of(one) * (one.toMs - one.fromMs), 0) / Math.max(1, ms)).toFixed(2);
  return [
    `Of the ${first.cores} cores of the host the platform had ${mean(({ platform }) => platform)} on average, Spillway and its load ${mean(({ own }) => own)}, others ${mean(({ others }) => others)}; ${mean(({ idle }) => idle)} were idle.`,
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
