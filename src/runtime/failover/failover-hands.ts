/** What keeping a primary needs of engines and machines. */
import type { Reach } from '../../ports/host.ts';
import type { ObservedDatabase, Testimony } from '../../model/database-observation.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { MachineName } from '../../model/ids.ts';
import type { ActualMachine } from '../../model/inventory.ts';
import type { FailoverPool } from '../../roles/failover-pools.ts';
import { perform } from '../perform.ts';
import { planOf, type Overflowing } from '../overflow.ts';
import type { FailoverHands } from './drive-failover.ts';
import { inTime, type EnginesSeen } from './engines-seen.ts';
import { keepPrimacy, keptPrimacies, madeAnew } from './primacies.ts';
import { primacyInTime } from './primacy-in-time.ts';
import type { DatabaseWatch } from './watch-databases.ts';

export interface FailoverWork {
  readonly pool: FailoverPool;
  readonly overflowing: Overflowing;
  readonly watch: DatabaseWatch;
  readonly sight: EnginesSeen;
  readonly tied: FailoverHands['tied'];
  readonly during: (use: () => Promise<void>) => Promise<void>;
  readonly tell: FailoverHands['tell'];
}

/** Chosen: three say as much as thirty. */
const mostWitnesses = 3;
/** Chosen: a promotion applies what was received, which after a heavy load takes a while; all else is done at once. */
const promotionMs = 90_000;
const atOnceMs = 10_000;

