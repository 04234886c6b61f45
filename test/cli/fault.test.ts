/** `spillway fault`, on SoFoot in an imagined world: what is told, what stands in the journal, and what is undone from there. */
import { describe, expect, test } from 'vitest';
import { breakPlatform } from '../../src/app/faults/index.ts';
import { load } from '../../src/app/load.ts';
import type { Toolbox } from '../../src/app/toolbox.ts';
import { up } from '../../src/app/up.ts';
import { withWork } from '../../src/app/work.ts';
import type { MachineName, PlatformName } from '../../src/model/ids.ts';
import type { LockHolder } from '../../src/ports/store.ts';
import { imaginedToolbox } from '../app/imagined-toolbox.ts';
import { run } from './run-words.ts';

const sofoot = 'sofoot' as PlatformName;

function bringUp(toolbox: Toolbox) {
  const signal = new AbortController().signal;
  return withWork(toolbox, load(toolbox, 'sofoot'), (work) =>
    up(work, { acceptLosses: false, signal, progress: () => undefined }),
  );
}

async function sofootUp() {
  const imagined = imaginedToolbox();
  await bringUp(imagined.toolbox);
  const store = imagined.kept.get(sofoot)!;
  const before = store.journal.length;
  const fault = (...words: readonly string[]) => run(['fault', 'sofoot', ...words], imagined.toolbox);
  return {
    ...{ ...imagined, store, fault },
    state: (name: string) => {
      const { state, isCutOff } = imagined.world.platforms.get(sofoot)!.machines.get(name as MachineName)!.actual;
      return isCutOff ? 'cut off' : state;
    },
    journal: () => store.journal.slice(before).map(({ kind, subject }) => `${kind} ${subject}`),
  };
}

test('without `--for` it lasts, is listed, and is undone', async () => {
  const { fault, state, journal } = await sofootUp();
  expect(await fault('cut', 'web-1')).toEqual({
    ...{ code: 0, stderr: '' },
    stdout: 'web-1 is cut from its networks\nuntil spillway fault sofoot --undo\n',
  });
  expect(state('web-1')).toBe('cut off');
  const listed = await fault();
  expect(listed.stdout).toMatch(/cut +web-1 +since \S.* +until undone +fault-\d+\n/);
  expect(await fault('--undo')).toMatchObject({ code: 0, stdout: 'web-1 has its networks again\n' });
  expect(state('web-1')).toBe('running');
  expect(journal()).toEqual(['step-began web-1/cut', 'step-ended web-1/cut']);
  expect((await fault()).stdout).toBe('nothing is broken on sofoot\n');
  expect((await fault('--undo')).stdout).toBe('nothing is broken on sofoot\n');
});

test('what lasts for a time is ended then, and before it by Ctrl-C', async () => {
  const { toolbox, state, journal } = await sofootUp();
  const said: string[] = [];
  const stop = new AbortController();
  const wanted = { verb: 'kill', target: 'sbg', forMs: 3_600_000 };
  const broken = await breakPlatform(toolbox, 'sofoot', wanted, {
    signal: stop.signal,
    progress(says) {
      said.push(`${says}: ${state('database-2')}`);
      stop.abort();
    },
  });
  expect(broken).toEqual({
    ...{ platform: 'sofoot', state: 'ended' },
    fault: { kind: 'kill', target: 'sbg', forMs: 3_600_000 },
  });
  expect(said).toEqual(['sbg is killed: stopped', 'sbg is started again: running']);
  expect(journal()).toEqual(['step-began sbg/kill', 'step-ended sbg/kill']);
});

test('what a process left that was killed is found in the journal', async () => {
  const { fault, store, state } = await sofootUp();
  await fault('cut', 'web-1');
  await fault('kill', 'web-2');
  const began = store.journal.findLast(({ subject }) => subject === 'web-2/kill')!;
  const { id: _, ...entry } = began;
  // Another run broke it too, and nobody ended that.
  store.append({ ...entry, run: 'rehearse-1', subject: 'web-3/kill', detail: { ...entry.detail, target: 'web-3' } });
  const lasting = JSON.parse((await fault('--json')).stdout) as { lasting: { kind: string; target: string }[] };
  expect(lasting.lasting.map(({ kind, target }) => `${kind} ${target}`)).toEqual([
    'kill web-3',
    'kill web-2',
    'cut web-1',
  ]);
  expect(await fault('kill', 'web-2', '--undo')).toMatchObject({ code: 0, stdout: 'web-2 is started again\n' });
  expect([state('web-1'), state('web-2')]).toEqual(['cut off', 'running']);
  const undone = JSON.parse((await fault('--undo', '--json')).stdout) as { ended: unknown[] };
  expect(undone.ended).toHaveLength(2);
  expect(state('web-1')).toBe('running');
});

test('`up` ends what lasts', async () => {
  const { fault, toolbox, state } = await sofootUp();
  await fault('kill', 'web-2');
  await fault('cut', 'web-1');
  await bringUp(toolbox);
  expect([state('web-1'), state('web-2')]).toEqual(['running', 'running']);
  expect((await fault()).stdout).toBe('nothing is broken on sofoot\n');
});

