/** One client for each way to the primary writes while something happens: how long nothing was acknowledged, and what was lost. */
import { SpillwayError } from '../../../../model/errors.ts';
import type { Clock } from '../../../../ports/clock.ts';
import { longestInterruption } from '../../../../rehearse/ledger/interruptions.ts';
import { compareIds } from '../../../../rehearse/ledger/read-back.ts';
import { runWriter } from '../../../../rehearse/ledger/writer.ts';
import type { Contender } from './contender.ts';

export interface WrittenThrough {
  /** When it began to happen, in milliseconds since 1970. */
  readonly beganMs: number;
  /** By way: from the last acknowledged write to the next one. */
  readonly gapMs: ReadonlyMap<string, number>;
}

/** As a scenario's ledger writes. */
const everyMs = 20;
/** Chosen: a client that has written for so long finds nothing cold any more. */
const warmMs = 1_000;
/** Chosen: twice what the slowest of those that are compared may take. */
const patienceMs = 120_000;
const lookMs = 20;

/** Ends once writes are acknowledged again by every way, and `then` has ended. */
export async function writeThrough(
  clock: Clock,
  { name, ways, ids }: Contender,
  happens: () => Promise<void>,
  then: () => Promise<unknown>,
): Promise<WrittenThrough> {
  let goesOn = true;
  const clients = ways.map(({ name: way, connect }) => {
    const acknowledged: number[] = [];
    const writing = runWriter(1, everyMs, () => goesOn, {
      ...{ clock, connect, nextId: () => (ids.given += 1) },
      acknowledged(id, atMs) {
        ids.acknowledged.push(id);
        acknowledged.push(atMs);
      },
    });
    return { way, acknowledged, writing };
  });
  const allSince = async (sinceMs: number) => {
    const untilMs = clock.now() + patienceMs;
    const isSeen = () => clients.every(({ acknowledged }) => (acknowledged.at(-1) ?? 0) > sinceMs);
    while (!isSeen()) {
      if (clock.now() > untilMs) throw silent(name);
      await clock.sleep(lookMs);
    }
  };
  try {
    await allSince(clock.now());
    await clock.sleep(warmMs);
    const beganMs = clock.now();
    await happens();
    await allSince(clock.now());
    await then();
    const gapMs = new Map(
      clients.map(({ way, acknowledged }) => {
        // The one that was under way when it began is its own.
        const before = acknowledged.findLastIndex((atMs) => atMs <= beganMs);
        const longest = longestInterruption({ acknowledged: acknowledged.slice(Math.max(0, before)) });
        return [way, (longest?.toMs ?? NaN) - (longest?.fromMs ?? NaN)];
      }),
    );
    return { beganMs, gapMs };
  } finally {
    goesOn = false;
    await Promise.all(clients.map(({ writing }) => writing));
  }
}

/** Chosen: a hundred thousand ids are read in a second. */
const readMs = 30_000;

/** How many that were ever acknowledged are not there. */
export async function lostOf({ ways: [way], ids, readSql, name }: Contender): Promise<number> {
  if (way === undefined) throw silent(name);
  const session = await way.connect();
  try {
    return compareIds(ids.acknowledged, await session.numbers(readSql, readMs)).lost.length;
  } finally {
    session.abandon();
  }
}

function silent(name: string): SpillwayError {
  return new SpillwayError({
    code: 'bench-no-write',
    message: `no write was acknowledged by ${name} for ${patienceMs / 1000} s`,
    mend: 'the measurement was given up; the platforms are removed',
  });
}
