/** Hours of a schedule in the nights in which the clocks change: two instants each, by stated rules. */
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { asTimeRuns } from '../../../src/control/scale/calendar.ts';
import { forecast } from '../../../src/control/scale/rules/forecast/index.ts';
import { schedule } from '../../../src/control/scale/rules/schedule/index.ts';
import { base, observed, settings } from './pool.ts';

const days = [1, 2, 3, 4, 5, 6, 7];
const minuteMs = 60_000;
const minuteOf = (ms: number) => new Date(ms).toISOString().slice(0, 16);

/** The minutes of those days in which machines are asked for, as `from/until` in UTC. */
function open(
  timeZone: string,
  [from, until]: readonly [string, string],
  [first, last]: readonly [string, string],
  { leadMs = 0, on = days } = {},
): readonly string[] {
  const wanted = { timeZone, entries: [{ days: on, from, until, size: 9, leadMs }] };
  const spans: [number, number][] = [];
  let state = schedule.begin();
  for (let nowMs = Date.parse(first); nowMs < Date.parse(last); nowMs += minuteMs) {
    const sight = { nowMs, calendar: asTimeRuns(nowMs), seen: observed(1, base, nowMs), fleet: settings.fleet };
    const turn = schedule.propose(wanted, state, { ...sight, size: 3, fill: 0.75, readyMs: 0 });
    state = turn.state;
    if (turn.proposal.size === undefined) continue;
    const span = spans.at(-1);
    if (span?.[1] === nowMs) span[1] += minuteMs;
    else spans.push([nowMs, nowMs + minuteMs]);
  }
  return spans.map(([begins, ends]) => `${minuteOf(begins)}/${minuteOf(ends)}`);
}

type Case = readonly [says: string, hours: readonly [string, string], expected: readonly string[]];

