/** What may be broken of a platform, and by whom it is controlled. */
import { entries } from '../../blueprint/records.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { Controller, Scene } from '../../rehearse/faults/scene.ts';
import type { Known } from '../../rehearse/faults/targets.ts';
import { knownTo } from '../../rehearse/scenario/names.ts';
import type { Work } from '../work.ts';

export function sceneOf(
  { blueprint, engines, hosts }: Pick<Work, 'blueprint' | 'engines' | 'hosts'>,
  controller: Controller,
): Scene & { readonly known: Known } {
  const spared = entries(blueprint.engines).flatMap(([name, { faults }]) => (faults === 'refused' ? [name] : []));
  return {
    ...{ platform: blueprint.platform, engines, hosts, controller },
    spared: new Set<string>(spared),
    known: knownTo(blueprint),
  };
}

/** `spillway control`, wherever on this host it runs. Nothing starts it again but whoever started it. */
export function controllerOf({ toolbox, store, blueprint }: Pick<Work, 'toolbox' | 'store' | 'blueprint'>): Controller {
  return {
    kill() {
      const holder = store.holder('controller');
      if (holder === undefined || !toolbox.isAlive(holder)) {
        throw new SpillwayError({
          code: 'no-controller',
          message: `no controller of ${blueprint.platform} runs on this host`,
          mend: `start one: spillway control ${blueprint.platform}`,
          exit: 'refused',
        });
      }
      toolbox.kill(holder);
      return Promise.resolve();
    },
  };
}
