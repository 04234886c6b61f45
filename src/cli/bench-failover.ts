import type { FailoverBench } from '../app/bench/failover/index.ts';
import { print, table } from './output.ts';

type Address = NonNullable<FailoverBench['address']>;
type Primary = FailoverBench['primary'][number];

export function showFailoverBench({ address, primary }: FailoverBench): void {
  if (address !== undefined) showAddress(address);
  for (const part of primary) showPrimary(part);
}

const ms = (value: number) => `${value.toFixed(0)} ms`;
const seconds = (value: number) => `${(value / 1000).toFixed(2)} s`;

function showAddress(address: Address): void {
  print(
    table(
      ['nobody answers at the address', '', 'median', 'least to most', 'it moved'],
      address.endings.map(({ ending, setup, gapMs: { runs, median }, moved }) => [
        endingWords[ending],
        setup,
        ms(median),
        `${ms(Math.min(...runs))} to ${ms(Math.max(...runs))}`,
        `${moved} of ${runs.length}`,
      ]),
    ),
  );
  print(
    table(
      ['while all processors are wanted', 'moves', 'longest time without an answer'],
      address.busy.map(({ setup, forMs, moves, longestGapMs }) => [
        `${setup}, ${forMs / 1000} s`,
        String(moves),
        ms(longestGapMs),
      ]),
    ),
  );
  print(`goal: ${ms(address.goalMs)} at most when the machine dies, and no move while nothing has ended`);
}

const endingWords = {
  machine: 'its machine dies',
  haproxy: 'HAProxy is killed there',
  stop: 'keepalived is stopped there',
} satisfies Record<Address['endings'][number]['ending'], string>;

function showPrimary({ ending, goalMs, measured }: Primary): void {
  const [own] = measured;
  print(
    table(
      [`no write is acknowledged: ${primaryWords[ending]}`, 'by', 'median', 'least to most', 'times the first', 'lost'],
      measured.map(({ contender, way, gapMs: { runs, median }, acknowledged, lost }) => [
        contender,
        way,
        seconds(median),
        `${runs.length} runs, ${seconds(Math.min(...runs))} to ${seconds(Math.max(...runs))}`,
        own === undefined ? '' : (median / own.gapMs.median).toFixed(1),
        `${lost} of ${acknowledged}`,
      ]),
    ),
  );
  for (const { contender, journaled } of measured.filter((one) => one.journaled.length > 0)) {
    const parts = journaled.map(({ what, untilMs }) => `${what} ${seconds(untilMs)}`);
    print(`by the journal of ${contender}, until the end of: ${parts.join(', ')}`);
  }
  print(`goal: a median of ${seconds(goalMs)} at most for Spillway, and nothing lost`);
}

const primaryWords = {
  power: 'the primary loses its power',
  move: 'a person moves the primary',
} satisfies Record<Primary['ending'], string>;
