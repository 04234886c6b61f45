/** What a controller does to imagined databases, with the time that it takes on machines. */
import type { Testimony } from '../../model/database-observation.ts';
import type { MachineName } from '../../model/ids.ts';
import type { Primacy } from '../../model/primacy.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FailoverHands } from '../../runtime/failover/drive-failover.ts';
import { primacyInTime } from '../../runtime/failover/primacy-in-time.ts';
import { isReached, start, type ImaginedDatabases, type ImaginedServer } from './imagined-databases.ts';

export interface Provider {
  /** Whether it can take a machine's power, and its networks. */
  canPowerOff: boolean;
  canCutOff: boolean;
}

/** As it would stand in a store: its instants are the wall's. */
export interface KeptHere {
  primacy: Primacy;
}

/** As measured on machines, in milliseconds. */
const took = { fence: 150, promote: 300, place: 100, set: 150, follow: 500, rest: 200, rebuild: 8_000, start: 1_500 };
/** How long who does not answer is waited for. */
const unansweredMs = 10_000;
const catchUpMs = 5_000;
const askedMs = 300;

/** Is killed with the controller whose hands they are: what it began on a machine may still happen there. */
export class Killed extends Error {}

export function imaginedHands(
  world: ImaginedDatabases,
  kept: KeptHere,
  provider: Provider,
  clock: Clock,
  life: { isOver: boolean },
): FailoverHands {
  const testimonies: Testimony[] = [];
  const serverOf = (name: MachineName): ImaginedServer => {
    const server = world.servers.get(name);
    if (server === undefined) throw new Error(`no ${name}`);
    return server;
  };
  const whileAlive = () => {
    if (life.isOver) throw new Killed('the controller was killed');
  };
  /** Over the machine's session: what has no answer fails late. */
  const on = async (name: MachineName, ms: number, change: (server: ImaginedServer) => void) => {
    whileAlive();
    const server = serverOf(name);
    const answers = () => isReached(server) && server.isUp;
    if (!answers()) {
      await clock.sleep(unansweredMs);
      throw new Error(`${name} does not answer`);
    }
    await clock.sleep(ms);
    // A command that was sent is carried out, whatever became of who sent it.
    if (answers()) change(server);
    whileAlive();
    if (!isReached(server)) throw new Error(`${name} does not answer any more`);
  };

  return {
    tied: () => undefined,
    now: () => clock.now(),
    tell: () => undefined,
    ...primacyInTime(clock, {
      read: () => kept.primacy,
      write(primacy) {
        whileAlive();
        kept.primacy = primacy;
      },
    }),
    observe: () => ({
      machines: [...world.servers.values()].map(({ name, power, isFenced, told }) => ({
        name,
        power: power === 'off' ? 'off' : isFenced ? 'cut off' : 'on',
        ...(told !== undefined && { told }),
      })),
      testimonies,
      address: 'address',
      addressesOn: [world.addressOn],
    }),
    ask(about) {
      void clock.sleep(askedMs).then(() => {
        const server = serverOf(about);
        const isGreeted = isReached(server) && server.isUp;
        testimonies.splice(0, 1, { by: 'app-1' as MachineName, atMs: clock.now(), isGreeted });
      });
    },
    async fence(name) {
      whileAlive();
      await clock.sleep(took.fence);
      const server = serverOf(name);
      if (provider.canPowerOff) {
        server.power = 'off';
        server.isUp = false;
        server.isFrozen = false;
      } else if (provider.canCutOff) server.isFenced = true;
      else throw new Error('the provider does not answer');
      whileAlive();
    },
    promote: (name, waits) =>
      on(name, took.promote, (server) => {
        server.standing = { waits };
        server.waits = waits;
        server.isReadOnly = false;
      }),
    leave: (name) => on(name, took.set, (server) => void (server.follows = false)),
    async place(name) {
      whileAlive();
      await clock.sleep(took.place);
      world.addressOn = name;
      whileAlive();
    },
    async handOver(from, to) {
      await on(from, took.rest, (server) => {
        delete server.standing;
        server.isReadOnly = true;
      });
      const untilMs = clock.now() + catchUpMs;
      while (serverOf(to).log.length < serverOf(from).log.length && clock.now() < untilMs) await clock.sleep(50);
      whileAlive();
      if (serverOf(to).log.length >= serverOf(from).log.length) return;
      await on(from, took.set, (server) => void (server.isReadOnly = false));
      throw new Error(`${to} does not catch up`);
    },
    follow: (name) =>
      on(name, took.follow, (server) => {
        delete server.standing;
        Object.assign(server, { isReadOnly: true, waits: false, follows: true });
      }),
    wait: (name) =>
      on(name, took.set, (server) => {
        server.standing = { waits: true };
        server.waits = true;
      }),
    goAlone: (name) =>
      on(name, took.set, (server) => {
        server.standing = { waits: false };
        server.waits = false;
      }),
    async start(name) {
      whileAlive();
      await clock.sleep(took.start);
      powerOn(serverOf(name));
      whileAlive();
    },
    arrange: async () => undefined,
    async rebuild(name) {
      whileAlive();
      const server = serverOf(name);
      Object.assign(server, { power: 'off', isUp: false, isFrozen: false, log: [] });
      delete server.standing;
      await clock.sleep(took.rebuild);
      whileAlive();
      const primary = serverOf(kept.primacy.primary);
      if (!isReached(primary) || !primary.isUp) throw new Error(`${primary.name} cannot be copied`);
      powerOn(server);
      Object.assign(server, { log: [...primary.log], follows: true, isReadOnly: true, waits: false, isCut: false });
      kept.primacy = { ...kept.primacy, deposed: kept.primacy.deposed.filter((one) => one !== name) };
    },
  };
}

/** Boots it; the engine gives it its networks. */
export function powerOn(server: ImaginedServer): void {
  Object.assign(server, { power: 'on', isFenced: false, isFrozen: false });
  start(server);
}