const tables: readonly (readonly [string, string, readonly [string, string], readonly Case[]])[] = [
  [
    'Europe/Paris goes forward: 02:00 is 03:00, at 01:00 UTC',
    'Europe/Paris',
    ['2026-03-28T20:00Z', '2026-03-29T20:00Z'],
    [
      ['a start that is skipped is when they are set', ['02:30', '03:15'], ['2026-03-29T01:00/2026-03-29T01:15']],
      ['an end that is skipped too', ['01:30', '02:30'], ['2026-03-29T00:30/2026-03-29T01:00']],
      ['hours that are skipped last no time', ['02:15', '02:45'], []],
      ['the whole hour that is skipped', ['02:00', '03:00'], []],
      ['hours around it are one hour shorter', ['01:00', '05:00'], ['2026-03-29T00:00/2026-03-29T03:00']],
      ['across midnight', ['23:00', '02:30'], ['2026-03-28T22:00/2026-03-29T01:00']],
      ['after it', ['03:00', '04:00'], ['2026-03-29T01:00/2026-03-29T02:00']],
    ],
  ],
  [
    'Europe/Paris goes back: 03:00 is 02:00, at 01:00 UTC',
    'Europe/Paris',
    ['2026-10-24T20:00Z', '2026-10-25T20:00Z'],
    [
      [
        'a start that comes twice is the first, its end the last',
        ['02:15', '02:45'],
        ['2026-10-25T00:15/2026-10-25T01:45'],
      ],
      ['from before it until the second', ['01:30', '02:30'], ['2026-10-24T23:30/2026-10-25T01:30']],
      ['from the first until after it', ['02:30', '03:15'], ['2026-10-25T00:30/2026-10-25T02:15']],
      ['hours around it are one hour longer', ['01:00', '05:00'], ['2026-10-24T23:00/2026-10-25T04:00']],
      ['across midnight', ['23:00', '02:30'], ['2026-10-24T21:00/2026-10-25T01:30']],
    ],
  ],
  [
    'America/Sao_Paulo went forward at midnight: 00:00 was 01:00, at 03:00 UTC',
    'America/Sao_Paulo',
    ['2018-11-03T12:00Z', '2018-11-04T12:00Z'],
    [
      ['an end at the midnight that is skipped', ['22:00', '00:00'], ['2018-11-04T01:00/2018-11-04T03:00']],
      ['a start within it', ['00:30', '02:00'], ['2018-11-04T03:00/2018-11-04T04:00']],
      ['across it', ['23:30', '01:30'], ['2018-11-04T02:30/2018-11-04T03:30']],
      ['a whole day has 23 hours', ['01:00', '01:00'], ['2018-11-03T12:00/2018-11-04T12:00']],
    ],
  ],
  [
    'America/Sao_Paulo went back at midnight: 00:00 was 23:00 of the day before, at 02:00 UTC',
    'America/Sao_Paulo',
    ['2018-02-17T12:00Z', '2018-02-18T12:00Z'],
    [
      ['an end that comes twice', ['22:00', '23:30'], ['2018-02-18T00:00/2018-02-18T02:30']],
      ['an end at midnight', ['22:00', '00:00'], ['2018-02-18T00:00/2018-02-18T03:00']],
      ['a start that comes twice', ['23:15', '00:30'], ['2018-02-18T01:15/2018-02-18T03:30']],
    ],
  ],
  [
    'Asia/Kolkata never changes, and is half an hour off',
    'Asia/Kolkata',
    ['2026-03-28T12:00Z', '2026-03-29T12:00Z'],
    [
      ['in the night', ['02:30', '03:15'], ['2026-03-28T21:00/2026-03-28T21:45']],
      ['across midnight', ['23:30', '00:30'], ['2026-03-28T18:00/2026-03-28T19:00']],
      ['across the midnight of UTC', ['05:00', '06:00'], ['2026-03-28T23:30/2026-03-29T00:30']],
    ],
  ],
  [
    'Australia/Lord_Howe goes forward by half an hour: 02:00 is 02:30, at 15:30 UTC',
    'Australia/Lord_Howe',
    ['2026-10-03T06:00Z', '2026-10-04T06:00Z'],
    [
      ['a start that is skipped', ['02:15', '03:00'], ['2026-10-03T15:30/2026-10-03T16:00']],
      ['an end that is skipped', ['01:30', '02:15'], ['2026-10-03T15:00/2026-10-03T15:30']],
      ['both', ['02:00', '02:30'], []],
      ['across midnight', ['23:00', '02:20'], ['2026-10-03T12:30/2026-10-03T15:30']],
    ],
  ],
  [
    'Australia/Lord_Howe goes back by half an hour: 02:00 is 01:30, at 15:00 UTC',
    'Australia/Lord_Howe',
    ['2026-04-04T06:00Z', '2026-04-05T06:00Z'],
    [
      ['both come twice', ['01:35', '01:50'], ['2026-04-04T14:35/2026-04-04T15:20']],
      ['a start that comes twice', ['01:45', '02:30'], ['2026-04-04T14:45/2026-04-04T16:00']],
      ['across midnight', ['23:00', '01:45'], ['2026-04-04T12:00/2026-04-04T15:15']],
    ],
  ],
];

describe.each(tables)('%s', (_, timeZone, within, cases) => {
  test.each(cases)('%s', (_says, hours, expected) => {
    expect(open(timeZone, hours, within)).toEqual(expected);
  });
});

