/** A ledger on the machines of a platform: its database is made before the load, and gone after it. */
import { randomBytes } from 'node:crypto';
import { SpillwayError } from '../../model/errors.ts';
import type { MachineName } from '../../model/ids.ts';
import type { ActualMachine } from '../../model/inventory.ts';
import type { Reach } from '../../ports/host.ts';
import { databaseOf } from '../../rehearse/ledger/databases.ts';
import { keepLedger, type KeptLedger } from '../../rehearse/ledger/keep.ts';
import type { Ledger } from '../../rehearse/ledger/ledger.ts';
import { connectSql } from '../../rehearse/ledger/session.ts';
import { asRoot, dropSql, makeSql } from '../../rehearse/ledger/sql.ts';
import { inventoriesOf } from '../../runtime/observe.ts';
import type { Work } from '../work.ts';
import type { Recorder } from './recorder.ts';

export interface LedgerOnMachines {
  /** Writes from now on. */
  begin(): void;
  /** Ends the writing once one more write is acknowledged, or no `patience` is left; and reads it back. */
  end(patience: () => boolean): Promise<void>;
  /** Takes the database away, whatever became of the rest. Returns the machines on which it may be still. */
  leave(): Promise<readonly MachineName[]>;
}

/** Chosen: a machine of a database answers in a second, or hangs. */
const rootMs = 20_000;

/** Throws when no machine of the pool takes writes. */
export async function makeLedger(
  work: Pick<Work, 'engines' | 'hosts' | 'toolbox' | 'blueprint'>,
  machines: readonly ActualMachine[],
  ledger: Ledger,
  recorder: Pick<Recorder, 'acknowledged' | 'probed' | 'ledgerStopped' | 'readBack'>,
): Promise<LedgerOnMachines> {
  const { engines, hosts, toolbox, blueprint } = work;
  const { pool, from } = ledger;
  const database = databaseOf(blueprint, pool);
  const home = machines.find(({ name }) => name === from);
  if (database === undefined || home === undefined)
    throw new Error(`the checked scenario has no ${from}, or no database in ${pool}`);

  const members = machines.filter((machine) => machine.pool === pool);
  const password = randomBytes(24).toString('base64url');
  const connectTo = (host: string) => connectSql(() => hosts.openTcp(reachOf(home), host, database.port), password);
  /** Whether it takes writes, and so has run it. */
  const runAsRoot = async (machine: ActualMachine, sql: string): Promise<boolean> => {
    const { stdout, stderr, exitCode } = await hosts.run(reachOf(machine), asRoot(sql), rootMs);
    if (exitCode !== 0) throw notMade(machine.name, stderr);
    return stdout.trim() === 'done';
  };
  let kept: KeptLedger | undefined;
  let isLeft = false;

  const leave = async (): Promise<readonly MachineName[]> => {
    isLeft = true;
    await kept?.stop(() => false);
    // Some may have been made anew meanwhile, and answer elsewhere.
    const now = await inventoriesOf(engines, blueprint.platform).catch(() => undefined);
    const there = now === undefined ? members : [...now.values()].flatMap((inventory) => inventory.machines);
    const dropped = new Map<MachineName, boolean | undefined>();
    for (const machine of there.filter((one) => one.pool === pool))
      dropped.set(machine.name, await runAsRoot(machine, dropSql).catch(() => undefined));
    // Replicas do as those that take writes.
    const isDropped = [...dropped.values()].includes(true);
    return [...dropped].flatMap(([name, done]) => (done === undefined || !isDropped ? [name] : []));
  };
  try {
    let isMade = false;
    for (const machine of members) isMade ||= await runAsRoot(machine, makeSql(password));
    if (!isMade) throw notMade(pool, 'no machine takes writes');
  } catch (error) {
    await leave();
    throw error;
  }
  return {
    begin() {
      kept = keepLedger(ledger, database.takers === 'one' ? members.map(({ name }) => name) : [], {
        ...{ clock: toolbox.clock, connectTo, connect: () => connectTo(database.nameOf(pool)) },
        ...{ acknowledged: recorder.acknowledged, probed: recorder.probed },
      });
    },
    async end(patience) {
      if (kept === undefined) return;
      const isPatient = () => !isLeft && patience();
      recorder.ledgerStopped(await kept.stop(isPatient));
      const readBack = await kept.readBack(isPatient);
      if (readBack !== undefined) recorder.readBack(readBack);
    },
    leave,
  };
}

const reachOf = ({ name, reach }: ActualMachine): Reach => ({ machine: name, ...reach });

function notMade(where: string, why: string): SpillwayError {
  return new SpillwayError({
    code: 'ledger-not-made',
    message: `the database of the ledger cannot be made on ${where}: ${why.trim()}`,
    mend: 'see `spillway status`: a primary must be there and take writes',
  });
}
