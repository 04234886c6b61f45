/** Orders by people, on SoFoot in an imagined world. */
import { describe, expect, test } from 'vitest';
import { scale } from '../../src/app/control/scale.ts';
import { load } from '../../src/app/load.ts';
import { up } from '../../src/app/up.ts';
import { withWork } from '../../src/app/work.ts';
import type { PlatformName, PoolName } from '../../src/model/ids.ts';
import { orderThatHolds } from '../../src/runtime/scale/orders.ts';
import { imaginedToolbox } from './imagined-toolbox.ts';

const sofoot = 'sofoot' as PlatformName;
const hourMs = 3_600_000;

async function sofootUp() {
  const imagined = imaginedToolbox();
  const { toolbox } = imagined;
  const signal = new AbortController().signal;
  await withWork(toolbox, load(toolbox, 'sofoot'), (work) =>
    up(work, { acceptLosses: false, signal, progress: () => undefined }),
  );
  return { ...imagined, store: imagined.kept.get(sofoot)! };
}

test('without an order the rules decide', async () => {
  const { toolbox } = await sofootUp();
  expect(scale(toolbox, 'sofoot', 'web')).toEqual({ platform: 'sofoot', pool: 'web', least: 3, most: 8 });
});

test('an order holds for its time, and stands in the journal', async () => {
  const { toolbox, store } = await sofootUp();
  const { order } = scale(toolbox, 'sofoot', 'web', { size: 5, forMs: hourMs });
  expect(order).toMatchObject({ size: 5 });
  expect(scale(toolbox, 'sofoot', 'web').order).toEqual(order);
  const holds = (atMs: number) => orderThatHolds(store, 'web' as PoolName, atMs);
  expect(holds(order!.untilMs - 1)).toEqual(order);
  expect(holds(order!.untilMs)).toBeUndefined();
  expect(store.entries({ limit: 1 })).toMatchObject([
    { kind: 'order', subject: 'web', detail: { pool: 'web', size: 5, untilMs: order!.untilMs } },
  ]);
});

test('of two orders the later one holds', async () => {
  const { toolbox } = await sofootUp();
  scale(toolbox, 'sofoot', 'web', { size: 8, forMs: 10 * hourMs });
  expect(scale(toolbox, 'sofoot', 'web', { size: 4, forMs: hourMs }).order).toMatchObject({ size: 4 });
});

test('one that is taken back holds no more, nor does the one before it', async () => {
  const { toolbox } = await sofootUp();
  scale(toolbox, 'sofoot', 'web', { size: 8, forMs: 10 * hourMs });
  scale(toolbox, 'sofoot', 'web', { size: 4, forMs: hourMs });
  expect(scale(toolbox, 'sofoot', 'web', 'release').order).toBeUndefined();
});

test('it is given while another process works there', async () => {
  const { toolbox, store } = await sofootUp();
  store.lock({ pid: 2, startTicks: '2', host: 'here', command: 'spillway up sofoot', sinceMs: 0 }, () => true);
  expect(scale(toolbox, 'sofoot', 'web', { size: 5, forMs: hourMs }).order).toMatchObject({ size: 5 });
});

describe('is refused, with the mend', () => {
  test.each([
    ['webb', 5, 'no-pool', 'did you mean `web`?'],
    ['database', 5, 'does-not-scale', 'pools.database.overflow; pools that scale: web'],
    ['web', 2, 'beyond-limits', 'order 3 to 8'],
    ['web', 9, 'beyond-limits', 'order 3 to 8'],
  ])('%s %i', async (pool, size, code, mend) => {
    const { toolbox, store } = await sofootUp();
    expect(() => scale(toolbox, 'sofoot', pool, { size, forMs: hourMs })).toThrow(
      expect.objectContaining({ code, mend: expect.stringContaining(mend) as unknown, exit: 'wrongInput' }),
    );
    expect(store.entries({ limit: 10, kind: 'order' })).toEqual([]);
  });

  test('of a platform that is not up', () => {
    const { toolbox, kept } = imaginedToolbox();
    expect(() => scale(toolbox, 'sofoot', 'web', { size: 5, forMs: hourMs })).toThrow(
      expect.objectContaining({ code: 'not-up', exit: 'refused' }),
    );
    expect([...kept.keys()]).toEqual([]);
  });
});