describe('a lead time', () => {
  const night = ['2026-03-28T20:00Z', '2026-03-29T20:00Z'] as const;
  test('is time that passes, also over a change', () => {
    // 03:30 is at 01:30 UTC, two hours before it is 00:30 of the clock, for one of them is skipped.
    expect(open('Europe/Paris', ['03:30', '04:00'], night, { leadMs: 120 * minuteMs })).toEqual([
      '2026-03-28T23:30/2026-03-29T02:00',
    ]);
  });
  test('before hours that are skipped is none', () => {
    expect(open('Europe/Paris', ['02:15', '02:45'], night, { leadMs: 30 * minuteMs })).toEqual([]);
  });
  test('of a start that comes twice is before the first', () => {
    const back = ['2026-10-24T20:00Z', '2026-10-25T20:00Z'] as const;
    expect(open('Europe/Paris', ['02:15', '02:45'], back, { leadMs: 30 * minuteMs })).toEqual([
      '2026-10-24T23:45/2026-10-25T01:45',
    ]);
  });
  test('may be days', () => {
    const week = ['2026-03-25T20:00Z', '2026-03-30T20:00Z'] as const;
    expect(open('Europe/Paris', ['10:00', '11:00'], week, { leadMs: 2 * 1440 * minuteMs, on: [7] })).toEqual([
      '2026-03-27T08:00/2026-03-29T09:00',
    ]);
  });
});

describe('a forecast', () => {
  const dayMs = 1440 * minuteMs;
  /** Told of each evening of sixteen days, and asked about those of the second week. */
  function foretold(timeZone: string, first: string) {
    const startMs = Date.parse(first);
    const clock = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);
    // Each day of the week has an evening of its own, at nineteen by the clocks there.
    const demandAt = (ms: number) => (clock(ms).hour === 19 ? 1_000 * clock(ms).dayOfWeek : 100);
    let state = forecast.begin();
    const wrong: string[] = [];
    for (let nowMs = startMs; nowMs < startMs + 16 * dayMs; nowMs += 5 * minuteMs) {
      // The rest of the day says nothing of it.
      if (Math.abs(clock(nowMs).hour - 19) > 1) continue;
      const seen = observed(demandAt(nowMs), base, nowMs);
      const sight = { nowMs, calendar: asTimeRuns(nowMs), seen, fleet: settings.fleet, size: 3, fill: 0.75 };
      const turn = forecast.propose({ aheadMs: 0, timeZone }, state, { ...sight, readyMs: 4 * minuteMs });
      state = turn.state;
      const told = turn.proposal.inputs.forecast ?? 0;
      // The day has no ratio of its own, so that what is told is what came a week ago.
      const isKnown = nowMs >= startMs + 8 * dayMs;
      if (isKnown && told !== demandAt(nowMs)) wrong.push(`${clock(nowMs).toPlainDateTime().toString()} ${told}`);
    }
    return wrong;
  }

  test.each<[string, string, string]>([
    ['Europe/Paris, forward', 'Europe/Paris', '2026-03-18T12:00Z'],
    ['Europe/Paris, back', 'Europe/Paris', '2026-10-14T12:00Z'],
    ['America/Sao_Paulo, forward at midnight', 'America/Sao_Paulo', '2018-10-24T12:00Z'],
    ['America/Sao_Paulo, back at midnight', 'America/Sao_Paulo', '2018-02-07T12:00Z'],
    ['Asia/Kolkata, which never changes', 'Asia/Kolkata', '2026-03-18T12:00Z'],
    ['Australia/Lord_Howe, forward by half an hour', 'Australia/Lord_Howe', '2026-09-23T12:00Z'],
    ['Australia/Lord_Howe, back by half an hour', 'Australia/Lord_Howe', '2026-03-25T12:00Z'],
  ])('%s: each evening is expected when it comes', (_, timeZone, first) => {
    const ofTheEvening = foretold(timeZone, first).filter((one) => one.includes('T19:'));
    expect(ofTheEvening).toEqual([]);
  });
});

test('the day is the one on which it begins, by the clock there', () => {
  const week = ['2026-03-27T00:00Z', '2026-03-31T00:00Z'] as const;
  // Sunday, 00:15 in Kolkata is Saturday in UTC.
  expect(open('Asia/Kolkata', ['00:15', '00:45'], week, { on: [7] })).toEqual(['2026-03-28T18:45/2026-03-28T19:15']);
  expect(open('Asia/Kolkata', ['23:30', '00:30'], week, { on: [6] })).toEqual(['2026-03-28T18:00/2026-03-28T19:00']);
});
