/** The frame that all plots share: one time axis, a grid, a legend, and what was decided when. */
import { clockOf, longClockOf } from '../at-time.ts';
import { linear, timeTicks, type Scale } from './axes.ts';
import { all, tag, type Markup } from './markup.ts';

const size = { width: 1000, height: 270 };
const edge = { left: 72, right: 14, top: 34, bottom: 38 };
export const area = {
  left: edge.left,
  right: size.width - edge.right,
  top: edge.top,
  bottom: size.height - edge.bottom,
};

export interface Occasion {
  /** From the load's start. */
  readonly atMs: number;
  readonly number: number;
  readonly kind: 'grow' | 'shrink' | 'strained' | 'relaxed' | 'fault';
}

export interface Frame {
  readonly title: string;
  /** What the upright axis counts, with its unit. */
  readonly unit: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly occasions: readonly Occasion[];
  readonly legend: readonly {
    readonly name: string;
    readonly series: string;
    readonly mark: 'line' | 'area' | 'dashes';
  }[];
  readonly marks: readonly { readonly y: number; readonly label: string }[];
  /** Why nothing is drawn, where nothing is. */
  readonly empty?: string;
}

export function timeScale({ fromMs, toMs }: Pick<Frame, 'fromMs' | 'toMs'>): Scale {
  return linear([fromMs, toMs], [area.left, area.right]);
}

/** Chosen: more is not counted in minutes. */
const longMs = 3 * 3_600_000;

export function plot(frame: Frame, ...drawing: readonly Markup[]): Markup {
  const x = timeScale(frame);
  const isLong = frame.toMs - frame.fromMs > longMs;
  const grid = frame.marks.map(({ y, label }) =>
    all(
      tag('line', { class: 'grid', x1: area.left, x2: area.right, y1: y, y2: y }),
      tag('text', { class: 'tick', x: area.left - 8, y: y + 4, 'text-anchor': 'end' }, label),
    ),
  );
  const times = timeTicks(frame.fromMs, frame.toMs).map((ms) =>
    all(
      tag('line', { class: 'axis', x1: x(ms), x2: x(ms), y1: area.bottom, y2: area.bottom + 5 }),
      tag(
        'text',
        { class: 'tick', x: x(ms), y: area.bottom + 18, 'text-anchor': isLong && ms === frame.toMs ? 'end' : 'middle' },
        isLong ? longClockOf(ms) : clockOf(ms),
      ),
    ),
  );
  return tag(
    'figure',
    {},
    tag('figcaption', {}, tag('h2', {}, frame.title), legend(frame)),
    tag(
      'svg',
      { viewBox: `0 0 ${size.width} ${size.height}`, role: 'img', 'aria-label': frame.title },
      tag(
        'text',
        {
          class: 'unit',
          transform: `translate(12 ${(area.top + area.bottom) / 2}) rotate(-90)`,
          'text-anchor': 'middle',
        },
        frame.unit,
      ),
      tag(
        'text',
        { class: 'unit', x: area.right, y: size.height - 3, 'text-anchor': 'end' },
        `${isLong ? 'days and hours' : 'minutes'} from the start of the traffic`,
      ),
      ...grid,
      ...drawing,
      ...(frame.empty === undefined ? [] : [nothingDrawn(frame.empty)]),
      tag('line', { class: 'axis', x1: area.left, x2: area.right, y1: area.bottom, y2: area.bottom }),
      ...times,
      ...flags(frame.occasions, within(x)),
    ),
  );
}

/** What was decided before the load began stands at its beginning, and not over the labels of the axis. */
const within =
  (x: Scale): Scale =>
  (ms) =>
    Math.min(area.right, Math.max(area.left, x(ms)));

function nothingDrawn(why: string): Markup {
  const [x, y] = [(area.left + area.right) / 2, (area.top + area.bottom) / 2];
  return tag('text', { class: 'empty', x, y, 'text-anchor': 'middle' }, why);
}

function legend({ legend: entries }: Frame): Markup {
  return tag(
    'span',
    { class: 'legend' },
    ...entries.map(({ name, series, mark }) => tag('span', {}, tag('i', { class: `key ${mark} ${series}` }), name)),
  );
}

interface Flag {
  readonly label: string;
  readonly left: number;
  readonly width: number;
}

/** Those that would overlap become one flag with the first and the last number. */
function flags(occasions: readonly Occasion[], x: Scale): readonly Markup[] {
  let groups: readonly (readonly Occasion[])[] = occasions.map((one) => [one]);
  for (;;) {
    const overlap = groups.findIndex((group, index) => {
      const next = groups[index + 1];
      if (next === undefined) return false;
      const { left, width } = flagOf(group, x);
      return left + width + apart > flagOf(next, x).left;
    });
    if (overlap < 0) return groups.map((group) => drawn(group, x));
    const merged = groups.slice(overlap, overlap + 2).flat();
    groups = [...groups.slice(0, overlap), merged, ...groups.slice(overlap + 2)];
  }
}

/** Chosen, in pixels. */
const apart = 2;

function flagOf(group: readonly Occasion[], x: Scale): Flag {
  const numbers = group.map(({ number }) => number);
  const label = [...new Set([numbers[0], numbers.at(-1)])].join('–');
  const width = 10 + 7 * label.length;
  return { label, width, left: Math.max(area.left, Math.min(x(group[0]?.atMs ?? 0) - 8, area.right - width)) };
}

function drawn(group: readonly Occasion[], x: Scale): Markup {
  const { label, left, width } = flagOf(group, x);
  const kinds = new Set(group.map(({ kind }) => kind));
  const [only = 'mixed'] = kinds.size === 1 ? kinds : [];
  return tag(
    'g',
    { class: `flag ${only}` },
    ...group.map(({ atMs, kind }) =>
      tag('line', { class: kind, x1: x(atMs), x2: x(atMs), y1: area.top - 8, y2: area.bottom }),
    ),
    tag('rect', { x: left, y: area.top - 26, width, height: 18, rx: 9 }),
    tag('text', { x: left + width / 2, y: area.top - 13, 'text-anchor': 'middle' }, label),
  );
}

export type Point = readonly [x: number, y: number];

export function polyline(points: readonly Point[], series: string, mark: 'line' | 'dashes' = 'line'): Markup {
  return tag('path', { class: `${mark} ${series}`, d: through(points) });
}

/** Between two lines that have the same xs. */
export function band(above: readonly Point[], below: readonly Point[], series: string): Markup {
  return tag('path', { class: `area ${series}`, d: `${through([...above, ...below.toReversed()])}Z` });
}

function through(points: readonly Point[]): string {
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}
