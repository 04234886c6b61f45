/**
 * Drives the pools of a platform that scale: its balancers and machines are read,
 * and each pool has its driver. A rehearsal and `spillway control` differ in what
 * they do around it, and in nothing here.
 */
import { queueOf } from '../../blueprint/queue.ts';
import { the } from '../../blueprint/records.ts';
import { webRoutes } from '../../blueprint/routes.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import { asTimeRuns, type Calendar } from '../../control/scale/calendar.ts';
import type { ScaleSettings } from '../../control/scale/decide.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { MachineName, PoolName } from '../../model/ids.ts';
import type { ActualMachine } from '../../model/inventory.ts';
import { isStale } from '../../model/term.ts';
import { asWall } from '../../ports/clock.ts';
import type { Reach } from '../../ports/host.ts';
import { haproxySocket } from '../../runtime/haproxy/socket.ts';
import { inventoriesOf } from '../../runtime/observe.ts';
import { runtimeSocket } from '../../roles/balancer/runtime-socket.ts';
import { databaseRole } from '../../roles/databases.ts';
import type { Relief } from '../../roles/balancer/relief.ts';
import { heldRelief, holdRelief } from '../../runtime/haproxy/relief.ts';
import { takeReadings, type Readings } from '../../runtime/readings/take-readings.ts';
import { drivePool, type Memory, type PoolDriver } from '../../runtime/scale/drive-pool.ts';
import { driveRelief, type ReliefDriver } from '../../runtime/relief/drive-relief.ts';
import { keptListing } from '../../runtime/scale/listing.ts';
import { poolHands } from '../../runtime/scale/pool-hands.ts';
import { reachedBy, type Reached } from '../../runtime/reached.ts';
import type { StepEvent } from '../../runtime/perform.ts';
import type { Work } from '../work.ts';
import type { PlatformLock } from './platform-lock.ts';

export interface Piloting {
  readonly settings: ReadonlyMap<PoolName, ScaleSettings>;
  /** Groups the journal's entries. */
  readonly run: string;
  /** Once aborted, no further step begins. */
  readonly signal: AbortSignal;
  readonly lock: PlatformLock;
  /** What was known of each pool before. */
  readonly memory?: (pool: PoolName, settings: ScaleSettings) => Memory;
  /** What its rules take for the time of day; by default what the wall shows. */
  readonly calendarAt?: (nowMs: number) => Calendar;
  /** A machine of the overflow was made, configured or commissioned: the step that was done on it, and when it ended. */
  readonly onReached?: (machine: MachineName, reached: Reached, atMs: number) => void;
  /** Of what failed beside a turn; it stands in the journal already. */
  readonly onTrouble?: (machine: MachineName, says: string) => void;
}

export interface Pilot {
  readonly drivers: ReadonlyMap<PoolName, PoolDriver>;
  /** Of those whose requests may wait at the balancers. */
  readonly reliefs: ReadonlyMap<PoolName, ReliefDriver>;
  readonly readings: Readings;
  /** All machines of the platform, as they were listed last. */
  machines(): readonly ActualMachine[];
  /** Why nothing is done for us any more: another process has taken over. */
  lost(): SpillwayError | undefined;
  /** What failed beside it may have told so. */
  mayBeLost(error: unknown): void;
  /** Writes down what failed beside a turn. */
  tell(machine: MachineName, error: unknown): void;
  /** Once what is under way has ended: with an aborted signal, after the steps that run. */
  close(): Promise<void>;
}

/** Chosen: what fails twice a second is told once a minute. */
const againMs = 60_000;

