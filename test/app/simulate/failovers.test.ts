/** The databases of a platform: what is played of a blueprint, and how short a run that fails can be made. */
import { expect, test } from 'vitest';
import { failoversToPlay, playFailovers, shortestThatFails } from '../../../src/app/simulate/failovers.ts';
import { imaginedToolbox } from '../imagined-toolbox.ts';

const { toolbox } = imaginedToolbox();

test('every pool that must lose nothing, its primary first, with its own hold', () => {
  expect(failoversToPlay(toolbox, 'sofoot', 60_000)).toMatchObject({
    platform: 'sofoot',
    pools: [{ pool: 'database', machines: ['database-1', 'database-2'] }],
    forMs: 60_000,
  });
});

test('a run that holds cannot be shortened to one that fails', async () => {
  const toPlay = failoversToPlay(toolbox, 'sofoot', 30_000);
  expect((await playFailovers(toPlay, 1)).held).toBe(true);
  expect(await shortestThatFails(toPlay, 1)).toBeUndefined();
});
