/** Spillway's own: a pair of MariaDB servers, and `spillway control` in a process of its own. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SpillwayError } from '../../../../model/errors.ts';
import type { MachineName, PlatformName, PoolName } from '../../../../model/ids.ts';
import type { ActualMachine } from '../../../../model/inventory.ts';
import type { Reach } from '../../../../ports/host.ts';
import { connectSql } from '../../../../rehearse/ledger/session.ts';
import { asRoot, makeSql, readSql } from '../../../../rehearse/ledger/sql.ts';
import { databasePort, primaryAlias } from '../../../../roles/databases.ts';
import { keptPrimacies } from '../../../../runtime/failover/primacies.ts';
import { inventoriesOf } from '../../../../runtime/observe.ts';
import { areAtRest } from '../../../control/primaries.ts';
import { load } from '../../../load.ts';
import type { Toolbox } from '../../../toolbox.ts';
import { withWork, type Work } from '../../../work.ts';
import { runProgram } from '../../child.ts';
import { takeDown } from '../../up.ts';
import { clientPatience, type Contender } from './contender.ts';
import { journaledSince } from './journaled.ts';
import { client, holdMs, pairBlueprint, pool as poolName } from './pair-blueprint.ts';

const pool = poolName as PoolName;
/** Chosen: a machine is made anew and copied in a quarter of that. */
const settlingMs = 90_000;
/** Chosen: nothing that was seen to rest begins again after it. */
const quietMs = 1_000;
const lookMs = 100;

export async function withPair<Result>(
  toolbox: Toolbox,
  platform: PlatformName,
  progress: (line: string) => void,
  use: (pair: Contender) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
  const file = join(folder, 'blueprint.yaml');
  const spillway = toolbox.files.resolve(toolbox.files.home, 'spillway');
  try {
    await writeFile(file, pairBlueprint);
    progress(`up: ${platform}, a pair of MariaDB servers`);
    await runProgram([spillway, 'up', file, '--as', platform, '--json']);
    return await withWork(toolbox, load(toolbox, file, platform), async (work) => {
      const password = await makeDatabase(work);
      const controller = spawn(spillway, ['control', platform], { stdio: ['ignore', 'ignore', 'inherit'] });
      try {
        return await use(await contenderOf(work, password, [spillway, 'failover', platform, pool, '--json']));
      } finally {
        if (controller.exitCode === null && controller.kill('SIGTERM')) await once(controller, 'exit');
      }
    });
  } finally {
    await takeDown(toolbox, platform);
    await rm(folder, { recursive: true, force: true });
  }
}

async function machinesOf({ engines, blueprint }: Work): Promise<readonly ActualMachine[]> {
  return [...(await inventoriesOf(engines, blueprint.platform)).values()].flatMap(({ machines }) => machines);
}

/** The ledger's, for who has the password. */
async function makeDatabase(work: Work): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  for (const { name, reach, ...machine } of await machinesOf(work)) {
    if (machine.pool !== pool) continue;
    const { stdout } = await work.hosts.run({ machine: name, ...reach }, asRoot(makeSql(password)));
    if (stdout.trim() === 'done') return password;
  }
  throw new Error('no machine takes writes');
}

async function contenderOf(work: Work, password: string, move: readonly string[]): Promise<Contender> {
  const { blueprint, engines, hosts, store, tenure, toolbox } = work;
  const { clock } = toolbox;
  const found = (await machinesOf(work)).find(({ name }) => name === client);
  const engine = [...engines.values()][0];
  if (found === undefined || engine === undefined) throw new Error(`no ${client}`);
  const from: Reach = { machine: found.name, ...found.reach };
  // Beside the controller, as a fault is.
  tenure.beside();
  const connect = () =>
    connectSql(() => hosts.openTcp(from, primaryAlias(pool), databasePort), password, clientPatience);
  const isBusy = () => {
    const holder = store.holder('platform');
    return holder !== undefined && toolbox.isAlive(holder);
  };
  const restingPrimary = (): MachineName | undefined => {
    const { primary, movedAtMs = -Infinity } = keptPrimacies(store, blueprint).get(pool) ?? {};
    return areAtRest(work) && !isBusy() && clock.wall() > movedAtMs + holdMs ? primary : undefined;
  };
  return {
    name: 'Spillway',
    ways: [{ name: 'its address', connect }],
    ids: { given: 0, acknowledged: [] },
    readSql,
    stepMs: 1_000,
    async settled() {
      const untilMs = clock.now() + settlingMs;
      for (let sinceMs = clock.now(); clock.now() < untilMs;) {
        const primary = restingPrimary();
        if (primary === undefined) sinceMs = clock.now();
        else if (clock.now() - sinceMs >= quietMs) return primary;
        await clock.sleep(lookMs);
      }
      throw unsettled(blueprint.platform);
    },
    async kill(machine) {
      hosts.forget(machine);
      await engine.powerOff(blueprint.platform, machine);
    },
    // It is made anew by the controller.
    restore: () => Promise.resolve(),
    async move() {
      await runProgram(move);
    },
    journaledSince: (sinceMs) => journaledSince(store, sinceMs),
  };
}

function unsettled(platform: string): SpillwayError {
  return new SpillwayError({
    code: 'bench-unsettled',
    message: `the databases of ${platform} do not come to rest within ${settlingMs / 1000} s`,
    mend: 'the measurement was given up; the platform is removed',
  });
}