/** `machines` are those that there are; machines that come later are read once they are set up, until they go. */
export function createPilot(
  work: Work,
  machines: readonly ActualMachine[],
  { settings, run, signal, lock, memory, onReached, onTrouble, ...piloting }: Piloting,
): Pilot {
  const { toolbox, engines, hosts, store, vault, tenure, blueprint, assets } = work;
  const { clock } = toolbox;
  const { platform } = blueprint;
  const { calendarAt = (nowMs: number) => asTimeRuns(asWall(clock, nowMs)) } = piloting;
  /** A balancer that is made anew may answer elsewhere. */
  const reaches = new Map<MachineName, Reach>();
  const entrances = new Set([...settings.keys()].flatMap((pool) => entrancesTo(blueprint, pool)));
  const sockets = new Map(
    machines
      .filter(({ pool }) => entrances.has(pool))
      .map(({ name: balancer, pool, reach }) => {
        const reachNow = () => reaches.get(balancer) ?? { machine: balancer, ...reach };
        const open = () => hosts.openSocket(reachNow(), runtimeSocket);
        const permit = () => hosts.hear(reachNow());
        return [balancer, { pool, socket: haproxySocket({ balancer, open, clock, permit }) }];
      }),
  );
  let lost: SpillwayError | undefined;
  const noteLoss = (error: unknown) => {
    if (isStale(error)) lost ??= error;
  };
  // Another controller may have nothing to change for hours, and one that began before it shall not change anything.
  for (const { socket } of sockets.values()) socket.permit().catch(noteLoss);

  const readings = takeReadings(hosts, clock);
  let listedLast = machines;
  const read = (listed: readonly ActualMachine[]) => {
    listedLast = listed;
    for (const { name, reach } of listed) reaches.set(name, { machine: name, ...reach });
    readings.takeOf(
      listed.filter(isToBeRead).map(({ name: machine, pool, reach }) => ({
        reach: { machine, ...reach },
        database: databaseRole(blueprint, pool) !== undefined,
      })),
      new Map([...sockets].map(([name, { socket }]) => [name, socket])),
    );
  };
  read(machines);
  const listing = keptListing(async () => {
    const inventories = await inventoriesOf(engines, platform);
    const listed = [...inventories.values()].flatMap((inventory) => inventory.machines);
    read(listed);
    return listed;
  }, clock);
  const during = async <Result>(use: () => Promise<Result>): Promise<Result> => {
    try {
      return await lock.during(use);
    } finally {
      listing.forget();
    }
  };

  const overflowing = {
    ...{ platform, blueprint, assets, engines, hosts, store, vault, clock, run, signal },
    digest: toolbox.digest(vault),
    progress: (event: StepEvent) => {
      const reached = event.kind === 'ended' ? reachedBy(event.step) : undefined;
      if (reached !== undefined) onReached?.(reached.machine, reached.name, clock.now());
    },
  };
  const toldAtMs = new Map<string, number>();
  const tell = (about: MachineName, error: unknown) => {
    noteLoss(error);
    // Who was told to stop has not failed.
    if (signal.aborted) return;
    const atMs = clock.now();
    const says = error instanceof Error ? error.message : String(error);
    const what = `${about}: ${says}`;
    if (atMs - (toldAtMs.get(what) ?? -Infinity) < againMs) return;
    toldAtMs.set(what, atMs);
    store.append({
      atMs,
      run,
      kind: 'step-failed',
      subject: about,
      reason: 'failed beside a turn',
      detail: { error: says },
    });
    onTrouble?.(about, says);
  };
  const socketsTo = (pool: PoolName) => {
    const entrance = entrancesTo(blueprint, pool);
    const own = [...sockets].filter(([, balancer]) => entrance.includes(balancer.pool));
    return new Map(own.map(([name, { socket }]) => [name, socket]));
  };
  const drivers = new Map(
    [...settings].map(([pool, its]) => {
      const hands = poolHands(pool, {
        ...{ overflowing, readings, tell, list: () => listing.get(), tied: lock.tied, during },
        sockets: socketsTo(pool),
      });
      return [pool, drivePool(its, hands, memory?.(pool, its), calendarAt)];
    }),
  );
  const reliefs = new Map(
    [...settings.keys()].flatMap((pool) => {
      const { shed } = the(blueprint.pools, pool);
      const queue = queueOf(blueprint, pool);
      if (queue === undefined) return [];
      const own = socketsTo(pool);
      const hands = {
        tied: lock.tied,
        observe: () => drivers.get(pool)?.seen() ?? { machines: [] },
        async held() {
          for (const socket of own.values()) {
            const held = await heldRelief(socket, pool).catch(() => undefined);
            if (held !== undefined) return held;
          }
          return undefined;
        },
        hold: async (relief: Relief) => {
          await Promise.all(
            [...own].map(([balancer, socket]) =>
              holdRelief(socket, pool, relief).catch((error: unknown) => {
                // One that is silent is known to be, and hears of it later.
                if (isStale(error) || (error instanceof SpillwayError && error.code === 'haproxy-refused'))
                  tell(balancer, error);
              }),
            ),
          );
        },
      };
      return [[pool, driveRelief({ most: queue.most, shed }, hands)] as const];
    }),
  );
  return {
    drivers,
    reliefs,
    readings,
    machines: () => listedLast,
    tell,
    mayBeLost: noteLoss,
    lost() {
      try {
        tenure.term();
      } catch (error) {
        noteLoss(error);
      }
      return lost;
    },
    async close() {
      await Promise.all([...drivers.values()].map((driver) => driver.idle()));
      readings.stop();
      for (const { socket } of sockets.values()) socket.close();
    },
  };
}

/** A machine that is being set up has the hardware to itself, so that its readings would say nothing. */
const isToBeRead = ({ part, state, commissioned }: ActualMachine) =>
  state !== 'broken' && (part === 'base' || (state === 'running' && commissioned));

/** The pools whose balancers lead to it. */
export function entrancesTo(blueprint: Blueprint, pool: PoolName): readonly PoolName[] {
  return webRoutes(blueprint)
    .filter(({ to }) => to === pool)
    .map(({ address }) => the(blueprint.addresses, address).pool);
}
