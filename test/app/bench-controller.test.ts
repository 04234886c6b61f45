/** The measurement of the controller’s cost, small: it runs, sees every machine, and says what it measured. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { controlled } from '../../src/app/bench/controlled.ts';
import { withTellingMachines } from '../../src/app/bench/controller.ts';
import { createTenure } from '../../src/app/tenure.ts';
import type { PlatformState, Toolbox } from '../../src/app/toolbox.ts';
import { createHosts } from '../../src/hosts/index.ts';
import type { PlatformName } from '../../src/model/ids.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { createVault } from '../../src/store/vault.ts';
import { imaginedToolbox } from './imagined-toolbox.ts';

/** Imagined but for the store, the sessions and the time. */
function toolboxIn(folder: string): Toolbox {
  const open = (platform: PlatformName): PlatformState => {
    const store = openSqliteStore(join(folder, platform, 'state.sqlite'));
    const vault = createVault(store, platform);
    const tenure = createTenure(store);
    const hosts = createHosts(vault, platform, { term: tenure.term });
    const close = () => {
      hosts.close();
      store.close();
    };
    return { store, vault, hosts, tenure, sshFiles: () => ({ identity: '', knownHosts: '' }), close };
  };
  const erase = (platform: PlatformName) => rmSync(join(folder, platform), { recursive: true });
  const clock = { now: () => Date.now(), wall: () => Date.now(), sleep: (ms: number) => sleep(ms) };
  return { ...imaginedToolbox().toolbox, clock, open, openToLook: open, erase };
}

test('ten machines for two seconds', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-bench-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const toolbox = toolboxIn(folder);
  const pace = { warmUpMs: 2_500, measureMs: 2_000 };

  const bench = await withTellingMachines(toolbox, 'bench' as PlatformName, { machines: 10, pace }, (platform) =>
    controlled(toolbox, platform),
  );

  expect(bench).toMatchObject({ machines: 10, servers: 6 });
  expect(bench.cost.decided, 'all machines serve, and all of them are wanted').toMatchObject({ size: 6, wanted: 6 });
  expect(bench.cost.measuredMs).toBeGreaterThan(1_900);
  expect(bench.cost.turns).toBeGreaterThan(0);
  expect(bench.cost.cores).toBeGreaterThan(0);
  expect(bench.cost.rssBytes).toBeGreaterThan(0);
  expect(bench.told.linesPerSecond).toBeGreaterThan(0);
  expect(bench.told.answersPerSecond).toBeGreaterThan(0);
  expect(() => toolbox.erase('bench' as PlatformName), 'nothing of it is left').toThrow('ENOENT');
});
