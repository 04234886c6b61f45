/** What a controller takes over from the one before, piece by piece, when the settings are as they were and when not. */
import { describe, expect, test } from 'vitest';
import { beginning, decide, type ScaleSettings, type ScaleState } from '../../../src/control/scale/decide.ts';
import { resumed } from '../../../src/control/scale/resume.ts';
import { base, machine, observed, settings } from './pool.ts';

const noon = Date.parse('2026-06-15T10:00:00Z');
const days = [1, 2, 3, 4, 5, 6, 7];
const byHours = (from: string, until: string, size: number, timeZone = 'Europe/Paris'): ScaleSettings => ({
  ...settings,
  rules: { schedule: { timeZone, entries: [{ days, from, until, size }] } },
});

/** Decides at noon by the one; is kept, as text; goes on a second later by the other. */
function after(one: ScaleSettings, other: ScaleSettings, more: Partial<ScaleState> = {}) {
  const { state: last } = decide(one, beginning, observed(100, base, noon), noon);
  const state = { ...last, ...more };
  const kept = { state: JSON.parse(JSON.stringify(state)) as ScaleState, settings: one, atMs: noon };
  const nowMs = noon + 1_000;
  const next = resumed(kept, other, { nowMs, unseenMs: 1_000 });
  const turn = (machines = base) => decide(other, next, observed(100, machines, nowMs), nowMs).decision;
  return { next, turn };
}

describe('hours', () => {
  const now = byHours('12:00', '13:00', 8);
  const later = byHours('18:00', '19:00', 8);
  test('that were edited hold from the first turn on', () => {
    expect(after(now, now).turn()).toMatchObject({ wanted: 8 });
    expect(after(now, later).turn()).toMatchObject({ wanted: 3 });
    expect(after(later, now).turn()).toMatchObject({ wanted: 8 });
  });
  test('are other ones in another time zone', () => {
    expect(after(now, byHours('12:00', '13:00', 8, 'Asia/Kolkata')).turn()).toMatchObject({ wanted: 3 });
    expect(after(byHours('12:00', '13:00', 8, 'Asia/Kolkata'), now).turn()).toMatchObject({ wanted: 8 });
  });
  test('machines that came for the old ones stay for one hold', () => {
    const eight = [...base, ...[4, 5, 6, 7, 8].map((ordinal) => machine(`web-${ordinal}`, 'serving'))];
    expect(after(now, later, { grewAtMs: noon - 3_600_000 }).turn(eight)).toMatchObject({
      ...{ kind: 'nothing', wanted: 3 },
      says: expect.stringContaining('its settings changed not long ago, and it shrinks in 60 s') as unknown,
    });
    // What a person or the budget does not want any more goes at once, as ever.
    const nowMs = noon + 1_000;
    const manual = { size: 3, untilMs: nowMs + 60_000 };
    expect(decide(later, after(now, later).next, observed(100, eight, nowMs), nowMs, { manual }).decision.kind).toBe(
      'shrink',
    );
  });
});

test('what did not come is tried again by other settings, and not by the same', () => {
  const many = byHours('12:00', '13:00', 8);
  const gaveUpAtMs = [noon - 3_000, noon - 2_000, noon - 1_000];
  expect(after(many, many, { gaveUpAtMs }).next.gaveUpAtMs).toEqual(gaveUpAtMs);
  expect(after(many, { ...many, readyMs: 9_000 }, { gaveUpAtMs }).next.gaveUpAtMs).toEqual([]);
});

test('a hold goes on where it was, and begins anew with other settings', () => {
  const grew = { grewAtMs: noon - 5_000 };
  expect(after(settings, settings, grew).next).toMatchObject({ ...grew, wanted: [{ atMs: noon + 1_000, size: 3 }] });
  const slower = { ...settings, hold: { outMs: 0, inMs: 600_000 } };
  expect(after(settings, slower, grew).next).toMatchObject({ ...grew, wanted: [], changedAtMs: noon + 1_000 });
});

test('a rise goes as far as it may now; how the demand varies is as it was', () => {
  const recent = [{ atMs: noon - 1_000, demand: 90 }];
  const kept = { recent, variance: 7, rise: { before: 50, atMs: noon - 1_000 } };
  const threefold = { ...settings, rules: { burst: { growth: 3 } } };
  const state = { state: { ...beginning, rules: { burst: kept } }, settings: threefold, atMs: noon };
  const at = { nowMs: noon, unseenMs: 0 };
  expect(resumed(state, threefold, at).rules.burst).toEqual(kept);
  expect(resumed(state, { ...settings, rules: { burst: { growth: 5 } } }, at).rules.burst).toEqual({
    recent,
    variance: 7,
  });
});

test('two weeks of demand are not forgotten because somebody looks further ahead', () => {
  const forecast = { bins: { 1: 100, 2: 200 } };
  const was = { ...settings, rules: { forecast: { aheadMs: 0, timeZone: 'Europe/Paris' } } };
  const state = { state: { ...beginning, rules: { forecast } }, settings: was, atMs: noon };
  const is = { ...settings, rules: { forecast: { aheadMs: 600_000, timeZone: 'Asia/Kolkata' } } };
  expect(resumed(state, is, { nowMs: noon, unseenMs: 0 }).rules).toEqual({ forecast });
});

test('a rule that is gone leaves nothing', () => {
  const state = { state: { ...beginning, rules: { target: [{ atMs: noon, demand: 1 }] } }, settings, atMs: noon };
  const at = { nowMs: noon, unseenMs: 0 };
  expect(resumed(state, { ...settings, rules: {} }, at).rules).toEqual({});
});
