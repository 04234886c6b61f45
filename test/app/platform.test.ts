/** The use cases on SoFoot, in an imagined world. */
import { describe, expect, test } from 'vitest';
import { down, platformToRemove, type DownEvent } from '../../src/app/down.ts';
import { events } from '../../src/app/events.ts';
import { load } from '../../src/app/load.ts';
import { plan } from '../../src/app/plan.ts';
import { up, type UpEvent } from '../../src/app/up.ts';
import { withLook, withWork } from '../../src/app/work.ts';
import type { PlatformName } from '../../src/model/ids.ts';
import { imaginedToolbox } from './imagined-toolbox.ts';

const sofoot = 'sofoot' as PlatformName;
type Imagined = ReturnType<typeof imaginedToolbox>;

async function bringUp({ toolbox }: Imagined, signal = new AbortController().signal) {
  const told: UpEvent[] = [];
  const progress = (event: UpEvent) => void told.push(event);
  await withWork(toolbox, load(toolbox, 'sofoot'), (work) => up(work, { acceptLosses: false, signal, progress }));
  return told;
}

const takeDown = ({ toolbox }: Imagined, confirm = true, progress: (event: DownEvent) => void = () => undefined) =>
  down(toolbox, sofoot, { confirm: async () => confirm, progress });

describe('up', () => {
  test('tells of its checks before it looks, and of their end', async () => {
    const told = await bringUp(imaginedToolbox());
    expect(told.map(({ kind }) => kind).slice(-2)).toEqual(['checking', 'checked']);
  });
});

test('of a plan that is refused no progress is told', async () => {
  const { toolbox } = imaginedToolbox();
  const loaded = load(toolbox, 'sofoot');
  const objectives = {
    ...loaded.blueprint.objectives,
    budget: { perHour: 0.01, per: 'hour' as const, currency: 'EUR' },
  };
  const told: UpEvent[] = [];
  const signal = new AbortController().signal;
  const attempt = withWork(toolbox, { ...loaded, blueprint: { ...loaded.blueprint, objectives } }, (work) =>
    up(work, { acceptLosses: false, signal, progress: (event) => void told.push(event) }),
  );
  await expect(attempt).rejects.toMatchObject({ code: 'refused', exit: 'refused' });
  expect(told).toEqual([]);
});

describe('a look', () => {
  test('leaves nothing of a platform that was never brought up', async () => {
    const imagined = imaginedToolbox();
    const { toolbox, kept, world } = imagined;
    const seen = await withLook(toolbox, load(toolbox, 'sofoot', 'new'), plan);
    expect(seen.plan.steps).not.toEqual([]);
    expect(events(toolbox, 'sofoot', 10).entries).toEqual([]);
    expect([...kept.keys()]).toEqual([]);
    expect([...world.platforms.values()].flatMap(({ machines }) => [...machines.keys()])).toEqual([]);
  });

  test('says which probes fail', async () => {
    const imagined = imaginedToolbox();
    await bringUp(imagined);
    const { toolbox } = imagined;
    expect(await withLook(toolbox, load(toolbox, 'sofoot'), plan)).toMatchObject({ plan: { steps: [] }, failing: [] });
  });
});

describe('events', () => {
  test('are the last ones, oldest first', async () => {
    const imagined = imaginedToolbox();
    await bringUp(imagined);
    const { platform, entries } = events(imagined.toolbox, 'sofoot', 3);
    expect(platform).toBe('sofoot');
    expect(entries.map(({ id }) => id)).toEqual(entries.map(({ id }) => id).toSorted((one, other) => one - other));
    expect(entries).toHaveLength(3);
    expect(entries.at(-1)).toMatchObject({ kind: 'run-ended', subject: 'spillway up sofoot' });
  });

  test('tell of each step its begin and its end', async () => {
    const imagined = imaginedToolbox();
    await bringUp(imagined);
    const { entries } = events(imagined.toolbox, 'sofoot', 10_000);
    expect(entries[0]).toMatchObject({ kind: 'run-began', reason: 'a person asked' });
    const of = (wanted: string) => entries.filter(({ kind }) => kind === wanted).map(({ subject }) => subject);
    expect(of('step-began').length).toBeGreaterThan(20);
    expect(of('step-ended').toSorted()).toEqual(of('step-began').toSorted());
  });
});

