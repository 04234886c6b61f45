/** One plan of a large platform that is up already, in an imagined world: from the blueprint's text to the empty plan. */
import { layOut, noAssets, nothingTaken } from '../../blueprint/platform.ts';
import { parseBlueprint } from '../../blueprint/parse.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { EngineName } from '../../model/ids.ts';
import { compile } from '../../roles/compile.ts';
import { worldWith } from '../../sim/already-up.ts';
import { imaginedEngine } from '../../sim/imagined-engine.ts';
import { imaginedHosts } from '../../sim/imagined-hosts.ts';
import { imaginedStore } from '../../sim/imagined-store.ts';
import { imaginedVault } from '../../sim/imagined-vault.ts';
import { allWell, createCaller } from '../../sim/imagined-world.ts';
import { createTenure } from '../tenure.ts';
import type { Toolbox } from '../toolbox.ts';
import { look, type Work } from '../work.ts';
import { largePlatform } from './large-platform.ts';

export interface NoopPlan {
  readonly machines: number;
  /** How long it took to imagine the world, which a real plan finds before it. */
  readonly imaginedMs: number;
  readonly plannedMs: number;
}

/** Answers with the work that is to be measured: each call plans anew from the text. */
export function prepareNoopPlan(toolbox: Toolbox, machines: number): { plan: () => Promise<void>; imaginedMs: number } {
  const began = performance.now();
  const text = largePlatform(machines);
  const vault = imaginedVault();
  const store = imaginedStore();
  const blueprint = read(text);
  const platform = layOut(blueprint, noAssets, nothingTaken);
  const world = worldWith(platform, compile(platform), toolbox.digest(vault));
  const call = createCaller(allWell);
  const engines = new Map([['lab' as EngineName, imaginedEngine(world, call)]]);
  const hosts = imaginedHosts(world, blueprint.platform, call);
  const tenure = createTenure(store);
  const kept = { store, vault, hosts, tenure, sshFiles: noSshFiles };
  const imagined = { ...kept, toolbox, engines, assets: noAssets, file: '', text, released: nothingReleased };
  return {
    imaginedMs: performance.now() - began,
    async plan() {
      const work: Work = { ...imagined, blueprint: read(text) };
      const { plan } = await look(work);
      if (plan.steps.length > 0) throw new Error(`the plan is not empty: ${plan.steps[0]?.id ?? ''}`);
    },
  };
}

export async function noopPlan(toolbox: Toolbox, machines: number): Promise<NoopPlan> {
  const { plan, imaginedMs } = prepareNoopPlan(toolbox, machines);
  const began = performance.now();
  await plan();
  return { machines, imaginedMs, plannedMs: performance.now() - began };
}

function read(text: string): Blueprint {
  const parsed = parseBlueprint(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.blueprint;
}

const nothingReleased = {
  read: (): never => {
    throw new Error('an imagined platform has no content');
  },
};

function noSshFiles(): never {
  throw new Error('nobody enters an imagined machine');
}
