import type { CommandCall } from './command.ts';
import { givenToSimulate } from './simulate-options.ts';

/** Recorded traffic alone or on platforms, a platform’s scenario, or its databases. */
export async function run(call: CommandCall): Promise<number> {
  const { operands, options } = call;
  const { wrong } = givenToSimulate(options);
  const hasTrace = options.trace !== undefined;
  if (options.failovers !== undefined) {
    const { runFailovers } = await import('./simulate-failovers.ts');
    return runFailovers(call);
  }
  if (operands.length === 0 && !hasTrace)
    throw wrong(
      'there is nothing to simulate',
      'give a platform and a scenario, `spillway simulate sofoot triple-in-20s`, or recorded traffic, `--trace FILE`',
    );
  if (operands.length > 0 && hasTrace) {
    const { runPlatforms } = await import('./simulate-platforms.ts');
    return runPlatforms(call);
  }
  if (operands.length > 2)
    throw wrong(
      'a scenario is played on one platform',
      'name a platform and a scenario; or several platforms and recorded traffic, `--trace FILE`',
    );
  if (hasTrace) {
    const { runTraffic } = await import('./simulate-traffic.ts');
    return runTraffic(call);
  }
  const { runScenario } = await import('./simulate-scenario.ts');
  return runScenario(call);
}
