import { SpillwayError } from '../model/errors.ts';
import type { CommandCall } from './command.ts';

/** A platform's scenario in virtual time. */
export function runScenario({ operands }: CommandCall): Promise<number> {
  throw new SpillwayError({
    code: 'no-scenarios-yet',
    message: `\`${operands.join(' ')}\`: scenarios of platforms are not simulated yet`,
    mend: 'give recorded traffic, for example `spillway simulate --trace traces/worldcup98-second-26-27jun.csv`',
    exit: 'wrongInput',
  });
}
