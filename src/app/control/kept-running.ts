/** Whether somebody controls a platform, and what does not happen while nobody does. */
import { SpillwayError } from '../../model/errors.ts';
import type { LockHolder } from '../../ports/store.ts';
import { failoverTerms } from '../../roles/failover-pools.ts';
import { webRoutes } from '../../blueprint/routes.ts';
import type { PlatformName } from '../../model/ids.ts';
import type { Toolbox } from '../toolbox.ts';
import type { Work } from '../work.ts';
import { notUp } from './scale.ts';
import { scalingPools } from './pools.ts';

export interface Controlled {
  /** Absent when nobody controls it. */
  readonly by?: Pick<LockHolder, 'pid' | 'host' | 'sinceMs'>;
  /** It was left by `up`, or by `control --start`, and is started again when it ends by itself. */
  readonly isKept: boolean;
  /** What does not happen while nobody controls it, a sentence each. Empty where nothing asks for a controller. */
  readonly misses: readonly string[];
}

type Looking = Pick<Work, 'toolbox' | 'store' | 'blueprint'>;

export function controlledNow({ toolbox, store, blueprint }: Looking): Controlled {
  const holder = store.holder('controller');
  const by = holder !== undefined && toolbox.isAlive(holder) ? holder : undefined;
  return {
    ...(by !== undefined && { by: { pid: by.pid, host: by.host, sinceMs: by.sinceMs } }),
    isKept: toolbox.background.runs(blueprint.platform),
    misses: missesOf(blueprint),
  };
}

function missesOf(blueprint: Work['blueprint']): readonly string[] {
  const scaling = [...scalingPools(blueprint).keys()];
  const led = [...failoverTerms(blueprint).keys()];
  const quoted = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
  return [
    ...(scaling.length > 0 ? [`${quoted(scaling)} does not grow or shrink`] : []),
    ...(led.length > 0 ? [`when the primary of ${quoted(led)} is lost, nobody takes its place`] : []),
    'a machine that is off stays off',
    ...(webRoutes(blueprint).some(({ tls }) => tls) ? ['certificates are not renewed'] : []),
  ];
}

/** Leaves a controller in the background, unless somebody controls the platform already or nothing asks for it. */
export function leaveControlled(looking: Looking): 'started' | 'runs' | 'not-needed' {
  const { by, isKept, misses } = controlledNow(looking);
  if (by !== undefined || isKept) return 'runs';
  if (misses.length === 0) return 'not-needed';
  looking.toolbox.background.start(looking.blueprint.platform);
  return 'started';
}

/** Because a person asks for it. */
export function startController(toolbox: Toolbox, platform: PlatformName): void {
  if (!toolbox.knownPlatforms().includes(platform)) throw notUp(platform);
  toolbox.background.start(platform);
}

export async function stopController(toolbox: Toolbox, platform: PlatformName): Promise<void> {
  if (await toolbox.background.stop(platform)) return;
  throw new SpillwayError({
    code: 'not-controlled',
    message: `no controller of ${platform} runs in the background`,
    mend: 'one that a person started ends with Ctrl-C there; `spillway status` says who controls',
    exit: 'refused',
  });
}