test('what is around machines ends before what is inside one', async () => {
  const { fault, journal, store } = await sofootUp();
  await fault('cut', 'web-1');
  const [began] = store.entries({ limit: 1 });
  const later = [
    ['forget', 'web-1'],
    ['kill', 'web-1'],
  ] as const;
  for (const [verb, target] of later)
    store.append({ ...began!, run: 'later', subject: `${target}/${verb}`, detail: { ...began!.detail, verb, target } });
  expect((await fault('--undo')).code).toBe(0);
  expect(journal().filter((line) => line.startsWith('step-ended'))).toEqual([
    'step-ended web-1/cut',
    'step-ended web-1/kill',
    'step-ended web-1/forget',
  ]);
});

test('what was done to a machine that the blueprint does not name any more has gone with it', async () => {
  const { fault, store } = await sofootUp();
  await fault('cut', 'web-1');
  const [began] = store.entries({ limit: 1 });
  const target = 'web-9/sleep';
  store.append({
    ...began!,
    run: 'old',
    subject: `${target}/pause`,
    detail: { ...began!.detail, verb: 'pause', target },
  });
  expect((await fault('--undo')).code).toBe(0);
  expect((await fault()).stdout).toBe('nothing is broken on sofoot\n');
});

test('what cannot be undone is over at once', async () => {
  const { fault, journal } = await sofootUp();
  expect(await fault('crash', 'database-1/mariadbd')).toMatchObject({
    ...{ code: 0, stdout: 'database-1/mariadbd crashes\n' },
  });
  expect(journal()).toEqual(['step-began database-1/mariadbd/crash', 'step-ended database-1/mariadbd/crash']);
});

test('the controller is killed by its post', async () => {
  const { toolbox, store } = await sofootUp();
  const killed: LockHolder[] = [];
  const kill = () => run(['fault', 'sofoot', 'kill', 'controller'], { ...toolbox, kill: (one) => killed.push(one) });
  const missing = await kill();
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('no controller of sofoot runs') as string });
  const holder = { pid: 7, startTicks: '7', host: 'here', command: 'spillway control sofoot', sinceMs: 0 };
  store.lock(holder, () => true, 'controller');
  expect(await kill()).toMatchObject({ code: 0, stdout: 'controller is killed\n' });
  expect(killed).toEqual([holder]);
  expect((await run(['fault', 'sofoot'], toolbox)).stdout).toBe('nothing is broken on sofoot\n');
});

test('what the engine cannot do is missed, and nothing lasts', async () => {
  const { fault, journal } = await sofootUp();
  const { code, stderr } = await fault('freeze', 'database-1');
  expect(code).toBe(1);
  expect(stderr).toContain('database-1 could not be made to hang: the engine imagined cannot do that');
  expect(journal()).toEqual(['step-began database-1/freeze', 'step-failed database-1/freeze']);
  expect((await fault()).stdout).toBe('nothing is broken on sofoot\n');
});

test('what cannot be ended lasts on', async () => {
  const { fault, toolbox, world, kept } = await sofootUp();
  await fault('cut', 'web-1');
  const [engine] = toolbox.engines();
  const failing = { ...engine!, rejoin: () => Promise.reject(new Error('no answer')) };
  const { code, stderr } = await run(['fault', 'sofoot', '--undo'], { ...toolbox, engine: () => failing });
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cut web-1: no answer') as string,
  });
  expect((await fault('--undo')).stdout).toBe('web-1 has its networks again\n');
  expect([world.platforms.size, kept.size]).toEqual([1, 1]);
});

describe('is refused, with the mend', () => {
  test.each([
    [['frezee', 'web-1'], 'did you mean `freeze`?'],
    [['freeze', 'wbe-1'], 'did you mean `web-1`?'],
    [['slow', 'sbg'], 'for example `1Mbit/s`'],
    [['slow', 'sbg', '--to', '1'], 'write a bandwidth with its unit'],
    [['kill', 'web-1', '--to', '5 %'], 'leave it out'],
    [['crash', 'web-1/nginx', '--for', '3s'], 'leave out `--for`'],
    [['kill'], 'spillway fault sofoot kill web-1'],
    [['--for', '3s'], 'spillway fault sofoot kill web-1'],
    [['--undo', '--for', '3s'], 'leave out `--to` and `--for`'],
    [['kill', 'web-1', '--undo'], 'see what does: spillway fault sofoot'],
    [['kill', 'web-1', '--for', '3'], 'write a duration with its unit'],
  ])('%j', async (words, mend) => {
    const { fault, journal } = await sofootUp();
    const { code, stderr } = await fault(...words);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(mend) as string });
    expect(journal()).toEqual([]);
  });

  test('of a platform that was never up', async () => {
    const { code, stderr } = await run(['fault', 'sofoot', 'kill', 'web-1']);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('spillway up sofoot') as string });
  });
});
