/**
 * What the controller itself costs: `spillway control` in a process of its own, over SSH to machines that tell of
 * themselves once a second and balancers that answer. Its engine, the machines and HAProxy are imagined, and their
 * words come from another process; sessions, sockets, parsing, rules, the drivers and the store are the real ones.
 */
import { layOut, noAssets, nothingTaken } from '../../blueprint/platform.ts';
import { parseBlueprint } from '../../blueprint/parse.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { ImageKey, PlatformName } from '../../model/ids.ts';
import type { ActualMachine } from '../../model/inventory.ts';
import type { Toolbox } from '../toolbox.ts';
import { runProgram } from './child.ts';
import { keepWorld, type ControllerCost, type Pace } from './controlled.ts';
import { fill, scalingPlatform, scalingPool, serves } from './scaling-platform.ts';
import { steadyWorld } from './steady-world.ts';
import { tellingMachines } from './telling-machines.ts';
import { benchPlatform } from './up.ts';

export interface ControllerBench {
  readonly goal: { readonly cores: number; readonly rssBytes: number };
  readonly machines: number;
  /** Those of the pool that scales, which stand in each balancer’s tables. */
  readonly servers: number;
  /** Lines that machines told and questions that balancers answered, each second, from beginning to end. */
  readonly told: { readonly linesPerSecond: number; readonly answersPerSecond: number };
  readonly cost: ControllerCost;
}

const goal = { cores: 0.02, rssBytes: 150e6 };
const machines = 100;
const pace: Pace = { warmUpMs: 10_000, measureMs: 20_000 };

export async function benchController(toolbox: Toolbox, progress: (line: string) => void): Promise<ControllerBench> {
  progress(`controller: ${machines} machines, ${(pace.warmUpMs + pace.measureMs) / 1_000} s`);
  const spillway = toolbox.files.resolve(toolbox.files.home, 'spillway');
  return withTellingMachines(toolbox, benchPlatform(toolbox, 1), { machines, pace }, async (platform) => {
    const said = await runProgram([spillway, 'bench', `controlled-${platform}`, '--json']);
    return JSON.parse(said) as ControllerCost;
  });
}

/** Tells as long as `measure` takes, and leaves nothing. */
export async function withTellingMachines(
  toolbox: Toolbox,
  platform: PlatformName,
  wanted: { readonly machines: number; readonly pace: Pace },
  measure: (platform: PlatformName) => Promise<ControllerCost>,
): Promise<ControllerBench> {
  const text = scalingPlatform(platform, wanted.machines);
  const blueprint = read(text);
  const state = toolbox.open(platform);
  try {
    const imagined = machinesOf(blueprint);
    const servers = imagined.filter(({ pool }) => pool === scalingPool).length;
    // All of them are wanted, by half a machine.
    const world = { blueprint, machines: imagined, pool: scalingPool, demand: (servers - 0.5) * serves * fill };
    const telling = await tellingMachines(
      state.vault,
      steadyWorld(world, () => toolbox.clock.now()),
    );
    try {
      const reached = imagined.map((machine): ActualMachine => ({
        ...machine,
        reach: { host: '127.0.0.1', port: telling.ports.get(machine.name) ?? 0 },
      }));
      keepWorld(state.store, { text, machines: reached, pace: wanted.pace });
      const beganMs = performance.now();
      const cost = await measure(platform);
      const seconds = (performance.now() - beganMs) / 1_000;
      const { lines, answers } = telling.counts;
      const told = { linesPerSecond: lines / seconds, answersPerSecond: answers / seconds };
      return { goal, machines: imagined.length, servers, told, cost };
    } finally {
      await telling.close();
    }
  } finally {
    state.close();
    toolbox.erase(platform);
  }
}

/** All of them up, the whole overflow included. */
function machinesOf(blueprint: Blueprint): readonly ActualMachine[] {
  const { machines: base, slots } = layOut(blueprint, noAssets, nothingTaken);
  return [...base, ...slots].map(({ name, pool, part, site, flavour, hardware, interfaces }): ActualMachine => ({
    ...{ name, pool, part, site, flavour, hardware, interfaces },
    image: 'imagined' as ImageKey,
    state: 'running',
    isCutOff: false,
    commissioned: true,
    reach: { host: '127.0.0.1', port: 0 },
  }));
}

function read(text: string): Blueprint {
  const parsed = parseBlueprint(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.blueprint;
}
