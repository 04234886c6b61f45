/** A simulation as one HTML page that needs nothing beside itself: the table, and what each policy made of the traffic. */
import { linear, ticks } from '../../rehearse/report/axes.ts';
import { style, tag, type Markup } from '../../rehearse/report/markup.ts';
import { area, band, plot, polyline, timeScale, type Point } from '../../rehearse/report/plot.ts';
import { css } from '../../rehearse/report/style.ts';
import { whole } from '../../rehearse/words.ts';
import type { Played } from '../../sim/fleet/play.ts';
import { columns, columnsSay, rowOf, type Compared } from './comparison.ts';

export interface Shown extends Compared {
  readonly points: Played['points'];
}

/** `about`: what was played, in a few sentences. */
export function simulationPage(
  title: string,
  about: readonly string[],
  seconds: number,
  shown: readonly Shown[],
): string {
  const most = Math.max(1, ...shown.flatMap(({ points }) => points.flatMap(({ demand, supply }) => [demand, supply])));
  const head = tag(
    'head',
    {},
    tag('meta', { charset: 'utf-8' }),
    tag('meta', { name: 'viewport', content: 'width=device-width' }),
    tag('title', {}, title),
    style(css),
  );
  const body = tag(
    'body',
    {},
    tag('p', { class: 'soft' }, 'Simulation in virtual time'),
    tag('h1', {}, title),
    ...about.map((line) => tag('p', {}, line)),
    tag('section', {}, comparisonTable(shown), ...columnsSay.map((line) => tag('p', { class: 'soft' }, line))),
    ...shown.map((one) => supplyChart(one, seconds, most)),
    tag(
      'footer',
      {},
      tag(
        'p',
        {},
        'Each column of a picture shows the most that came and the least that was served in its stretch of time.',
      ),
    ),
  );
  return `<!doctype html>\n${tag('html', { lang: 'en' }, head, body).html}\n`;
}

function comparisonTable(shown: readonly Compared[]): Markup {
  const cell = (name: 'td' | 'th', text: string, column: number) =>
    tag(name, column === 0 ? {} : { class: 'number' }, text);
  const rows = shown.map((one) => tag('tr', {}, ...rowOf(one).map((text, column) => cell('td', text, column))));
  const title = tag('tr', {}, ...columns.map((text, column) => cell('th', text, column)));
  return tag('table', {}, tag('thead', {}, title), tag('tbody', {}, ...rows));
}

/** All have the same axes, so that they can be compared by eye. */
function supplyChart({ name, points }: Shown, seconds: number, most: number): Markup {
  const time = { fromMs: 0, toMs: Math.max(1000, 1000 * seconds) };
  const x = timeScale(time);
  const all = ticks(most);
  const y = linear([0, all.at(-1) ?? 1], [area.bottom, area.top]);
  const end = { second: seconds, demand: points.at(-1)?.demand ?? 0, supply: points.at(-1)?.supply ?? 0 };
  const ends = [...points, end];
  const demand = ends.map(({ second, demand: value }): Point => [x(1000 * second), y(value)]);
  const floor = ends.map(({ second }): Point => [x(1000 * second), y(0)]);
  const supply = ends.flatMap(({ second, supply: value }, index): readonly Point[] => {
    const before = ends[index - 1];
    const here: Point = [x(1000 * second), y(value)];
    return before === undefined || before.supply === value ? [here] : [[x(1000 * second), y(before.supply)], here];
  });
  return plot(
    {
      ...time,
      title: name,
      unit: 'requests/s',
      occasions: [],
      marks: all.map((value) => ({ y: y(value), label: whole(value) })),
      legend: [
        { name: 'requests that come', series: 'sent', mark: 'area' },
        { name: 'what the machines serve', series: 'capacity', mark: 'line' },
      ],
    },
    band(demand, floor, 'sent'),
    polyline(demand, 'sent'),
    polyline(supply, 'capacity'),
  );
}
