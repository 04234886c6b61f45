/** What each rule proposes, and when it has nothing to say. */
import { describe, expect, test } from 'vitest';
import { asTimeRuns } from '../../../src/control/scale/calendar.ts';
import type { Rule, Sight } from '../../../src/control/scale/rule.ts';
import { burst } from '../../../src/control/scale/rules/burst/index.ts';
import { forecast } from '../../../src/control/scale/rules/forecast/index.ts';
import { schedule, type ScheduleSettings } from '../../../src/control/scale/rules/schedule/index.ts';
import { target } from '../../../src/control/scale/rules/target/index.ts';
import { base, observed, settings } from './pool.ts';

const sightAt = (nowMs: number, demand: number | undefined, more: Partial<Sight> = {}): Sight => ({
  nowMs,
  calendar: asTimeRuns(nowMs),
  seen: observed(demand, base, nowMs),
  fleet: settings.fleet,
  size: 3,
  fill: 0.75,
  readyMs: 2_000,
  ...more,
});

/** Shows a rule one sight after the other and returns what it says of the last. */
function after<Settings, State>(rule: Rule<Settings, State>, wanted: Settings, sights: readonly Sight[]) {
  let state = rule.begin();
  let proposal;
  for (const sight of sights) ({ state, proposal } = rule.propose(wanted, state, sight));
  return proposal;
}
const seconds = (demands: readonly number[], more: Partial<Sight> = {}) =>
  demands.map((demand, index) => sightAt(index * 1000, demand, more));

describe('target', () => {
  const seen = (what: 'cpu' | 'concurrency' | 'queue', value: number) => ({
    ...observed(0, base, 0),
    [what]: { value, atMs: 0 },
  });
  test.each<[string, object, readonly Sight[], number | undefined]>([
    ['nothing is asked for', {}, seconds([0]), 0],
    ['3 × 450 at 75 %', {}, seconds([1012]), 3],
    ['a little more', {}, seconds([1020]), 4],
    ['the mean of three seconds counts', {}, seconds([900, 900, 1200]), 3],
    [
      'one reading that is seen twice counts once',
      {},
      [...seconds([900, 900]), sightAt(1000, 1200), sightAt(1000, 1200)],
      3,
    ],
    ['one less would do, but only just: it stays', {}, seconds([1000], { size: 4 }), 4],
    ['one less would do with room', {}, seconds([900], { size: 4 }), 3],
    ['more than there can be', {}, seconds([9000]), 34],
    ['nobody knows', {}, [sightAt(0, undefined)], undefined],
    ['CPU at twice its target', { cpu: 0.4 }, [sightAt(0, 0, { seen: seen('cpu', 0.8) })], 6],
    ['CPU within the slack', { cpu: 0.4 }, [sightAt(0, 0, { seen: seen('cpu', 0.43) })], 3],
    ['ten at a time each, four are wanted', { concurrency: 4 }, [sightAt(0, 0, { seen: seen('concurrency', 30) })], 8],
    ['a queue', { queue: 1 }, [sightAt(0, 0, { seen: seen('queue', 6) })], 6],
    [
      'CPU asks for less than the demand: the demand counts',
      { cpu: 0.4 },
      [sightAt(0, 1500, { seen: { ...seen('cpu', 0.2), ...observed(1500, base, 0) } })],
      5,
    ],
  ])('%s', (_, wanted, sights, size) => {
    expect(after(target, wanted, sights)?.size).toBe(size);
  });
});

