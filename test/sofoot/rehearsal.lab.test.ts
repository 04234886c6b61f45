/**
 * SoFoot takes its peak, and does not take it without the overflow: the verdict can be both. A third of all of it, in
 * machines that serve a third, so that a busy host has time for it; `spillway rehearse sofoot triple-in-20s` is the whole.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Recording } from '../../src/rehearse/recording.ts';
import type { VerdictData } from '../../src/rehearse/verdict/as-data.ts';
import { home, spillway, spillwayJson } from '../lab/spillway.ts';

const platform = 'test-rehearsal';
const folder = mkdtempSync(join(tmpdir(), 'spillway-rehearsal-'));
const sofoot = join(home, 'blueprints/sofoot');

/** Each of `edits` must find its place. */
function changed(text: string, edits: readonly (readonly [from: string, to: string])[]): string {
  return edits.reduce((so, [from, to]) => {
    expect(so).toContain(from);
    return so.replace(from, to);
  }, text);
}

beforeAll(async () => {
  await spillway('down', platform, '--yes');
  const third = changed(readFileSync(join(sofoot, 'blueprint.yaml'), 'utf8'), [
    ['cores: 2.5 %', 'cores: 1.2 %'],
    ['serves: 450 requests/s', 'serves: 150 requests/s'],
    ['serves: 350 requests/s', 'serves: 117 requests/s'],
    ['requests: 3000 requests/s', 'requests: 1000 requests/s'],
    ['most: 6000', 'most: 2000'],
  ]);
  writeFileSync(join(folder, 'blueprint.yaml'), third);
  cpSync(join(sofoot, 'site'), join(folder, 'site'), { recursive: true });
  const { code, stdout, stderr } = await spillway('up', join(folder, 'blueprint.yaml'), '--as', platform);
  expect(code, stdout + stderr).toBe(0);
});

afterAll(async () => {
  await spillway('down', platform, '--yes');
  rmSync(folder, { recursive: true, force: true });
});

interface Rehearsed {
  readonly code: number | null;
  readonly verdict: VerdictData;
  readonly recording: Recording;
}

/** As SoFoot's own `triple-in-20s`, a third of it and shorter: up to so many requests a second. */
async function rehearse(name: string, peak: number, more: object): Promise<Rehearsed> {
  const whole = parse(readFileSync(join(sofoot, 'scenarios/triple-in-20s.yaml'), 'utf8')) as object;
  const traffic = [
    { ramp: '333 requests/s', over: '10s' },
    { hold: '333 requests/s', for: '5s' },
    { ramp: `${peak} requests/s`, over: '20s' },
    { hold: `${peak} requests/s`, for: '20s' },
    { ramp: '333 requests/s', over: '5s' },
  ];
  const path = join(folder, `${name}.yaml`);
  const kept = join(folder, `${name}.json`);
  writeFileSync(path, stringify({ ...whole, traffic, hold: { in: '5s' }, ...more }));
  const report = join(folder, `${name}.html`);
  const words = ['rehearse', platform, path, '--json', '--recording', kept, '--report', report];
  const { code, stdout, stderr } = await spillway(...words);
  expect(stdout, stderr).toContain('"held"');
  expect(readFileSync(report, 'utf8')).toContain('</html>');
  const recording = JSON.parse(readFileSync(kept, 'utf8')) as Recording;
  return { code, verdict: JSON.parse(stdout) as VerdictData, recording };
}

const failed = ({ objectives }: VerdictData) => objectives.filter(({ held }) => !held).map(({ name }) => name);

describe('three times the visitors in twenty seconds', () => {
  // Machines have shares of the host's cores, and on some hosts a core does little more than half of what it does on
  // others: what all machines together serve there is less than a third of SoFoot's peak, and more than this.
  test('are served by machines that come and go; the base alone is left', async () => {
    const { code, verdict, recording } = await rehearse('whole', 800, {
      objectives: { p99: '3s', lostRequests: '1 %' },
    });
    expect(verdict, JSON.stringify(verdict)).toMatchObject({ held: true, requests: { refused: 0 } });
    expect(code).toBe(0);
    expect(verdict.requests.sent).toBeGreaterThan(30_000);
    const served = verdict.scaling.filter(({ servingAt }) => servingAt !== undefined);
    expect(new Set(served.map(({ machine }) => machine)).size).toBeGreaterThanOrEqual(4);
    for (const { breachAt, decidedAt, stages } of served) {
      expect(decidedAt).toBeGreaterThanOrEqual(breachAt ?? -Infinity);
      expect(stages.length).toBeGreaterThan(0);
    }
    for (const { decision } of recording.decisions) expect(decision.says).not.toBe('');
    expect((await spillwayJson('plan', platform)).steps).toEqual([]);
  });

  test('are too many for the base alone: they wait, features are shed, and the verdict is that it did not hold', async () => {
    const { code, verdict, recording } = await rehearse('base-only', 1000, { capacity: 'base only' });
    expect(code).toBe(1);
    expect(verdict.held).toBe(false);
    expect(verdict.reason).toBeUndefined();
    expect(failed(verdict)).toContain('lostRequests');
    expect(failed(verdict)).toContain('peak');
    expect(verdict.scaling).toEqual([]);

    const levels = recording.reliefs.map(({ decision: { level } }) => level);
    expect(levels.slice(0, 3)).toEqual([1, 2, 3]);
    expect(recording.reliefs.some(({ decision: { shed } }) => shed.join() === 'search,comments')).toBe(true);
    for (const { decision } of recording.reliefs) expect(decision.says).toMatch(/\d+ of at most 2000 wait/);
    // What was turned away was told when to come back.
    const { byStatus } = recording.total!;
    expect(byStatus.turnedAway).toBeGreaterThan(0);
    expect((await spillwayJson('plan', platform)).steps).toEqual([]);
  });
});