export function failoverHands(work: FailoverWork): FailoverHands {
  const { pool, overflowing, watch, sight, tied, during, tell } = work;
  const { procedures, address, addresses } = pool;
  const { hosts, store, clock, platform, blueprint } = overflowing;
  const testimonies = new Map<MachineName, Testimony>();
  const asking = new Set<MachineName>();
  const names = new Set(pool.machines.map(({ name }) => name));

  const actualOf = (name: MachineName) => sight.now(false).machines.find(({ actual }) => actual.name === name);
  const reachOf = (name: MachineName): Reach => {
    const there = actualOf(name);
    if (there === undefined) throw gone(name);
    return { machine: name, ...there.actual.reach };
  };
  const engineOf = (name: MachineName) => {
    const there = actualOf(name);
    if (there === undefined) throw gone(name);
    return there.engine;
  };
  const run = async (machine: MachineName, what: string, script: string, timeoutMs = atOnceMs) => {
    const { stdout, stderr, exitCode } = await hosts.change(
      reachOf(machine),
      endingWithin(script, timeoutMs),
      timeoutMs,
    );
    if (exitCode !== 0) throw failed(machine, what, stderr);
    return stdout;
  };
  /** In the journal, before and after: what a process that was killed had begun. */
  const step = async <Result>(machine: MachineName, what: string, reason: string, use: () => Promise<Result>) => {
    const beganMs = clock.now();
    const about = { run: overflowing.run, subject: `${machine}/${what}`, reason };
    store.append({ ...about, atMs: beganMs, kind: 'step-began', detail: { kind: 'failover' } });
    try {
      const result = await use();
      const tookMs = clock.now() - beganMs;
      store.append({ ...about, atMs: clock.now(), kind: 'step-ended', detail: { kind: 'failover', tookMs } });
      return result;
    } catch (error) {
      const says = error instanceof Error ? error.message : String(error);
      store.append({ ...about, atMs: clock.now(), kind: 'step-failed', detail: { kind: 'failover', error: says } });
      throw error;
    }
  };

  return {
    ...{ tied, tell },
    now: () => clock.now(),
    ...primacyInTime(clock, {
      read: () => keptPrimacies(store, blueprint).get(pool.pool) ?? pool.first,
      write: (primacy) => keepPrimacy(store, pool.pool, primacy),
    }),
    observe(isInDoubt) {
      const { machines, addresses: placed } = sight.now(isInDoubt);
      const observed = pool.machines.map(({ name }): ObservedDatabase => {
        const there = machines.find(({ actual }) => actual.name === name)?.actual;
        const told = watch.told.get(name);
        return { name, power: powerOf(there), ...(told !== undefined && { told }) };
      });
      const moving = new Set(addresses.map(({ name }) => name));
      const on = placed.flatMap(({ actual }) => (moving.has(actual.name) ? (actual.on ?? []) : []));
      return {
        machines: observed,
        testimonies: [...testimonies.values()],
        address: address.ip,
        addressesOn: [...new Set(on)],
      };
    },
    ask(about) {
      const target = pool.machines.find(({ name }) => name === about);
      if (target === undefined) return;
      const there = pool.users.filter(({ name }) => {
        const actual = actualOf(name)?.actual;
        return name !== about && actual?.state === 'running' && !actual.isCutOff && !asking.has(name);
      });
      for (const user of there.slice(0, mostWitnesses)) {
        const { name } = user;
        asking.add(name);
        hosts
          .run(reachOf(name), procedures.greets(pool.ipFor(user, target)), 2_000)
          .then(({ stdout }) => {
            testimonies.set(name, { by: name, atMs: clock.now(), isGreeted: stdout.trim() === 'greeted' });
          })
          // Who cannot be asked is no witness.
          .catch(() => testimonies.delete(name))
          .finally(() => asking.delete(name));
      }
    },
    fence: (machine) =>
      step(machine, 'fence', `${machine} must not write any more`, async () => {
        if (actualOf(machine) === undefined) await sight.refresh();
        // One that its engine does not know any more writes nothing.
        if (actualOf(machine) === undefined) return;
        const engine = engineOf(machine);
        try {
          await inTime(engine.powerOff(platform, machine));
        } catch {
          await inTime(engine.cutOff(platform, machine));
        }
        hosts.forget(machine);
        void sight.refresh();
      }),
    promote: (machine, waits) =>
      step(machine, 'promote', `${machine} becomes the primary`, async () => {
        await run(machine, 'the promotion', procedures.promote({ waits }), promotionMs);
      }),
    async place(machine) {
      const engine = engineOf(machine);
      const placed = addresses.map(({ name }) =>
        step(machine, `address ${name}`, `${name} leads to the primary`, async () => {
          await inTime(engine.placeAddress(platform, name, machine));
          sight.placed(name, machine);
        }),
      );
      // Each that can is there, though another one fails: what is left is tried again.
      for (const one of await Promise.allSettled(placed)) if (one.status === 'rejected') throw one.reason;
    },
    handOver: (from, to) =>
      step(from, 'hand-over', `${from} hands over to ${to}`, async () => {
        try {
          const position = /^written\s+(\S+)/m.exec(await run(from, 'the end of its writes', procedures.rest))?.[1];
          if (position !== undefined) await run(to, 'catching up', procedures.catchUp(position), promotionMs);
        } catch (error) {
          // It may have come to rest although nobody heard so. Where this fails too, the turns go on to ask for it.
          await run(from, 'taking writes again', procedures.unrest).catch(() => undefined);
          throw error;
        }
      }),
    follow: (machine) =>
      step(machine, 'follow', 'the primary is another one', async () => {
        await run(machine, 'following the primary', procedures.follow);
      }),
    wait: (machine) =>
      step(machine, 'wait', 'writes wait for a replica', async () => {
        await run(machine, 'waiting for replicas', procedures.wait);
      }),
    leave: (machine) =>
      step(machine, 'leave', 'it is the primary itself', async () => {
        await run(machine, 'leaving the old primary', procedures.leave);
      }),
    goAlone: (machine) =>
      step(machine, 'go-alone', 'writes wait for no replica', async () => {
        await run(machine, 'going on alone', procedures.goAlone);
      }),
    start: (machine) =>
      step(machine, 'start', `nobody may take the place of ${machine}`, () =>
        during(async () => {
          hosts.forget(machine);
          await engineOf(machine).startMachine(platform, machine);
          await sight.refresh();
        }),
      ),
    arrange: () =>
      during(async () => {
        await perform(await planOf(overflowing, names), overflowing);
      }),
    rebuild: (machine) =>
      during(async () => {
        await perform(await planOf(overflowing, names, new Set([machine])), overflowing);
        madeAnew(store, blueprint, new Set([machine]));
        await sight.refresh();
      }),
  };
}

/** Chosen: between the end of a statement and that of the session. */
const lastWordMs = 1_500;

/** What nobody waits for any more ends on the machine too, with all that it started. */
function endingWithin(script: string, timeoutMs: number): string {
  const seconds = (timeoutMs - lastWordMs) / 1000;
  return `timeout -k 1 ${seconds} sh -s <<'spillway-end'\n${script.trimEnd()}\nspillway-end`;
}

function powerOf(actual: ActualMachine | undefined): ObservedDatabase['power'] {
  if (actual === undefined || actual.state === 'broken') return 'gone';
  if (actual.state === 'stopped') return 'off';
  return actual.isCutOff ? 'cut off' : 'on';
}

function gone(machine: MachineName): SpillwayError {
  return new SpillwayError({
    code: 'machine-gone',
    message: `${machine} is not there any more`,
    mend: 'run `spillway up` again',
  });
}

function failed(machine: MachineName, what: string, stderr: string): SpillwayError {
  const says = stderr.trim().split('\n').slice(-3).join('\n');
  return new SpillwayError({
    code: 'failover-step-failed',
    message: `${what} failed on ${machine}${says === '' ? '' : `: ${says}`}`,
    mend: 'it is tried again; `spillway events` has the history',
  });
}
