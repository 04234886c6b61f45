import type { CommandCall } from './command.ts';
import { givenToSimulate } from './simulate-options.ts';

/** Recorded traffic alone, or a scenario with all of its platform. */
export async function run(call: CommandCall): Promise<number> {
  const { operands, options } = call;
  const { wrong } = givenToSimulate(options);
  const hasTrace = options.trace !== undefined;
  if (operands.length === 0 && !hasTrace)
    throw wrong(
      'there is nothing to simulate',
      'give a platform and a scenario, `spillway simulate sofoot triple-in-20s`, or recorded traffic, `--trace FILE`',
    );
  if (operands.length > 0 && hasTrace)
    throw wrong('either a platform or recorded traffic', 'leave out `--trace`, or the platform and its scenario');
  if (hasTrace) {
    const { runTraffic } = await import('./simulate-traffic.ts');
    return runTraffic(call);
  }
  const { runScenario } = await import('./simulate-scenario.ts');
  return runScenario(call);
}
