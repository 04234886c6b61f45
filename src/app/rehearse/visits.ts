/** The visitors of a scenario. */
import { keepSilent } from '../../rehearse/load/silence.ts';
import { startLoad, type LoadOptions, type RunningLoad } from '../../rehearse/load/start-load.ts';
import { durationMs } from '../../rehearse/load/traffic.ts';
import type { Scenario } from '../../rehearse/scenario/scenario.ts';
import type { Work } from '../work.ts';

/** Chosen: the same load each time, so that two rehearsals differ in the platform alone. */
const seed = 8;

/** Visitors as the scenario has them, or nobody for as long. */
export async function startVisits(
  { toolbox, blueprint, vault }: Pick<Work, 'toolbox' | 'blueprint' | 'vault'>,
  { traffic, mix, visitors, route }: Pick<Scenario, 'traffic' | 'mix' | 'visitors' | 'route'>,
  { ip }: { readonly ip: string | undefined },
  told: Pick<LoadOptions, 'onSecond' | 'onStart'>,
): Promise<RunningLoad> {
  if (route === undefined || ip === undefined) return keepSilent(durationMs(traffic), toolbox.clock, told);
  const visitor = await toolbox.visitor(blueprint.platform);
  return startLoad(
    {
      plan: { traffic, mix, newConnections: visitors.newConnections, seed },
      target: {
        ...{ ip, port: visitors.tls ? 443 : 80, host: route.host },
        ...(visitors.tls && { tls: { authority: vault.authorityCertificate() ?? '' } }),
      },
      timeoutMs: visitors.timeoutMs,
    },
    { argv: visitor.argv, workers: 1, ...told },
  );
}