describe('down', () => {
  test('tells of each machine when its removal begins and ends, and then of the rest', async () => {
    const imagined = imaginedToolbox();
    await bringUp(imagined);
    const told: DownEvent[] = [];
    expect(await takeDown(imagined, true, (event) => void told.push(event))).toEqual({ machines: 8 });
    expect(told[0]).toMatchObject({ kind: 'found', machines: expect.arrayContaining(['web-1']) as unknown });
    const ofWeb1 = told.filter((event) => event.kind !== 'found' && event.what === 'web-1');
    expect(ofWeb1.map(({ kind }) => kind)).toEqual(['began', 'ended']);
    expect(told.slice(-2)).toEqual([
      { kind: 'began', what: 'rest' },
      { kind: 'ended', what: 'rest' },
    ]);
  });

  test('holds the lock until what is kept is gone', async () => {
    const imagined = imaginedToolbox();
    await bringUp(imagined);
    const store = imagined.kept.get(sofoot)!;
    const { erase } = imagined.toolbox;
    const holders: unknown[] = [];
    const other = { pid: 2, startTicks: '2', host: 'here', command: 'spillway up sofoot', sinceMs: 0 };
    const toolbox = {
      ...imagined.toolbox,
      erase(platform: PlatformName) {
        holders.push(store.lock(other, () => true)?.command);
        erase(platform);
      },
    };
    await takeDown({ ...imagined, toolbox });
    expect(holders).toEqual(['spillway down sofoot']);
    expect([...imagined.kept.keys()]).toEqual([]);
  });

  test('that fails gives the lock back, keeps the journal, and can be run again', async () => {
    let failing = true;
    const imagined = imaginedToolbox({
      fates: ({ verb, subject }) =>
        failing && verb === 'remove-machine' && subject === 'web-1' ? 'fails-before' : 'well',
    });
    await bringUp(imagined);
    await expect(takeDown(imagined)).rejects.toThrow('imagined failure');
    expect([...imagined.kept.keys()]).toEqual([sofoot]);
    failing = false;
    expect(await takeDown(imagined)).toEqual({ machines: 1 });
  });

  test('is refused while another process works there', async () => {
    const imagined = imaginedToolbox();
    await bringUp(imagined);
    const other = { pid: 2, startTicks: '2', host: 'here', command: 'spillway up sofoot', sinceMs: 0 };
    imagined.kept.get(sofoot)?.lock(other, () => true);
    await expect(takeDown(imagined)).rejects.toMatchObject({ code: 'busy', exit: 'refused' });
    expect([...imagined.kept.keys()]).toEqual([sofoot]);
  });

  test('without a yes leaves all as it is', async () => {
    const imagined = imaginedToolbox();
    await bringUp(imagined);
    await expect(takeDown(imagined, false)).rejects.toMatchObject({ code: 'not-confirmed', exit: 'refused' });
    expect(imagined.world.platforms.get(sofoot)?.machines.size).toBe(8);
  });

  test.each(['never-seen', 'sofoot'])('%s, which is not up, says so and leaves nothing', async (name) => {
    const { toolbox, kept } = imaginedToolbox();
    const attempt = platformToRemove(toolbox, name).then((platform) =>
      down(toolbox, platform, { confirm: async () => true, progress: () => undefined }),
    );
    await expect(attempt).rejects.toMatchObject({ code: 'no-platform', exit: 'wrongInput' });
    expect([...kept.keys()]).toEqual([]);
  });
});