describe('burst', () => {
  const calm = [1000, 1010, 990, 1005, 995];
  test.each<[string, readonly number[], number | undefined]>([
    ['calm', calm, undefined],
    ['noise', [...calm, 1080], undefined],
    ['SoFoot’s step, in its second second', [...calm, 1100, 1200], 5],
    ['a rise that goes on', [...calm, 1150, 1300, 1450], 6],
    ['a fall', [...calm, 500], undefined],
    ['never more than so many times what was there before', [...calm, 1400, 1900], 8],
    ['what goes further than it may is answered as it comes, and goes on', [10, 10, 10, 1000], 3],
    ['what was far more than it may become may go on as far again', [300, 300, 300, 1300], 7],
  ])('%s', (_, demands, size) => {
    expect(after(burst, { growth: 3 }, seconds(demands))?.size).toBe(size);
  });

  test('the longer a machine takes, the further it looks', () => {
    const sizes = [0, 5_000, 30_000].map(
      (readyMs) => after(burst, { growth: 3 }, seconds([...calm, 1100, 1200], { readyMs }))?.size,
    );
    expect(sizes).toEqual([4, 8, 8]);
  });

  test('a site whose noise is great is not taken for one that rises', () => {
    const noisy = Array.from({ length: 240 }, (_, second) => 1000 + (second % 3) * 150);
    expect(after(burst, { growth: 3 }, seconds(noisy))?.size).toBeUndefined();
  });
});

describe('schedule', () => {
  const at = (text: string) => Date.parse(text);
  const evenings: ScheduleSettings = {
    timeZone: 'Europe/Paris',
    entries: [{ days: [1, 2, 3], from: '16:00', until: '22:00', size: 6, leadMs: 20 * 60_000 }],
  };
  const sizeAt = (text: string, wanted = evenings) => after(schedule, wanted, [sightAt(at(text), 100)])?.size;

  test.each([
    ['a Monday before the lead time', '2026-06-15T13:39:59Z', undefined],
    ['within the lead time', '2026-06-15T13:40:00Z', 6],
    ['in its hours', '2026-06-15T18:00:00Z', 6],
    ['its end means its end', '2026-06-15T20:00:00Z', undefined],
    ['a Thursday', '2026-06-18T18:00:00Z', undefined],
    ['in winter, by the same clock', '2026-01-12T15:00:00Z', 6],
    ['in winter, the summer’s hour', '2026-01-12T14:00:00Z', undefined],
  ])('%s', (_, text, size) => {
    expect(sizeAt(text)).toBe(size);
  });

  test.each([
    ['before midnight', '2026-06-19T21:00:00Z', 5],
    ['after it, on the day after', '2026-06-20T01:30:00Z', 5],
    ['until its end', '2026-06-20T02:00:00Z', undefined],
  ])('a night that begins on Friday: %s', (_, text, size) => {
    const night = { timeZone: 'Europe/Paris', entries: [{ days: [5], from: '22:00', until: '04:00', size: 5 }] };
    expect(sizeAt(text, night)).toBe(size);
  });

  test('in the night in which the clocks go forward, two o’clock to three lasts no time', () => {
    const skipped = { timeZone: 'Europe/Paris', entries: [{ days: [7], from: '02:00', until: '03:00', size: 5 }] };
    // 29 March 2026: 01:59:59 is followed by 03:00:00, at 01:00 UTC.
    const open = Array.from({ length: 180 }, (_, minute) => at('2026-03-28T23:30:00Z') + minute * 60_000).filter(
      (nowMs) => after(schedule, skipped, [sightAt(nowMs, 100, { readyMs: 0 })])?.size !== undefined,
    );
    expect(open).toEqual([]);
  });

  test('machines are asked for as early as they take, whatever the lead time says', () => {
    const late = { ...evenings, entries: [{ ...evenings.entries[0]!, leadMs: 0 }] };
    const sight = sightAt(at('2026-06-15T13:55:00Z'), 100, { readyMs: 6 * 60_000 });
    expect(after(schedule, late, [sight])?.size).toBe(6);
  });

  const rehearsed = (text: string, speed: number) => ({ calendar: { nowMs: at(text), speed } });
  const noLead = { ...evenings, entries: [{ ...evenings.entries[0]!, leadMs: 0 }] };
  // A machine takes 8 s, which is 48 minutes of a calendar that runs 360 times faster.
  test.each([
    ['before a machine would have to be made', '2026-06-15T13:11:59Z', undefined],
    ['when it has to be made, to be there at 16:00 in Paris', '2026-06-15T13:12:00Z', 6],
    ['in its hours', '2026-06-15T19:59:59Z', 6],
    ['its end means its end', '2026-06-15T20:00:00Z', undefined],
  ])('by a calendar that runs faster: %s', (_, text, size) => {
    const sight = sightAt(1_000, 100, { readyMs: 8_000, ...rehearsed(text, 360) });
    expect(after(schedule, noLead, [sight])?.size).toBe(size);
  });

  test('a lead time that is said is one of the calendar', () => {
    const sight = (text: string) => sightAt(1_000, 100, { readyMs: 2_000, ...rehearsed(text, 360) });
    // 20 minutes are more than the 12 that a machine takes.
    expect(after(schedule, evenings, [sight('2026-06-15T13:39:59Z')])?.size).toBeUndefined();
    expect(after(schedule, evenings, [sight('2026-06-15T13:40:00Z')])?.size).toBe(6);
  });

  test('it says the calendar’s times', () => {
    const sights = ['2026-06-15T13:50:00Z', '2026-06-15T15:00:00Z'].map((text) =>
      sightAt(1_000, 100, rehearsed(text, 360)),
    );
    expect(sights.map((sight) => after(schedule, evenings, [sight])?.says)).toEqual([
      '6 machines from 16:00 on',
      '6 machines until 22:00',
    ]);
  });

  test('the largest of several counts', () => {
    const both = { ...evenings, entries: [...evenings.entries, { days: [1], from: '18:00', until: '20:00', size: 8 }] };
    expect([sizeAt('2026-06-15T15:00:00Z', both), sizeAt('2026-06-15T17:00:00Z', both)]).toEqual([6, 8]);
  });
});

