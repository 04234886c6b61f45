/** SoFoot loses machines while visitors come, and goes by a calendar: rehearsals on real machines, and what they leave. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLabEngine } from '../../src/engines/lab/index.ts';
import type { PlatformName } from '../../src/model/ids.ts';
import type { JournalEntry } from '../../src/ports/store.ts';
import type { VerdictData } from '../../src/rehearse/verdict/as-data.ts';
import { bringUp, eventually, spillway, spillwayJson, start } from '../lab/spillway.ts';

const platform = 'test-faults' as PlatformName;
const folder = mkdtempSync(join(tmpdir(), 'spillway-faults-'));
const engine = createLabEngine();

beforeAll(async () => {
  await bringUp(platform, 'sofoot');
});

afterAll(async () => {
  await spillway('down', platform, '--yes');
  rmSync(folder, { recursive: true, force: true });
});

function scenario(name: string, more: object): string {
  const path = join(folder, `${name}.yaml`);
  const written = {
    about: 'A quiet hour in which something happens.',
    visitors: { tls: false },
    mix: [
      { what: 'front page', weight: 60, get: '/' },
      { what: 'static files', weight: 40, get: '/assets/site.css' },
    ],
    watch: '60s',
    objectives: { p99: '5s' },
    ...more,
  };
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(written));
  return path;
}

async function rehearse(path: string): Promise<VerdictData> {
  const { stdout, stderr } = await spillway('rehearse', platform, path, '--json');
  expect(stdout, stderr).toContain('"held"');
  return JSON.parse(stdout) as VerdictData;
}

const journal = async () => (await spillwayJson('events', platform, '--last', '500')).entries as JournalEntry[];
const stepsToDo = async () =>
  ((await spillwayJson('plan', platform)).steps as { kind: string; machine: string }[]).map(
    ({ kind, machine }) => `${kind} ${machine}`,
  );
const machines = async () => (await engine.list(platform)).machines;
const overflow = async () => (await machines()).filter(({ part }) => part === 'overflow').map(({ name }) => name);

describe('a machine is killed and another one is cut off', () => {
  test('every request is answered, but those whose answer had begun; both are back, and nothing is left of the rehearsal', async () => {
    const { requests, objectives } = await rehearse(
      scenario('two-of-three', {
        traffic: [{ hold: '60 requests/s', for: '25s' }],
        faults: [
          { at: '4s', kill: 'web-2' },
          { at: '9s', cut: 'web-1', for: '8s' },
        ],
      }),
    );
    expect(requests.sent).toBeGreaterThan(1_400);
    const { cutShort = 0, ...lostOtherwise } = requests.lostAs;
    expect(lostOtherwise).toEqual({});
    // Each of the two may have been about to send one or the other answer.
    expect(cutShort).toBeLessThanOrEqual(3);
    expect(requests.p99Ms).toBeLessThan(5_000);
    expect(objectives.find(({ name }) => name === 'backAtBase')).toMatchObject({ held: true });

    const told = (await journal()).filter(({ subject }) => /\/(kill|cut)$/.test(subject));
    expect(told.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
      'step-began web-2/kill',
      'step-began web-1/cut',
      'step-ended web-1/cut',
      'step-ended web-2/kill',
    ]);
    expect(told[2]!.atMs - told[1]!.atMs).toBeGreaterThanOrEqual(8_000);
    expect(await overflow()).toEqual([]);
    expect(await stepsToDo()).toEqual([]);
    expect((await machines()).filter(({ state, isCutOff }) => state !== 'running' || isCutOff)).toEqual([]);
  });

  const lasting = () =>
    scenario('lasting', { traffic: [{ hold: '20 requests/s', for: '120s' }], faults: [{ at: '1s', cut: 'web-1' }] });
  const isCut = async () => (await machines()).find(({ name }) => name === 'web-1')!.isCutOff;

  test('Ctrl-C undoes it, and takes back what came', async () => {
    const { child, ended } = start('rehearse', platform, lasting(), '--json');
    await eventually(isCut, (cut) => cut, 60_000);
    child.kill('SIGINT');
    await ended;
    expect(await isCut()).toBe(false);
    expect(await overflow()).toEqual([]);
    expect(await stepsToDo()).toEqual([]);
  });

  test('after a kill -9 `status` and `plan` name it, and `up` mends it without touching the machine', async () => {
    const { child, ended } = start('rehearse', platform, lasting(), '--json');
    await eventually(isCut, (cut) => cut, 60_000);
    child.kill('SIGKILL');
    await ended;
    const status = await spillway('status', platform);
    expect(status.stdout).toMatch(/web-1 .*is cut off from its networks/);
    expect((await stepsToDo()).filter((step) => step.includes('web-1'))).toEqual(['rejoin-machine web-1']);
    const { code, stdout, stderr } = await spillway('up', platform);
    expect(code, stdout + stderr).toBe(0);
    expect(await isCut()).toBe(false);
    expect(await stepsToDo()).toEqual([]);
  });
});

describe('a calendar that runs faster', () => {
  test('a machine is there before its hour, and goes after it', async () => {
    // Those that the killed rehearsal kept warm.
    const found = await overflow();
    expect(found).not.toEqual([]);
    const verdict = await rehearse(
      scenario('an-hour', {
        traffic: [{ hold: '40 requests/s', for: '40s' }],
        // A second is a minute. A machine that takes 8 s is asked for 8 minutes before its hour.
        clock: { from: '2026-06-15T15:45:00+02:00', speed: 60 },
        schedule: [{ pool: 'web', days: ['monday'], from: '16:00', until: '16:12', machines: 4 }],
        hold: { in: '4s' },
      }),
    );
    expect(verdict.requests).toMatchObject({ lost: 0, lostAs: {} });
    const entries = await journal();
    const began = entries.findIndex(
      ({ kind, reason }) => kind === 'decision' && reason.includes('schedule: 4 machines from 16:00 on'),
    );
    expect(entries[began]).toMatchObject({ subject: 'web', detail: { kind: 'grow' } });
    const shrank = entries.slice(began).find(({ detail }) => detail.kind === 'shrink');
    expect(shrank?.reason).toContain('from 4 to 3');
    // From 15:52 to 16:12 and the hold: 20 minutes of the calendar are 20 s.
    expect((shrank!.atMs - entries[began]!.atMs) / 1000).toBeGreaterThan(23);
    const served = verdict.scaling.filter(({ servingAt }) => servingAt !== undefined);
    expect(served).toHaveLength(1);
    expect(await overflow()).toHaveLength(found.length);
    expect(await stepsToDo()).toEqual([]);
  });
});
