/**
 * SoFoot takes its peak, and does not take it without the overflow: the verdict can be both. A tenth of it, of pages
 * that wait and do not work, so that a machine serves the same on every host, and a busy one has time for all of it;
 * `spillway rehearse sofoot triple-in-20s` is the whole.
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
const mostWait = 400;

/** Six at a time on each machine: 60 of them a second. nginx lets who asks for the very same one wait for the first. */
const slowPage = `declare(strict_types=1);

if (str_starts_with($_SERVER['REQUEST_URI'], '/slow/')) {
    usleep(100_000);
    header('Cache-Control: no-store');
    exit('slow');
}`;

/** Each of `edits` must find its place. */
function changed(text: string, edits: readonly (readonly [from: string, to: string])[]): string {
  return edits.reduce((so, [from, to]) => {
    expect(so).toContain(from);
    return so.replace(from, to);
  }, text);
}

beforeAll(async () => {
  await spillway('down', platform, '--yes');
  const tenth = changed(readFileSync(join(sofoot, 'blueprint.yaml'), 'utf8'), [
    ['serves: 450 requests/s', 'serves: 60 requests/s'],
    ['serves: 350 requests/s', 'serves: 60 requests/s'],
    ['requests: 3000 requests/s', 'requests: 300 requests/s'],
    ['{ beyond: 40, most: 6000, wait: 3s }', `{ beyond: 12, most: ${mostWait}, wait: 3s }`],
  ]);
  writeFileSync(join(folder, 'blueprint.yaml'), tenth);
  cpSync(join(sofoot, 'site'), join(folder, 'site'), { recursive: true });
  const entry = join(folder, 'site/public/index.php');
  writeFileSync(entry, changed(readFileSync(entry, 'utf8'), [['declare(strict_types=1);', slowPage]]));
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

/** As SoFoot's own `triple-in-20s`, a tenth of it and shorter. */
async function rehearse(name: string, more: object): Promise<Rehearsed> {
  const whole = parse(readFileSync(join(sofoot, 'scenarios/triple-in-20s.yaml'), 'utf8')) as {
    mix: { what: string }[];
  };
  const mix = [
    { what: 'slow pages', weight: 99, get: '/slow/{n}', draw: { n: { from: 1, to: 1_000_000 } } },
    ...whole.mix.filter(({ what }) => ['searches', 'comments'].includes(what)),
  ];
  const traffic = [
    { ramp: '100 requests/s', over: '5s' },
    { hold: '100 requests/s', for: '5s' },
    { ramp: '300 requests/s', over: '20s' },
    { hold: '300 requests/s', for: '20s' },
    { ramp: '100 requests/s', over: '5s' },
  ];
  const path = join(folder, `${name}.yaml`);
  const kept = join(folder, `${name}.json`);
  writeFileSync(path, stringify({ ...whole, traffic, mix, hold: { in: '5s' }, ...more }));
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
  test('are served by machines that come and go; the base alone is left', async () => {
    const { code, verdict, recording } = await rehearse('whole', {
      objectives: { p99: '3s', lostRequests: '1 %' },
    });
    expect(verdict, JSON.stringify(verdict)).toMatchObject({ held: true, requests: { refused: 0 } });
    expect(code).toBe(0);
    expect(verdict.requests.sent).toBeGreaterThan(10_000);
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
    const { code, verdict, recording } = await rehearse('base-only', { capacity: 'base only' });
    expect(code).toBe(1);
    expect(verdict.held).toBe(false);
    expect(failed(verdict)).toContain('lostRequests');
    expect(failed(verdict)).toContain('peak');
    expect(verdict.scaling).toEqual([]);

    const levels = recording.reliefs.map(({ decision: { level } }) => level);
    expect(Math.max(...levels)).toBeGreaterThanOrEqual(3);
    // One at a time, up and down: a host that stands still for a moment makes a queue, too, and it goes.
    expect(levels.filter((level, index) => Math.abs(level - (levels[index - 1] ?? 0)) !== 1)).toEqual([]);
    expect(recording.reliefs.some(({ decision: { shed } }) => shed.join() === 'search,comments')).toBe(true);
    for (const { decision } of recording.reliefs)
      expect(decision.says).toMatch(new RegExp(`\\d+ of at most ${mostWait} wait`));
    // What was turned away was told when to come back.
    const { byStatus } = recording.total!;
    expect(byStatus.turnedAway).toBeGreaterThan(0);
    expect((await spillwayJson('plan', platform)).steps).toEqual([]);
  });
});