describe('forecast', () => {
  const minutes = (days: number, demandAt: (hour: number, day: number) => number) =>
    Array.from({ length: days * 288 }, (_, bin) =>
      sightAt(bin * 300_000, demandAt((bin / 12) % 24, Math.floor(bin / 288))),
    );
  const evening = (hour: number) => (hour >= 18 && hour < 22 ? 2000 : 300);
  const ahead = { aheadMs: 10 * 60_000, timeZone: 'Etc/UTC' };

  test('the first day it knows nothing', () => {
    expect(after(forecast, ahead, minutes(1, evening).slice(0, 280))).toMatchObject({
      says: 'knows no day before this one',
    });
  });

  test('the second evening it asks for machines before they are needed', () => {
    const upTo = (hour: number) => minutes(2, evening).slice(0, 288 + hour * 12);
    expect(after(forecast, ahead, upTo(17))?.size).toBe(1);
    expect(after(forecast, ahead, upTo(18))?.size).toBeGreaterThanOrEqual(7);
  });

  test('a day of a calendar that runs faster is a day, and readings keep real time', () => {
    // Two days of 240 s: 0.83 s for five minutes. A reading counts for five seconds of time, not of the calendar.
    const fast = minutes(2, evening).map((sight, bin) => {
      const nowMs = Math.round((bin * 300_000) / 360);
      return sightAt(nowMs, sight.seen.demand?.value, {
        ...{ calendar: { nowMs: bin * 300_000, speed: 360 }, readyMs: 10_000 },
        seen: { ...sight.seen, demand: { value: sight.seen.demand?.value ?? 0, atMs: nowMs - 4_000 } },
      });
    });
    const upTo = (hour: number) => fast.slice(0, 288 + hour * 12);
    expect(after(forecast, ahead, upTo(16))?.size).toBe(1);
    // A machine takes an hour of this calendar, so that 10 minutes ahead are 70.
    expect(after(forecast, ahead, upTo(17))?.size).toBeGreaterThanOrEqual(7);
  });

  test('a busier day is told from its morning', () => {
    const busier = (hour: number, day: number) => evening(hour) * (day === 1 ? 1.5 : 1);
    const proposal = after(forecast, ahead, minutes(2, busier).slice(0, 288 + 18 * 12));
    expect(proposal?.inputs.forecast).toBeCloseTo(3000, -2);
  });

  test('what was wrong by half is not believed', () => {
    const random = (hour: number, day: number) => (Math.floor(hour * 12 + day * 7) % 5) * 400 + 50;
    expect(after(forecast, ahead, minutes(3, random))?.says).toContain('is not believed');
  });
});
