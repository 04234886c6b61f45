/** What the engines say of machines and addresses, asked again when it is old; while one does not answer, what it said last. */
import { SpillwayError } from '../../model/errors.ts';
import type { AddressName, MachineName, PlatformName } from '../../model/ids.ts';
import type { ActualAddress, ActualMachine } from '../../model/inventory.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Engines } from '../observe.ts';
import { within } from '../within.ts';

/** What the engines said last of machines and addresses. */
interface Seen {
  readonly machines: readonly { readonly engine: Engine; readonly actual: ActualMachine }[];
  readonly addresses: readonly { readonly engine: Engine; readonly actual: ActualAddress }[];
}

export interface EnginesSeen {
  /** What is known now. If that is old, the engines are asked, and a later call knows. */
  now(isInDoubt: boolean): Seen;
  /** It was placed there just now: whoever asks the engines hears of it later. */
  placed(address: AddressName, on: MachineName): void;
  /** Asks and waits for the answer, or until it is late. */
  refresh(): Promise<void>;
}

/** Chosen: an engine that has not answered by then is asked for something else, or once more. */
const answerMs = 15_000;

/** What an engine was asked for, or after so long that it is silent. */
export function inTime<Answer>(asked: Promise<Answer>): Promise<Answer> {
  return within(
    asked,
    answerMs,
    () =>
      new SpillwayError({
        code: 'engine-silent',
        message: `the engine has not answered within ${answerMs / 1000} s`,
        mend: 'it is asked again',
      }),
  );
}

/** Chosen: in quiet times no provider is asked more often; in doubt whether a machine has power decides what is done. */
const [quietMs, doubtMs] = [5_000, 250];

export async function engineSight(engines: Engines, platform: PlatformName, clock: Clock): Promise<EnginesSeen> {
  const ask = async (): Promise<Seen> => {
    const all = await Promise.all(
      [...engines.values()].map(async (engine) => ({ engine, inventory: await engine.list(platform) })),
    );
    return {
      machines: all.flatMap(({ engine, inventory }) => inventory.machines.map((actual) => ({ engine, actual }))),
      addresses: all.flatMap(({ engine, inventory }) => inventory.addresses.map((actual) => ({ engine, actual }))),
    };
  };
  let last = await ask();
  let askedAtMs = clock.now();
  let asking: Promise<void> | undefined;

  const begin = (): Promise<void> => {
    askedAtMs = clock.now();
    const begun = inTime(ask())
      // An answer that was overtaken says how it was before.
      .then((seen) => {
        if (asking === begun) last = seen;
      })
      .catch(() => undefined)
      .finally(() => {
        if (asking === begun) asking = undefined;
      });
    asking = begun;
    return begun;
  };

  return {
    now(isInDoubt) {
      if (asking === undefined && clock.now() - askedAtMs >= (isInDoubt ? doubtMs : quietMs)) void begin();
      return last;
    },
    placed(name, on) {
      const addresses = last.addresses.map((one) =>
        one.actual.name === name ? { ...one, actual: { ...one.actual, on } } : one,
      );
      last = { ...last, addresses };
      void begin();
    },
    // One that was asked before the change knows nothing of it.
    refresh: () => begin(),
  };
}
