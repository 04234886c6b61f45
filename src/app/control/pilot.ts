/**
 * Drives the pools of a platform that scale: its balancers and machines are read,
 * and each pool has its driver. A rehearsal and `spillway control` differ in what
 * they do around it, and in nothing here.
 */
import { rolesOf } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { ScaleSettings } from '../../control/scale/decide.ts';
import type { MachineName, PoolName } from '../../model/ids.ts';
import type { ActualMachine } from '../../model/inventory.ts';
import type { Reach } from '../../ports/host.ts';
import { haproxySocket } from '../../runtime/haproxy/socket.ts';
import { inventoriesOf } from '../../runtime/observe.ts';
import { takeReadings, type Readings } from '../../runtime/readings/take-readings.ts';
import { drivePool, type PoolDriver } from '../../runtime/scale/drive-pool.ts';
import { poolHands } from '../../runtime/scale/pool-hands.ts';
import type { Work } from '../work.ts';

export interface Piloting {
  readonly settings: ReadonlyMap<PoolName, ScaleSettings>;
  /** Groups the journal's entries. */
  readonly run: string;
  /** Once aborted, no further step begins. */
  readonly signal: AbortSignal;
}

export interface Pilot {
  readonly drivers: ReadonlyMap<PoolName, PoolDriver>;
  readonly readings: Readings;
  close(): void;
}

/** `machines` are those that there are; machines that come later are read once they are set up, until they go. */
export function createPilot(
  work: Work,
  machines: readonly ActualMachine[],
  { settings, run, signal }: Piloting,
): Pilot {
  const { toolbox, engines, hosts, store, vault, blueprint, assets } = work;
  const { clock } = toolbox;
  const { platform } = blueprint;
  /** A balancer that is made anew may answer elsewhere. */
  const reaches = new Map<MachineName, Reach>();
  const entrances = new Set([...settings.keys()].flatMap((pool) => entrancesTo(blueprint, pool)));
  const sockets = new Map(
    machines
      .filter(({ pool }) => entrances.has(pool))
      .map(({ name: balancer, pool, reach }) => {
        const open = () =>
          hosts.openSocket(reaches.get(balancer) ?? { machine: balancer, ...reach }, '/run/haproxy/admin.sock');
        return [balancer, { pool, socket: haproxySocket({ balancer, open, clock }) }];
      }),
  );

  const readings = takeReadings(hosts, clock);
  const read = (listed: readonly ActualMachine[]) => {
    for (const { name, reach } of listed) reaches.set(name, { machine: name, ...reach });
    readings.takeOf(
      listed.filter(isToBeRead).map(({ name: machine, pool, reach }) => ({
        reach: { machine, ...reach },
        database: rolesOf(blueprint, pool).includes('mariadb'),
      })),
      new Map([...sockets].map(([name, { socket }]) => [name, socket])),
    );
  };
  read(machines);
  const list = async () => {
    const inventories = await inventoriesOf(engines, platform);
    const listed = [...inventories.values()].flatMap((inventory) => inventory.machines);
    read(listed);
    return listed;
  };

  const overflowing = {
    ...{ platform, blueprint, assets, engines, hosts, store, vault, clock, run, signal },
    digest: toolbox.digest(vault),
    progress: () => undefined,
  };
  const tell = (about: MachineName, error: unknown) => {
    store.append({ atMs: clock.now(), run, kind: 'step-failed', subject: about, reason: String(error), detail: {} });
  };
  const drivers = new Map(
    [...settings].map(([pool, its]) => {
      const entrance = entrancesTo(blueprint, pool);
      const own = [...sockets].filter(([, balancer]) => entrance.includes(balancer.pool));
      const hands = poolHands(pool, {
        ...{ overflowing, readings, tell, list },
        sockets: new Map(own.map(([name, { socket }]) => [name, socket])),
      });
      return [pool, drivePool(its, hands)];
    }),
  );
  return {
    drivers,
    readings,
    close() {
      readings.stop();
      for (const { socket } of sockets.values()) socket.close();
    },
  };
}

/** A machine that is being set up has the hardware to itself, so that its readings would say nothing. */
const isToBeRead = ({ part, state, commissioned }: ActualMachine) =>
  part === 'base' || (state === 'running' && commissioned);

/** The pools whose balancers lead to it. */
function entrancesTo(blueprint: Blueprint, pool: PoolName): readonly PoolName[] {
  return blueprint.routes.filter(({ to }) => to === pool).map(({ address }) => the(blueprint.addresses, address).pool);
}
