/** Writes, probes, and reads back in the end: a ledger as it is kept. */
import type { MachineName } from '../../model/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Probe, ReadBack, RecordedLedger } from './ledger.ts';
import { runProbe } from './probe.ts';
import { compareIds } from './read-back.ts';
import type { SqlSession } from './session.ts';
import { readSql } from './sql.ts';
import { runWriter } from './writer.ts';

export interface LedgerHands {
  readonly clock: Clock;
  /** As an application comes to where writes are taken; found anew each time. */
  readonly connect: () => Promise<SqlSession>;
  readonly connectTo: (machine: MachineName) => Promise<SqlSession>;
  readonly acknowledged: (atMs: number) => void;
  readonly probed: (probe: Probe) => void;
}

export interface KeptLedger {
  /**
   * Ends the writing: once one more write was acknowledged, so that an interruption is seen to its end, or when no
   * `patience` is left. Returns when that was asked.
   */
  stop(patience: () => boolean): Promise<number>;
  /** Asks until somebody answers or no `patience` is left; then it is undefined. */
  readBack(patience: () => boolean): Promise<ReadBack | undefined>;
}

/** Chosen: a million ids are read in seconds. */
const answerMs = 30_000;
const againMs = 500;

/** `probed`: the machines that are asked by themselves. */
export function keepLedger(
  { writers, everyMs }: Pick<RecordedLedger, 'writers' | 'everyMs'>,
  machines: readonly MachineName[],
  { clock, connect, connectTo, acknowledged, probed }: LedgerHands,
): KeptLedger {
  const ids: number[] = [];
  let lastAtMs = -Infinity;
  let given = 0;
  let isOver = false;
  const goesOn = () => !isOver;
  const hands = {
    ...{ clock, connect },
    nextId: () => (given += 1),
    acknowledged(id: number, atMs: number) {
      ids.push(id);
      lastAtMs = atMs;
      acknowledged(atMs);
    },
  };
  const work = Promise.all([
    ...Array.from({ length: writers }, (_, index) => runWriter(index + 1, everyMs, goesOn, hands)),
    ...machines.map((machine) => runProbe(machine, goesOn, { clock, probed, connect: () => connectTo(machine) })),
  ]);
  return {
    async stop(patience) {
      const askedAtMs = clock.now();
      while (!isOver && lastAtMs < askedAtMs && patience()) await clock.sleep(everyMs);
      isOver = true;
      await work;
      return askedAtMs;
    },
    async readBack(patience) {
      for (;;) {
        const found = await idsIn(connect).catch(() => undefined);
        if (found !== undefined) return compareIds(ids, found);
        if (!patience()) return undefined;
        await clock.sleep(againMs);
      }
    },
  };
}

async function idsIn(connect: LedgerHands['connect']): Promise<readonly number[]> {
  const session = await connect();
  try {
    return await session.numbers(readSql, answerMs);
  } finally {
    session.abandon();
  }
}
