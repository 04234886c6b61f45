/** What verbs find to work on: a platform's machines by their engines, and a way to act on them. */
import { SpillwayError } from '../../model/errors.ts';
import type { MachineName, PlatformName, SiteName } from '../../model/ids.ts';
import type { ActualMachine } from '../../model/inventory.ts';
import type { Engine, EngineFaults } from '../../ports/engine.ts';
import type { Hosts } from '../../ports/host.ts';
import type { Engines } from '../../runtime/observe.ts';

export interface Scene {
  readonly platform: PlatformName;
  readonly engines: Engines;
  /** Engines whose machines nobody breaks, by what the blueprint says. */
  readonly spared: ReadonlySet<string>;
  readonly hosts: Pick<Hosts, 'run' | 'forget'>;
  readonly controller: Controller;
}

/** Whoever keeps the platform's pools at their size. */
export interface Controller {
  /** Throws a SpillwayError when there is none, or none that can be reached. */
  kill(): Promise<void>;
  /** Absent where somebody else has to start it again. */
  readonly restart?: () => Promise<void>;
}

export interface Found {
  readonly engine: Engine;
  readonly actual: ActualMachine;
}

/** All machines of the platform that are there. */
export async function machinesOf(scene: Scene, wanted: (machine: ActualMachine) => boolean): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const [name, engine] of scene.engines) {
    const machines = (await engine.list(scene.platform)).machines.filter(wanted);
    if (machines.length > 0 && scene.spared.has(name)) throw spared(name);
    found.push(...machines.map((actual) => ({ engine, actual })));
  }
  return found;
}

export const machinesAt = (scene: Scene, site: SiteName): Promise<readonly Found[]> =>
  machinesOf(scene, (machine) => machine.site === site);

export async function machineIfThere(scene: Scene, machine: MachineName): Promise<Found | undefined> {
  return (await machinesOf(scene, ({ name }) => name === machine))[0];
}

export async function machineThere(scene: Scene, machine: MachineName): Promise<Found> {
  const found = await machineIfThere(scene, machine);
  if (found !== undefined) return found;
  throw new SpillwayError({
    code: 'no-machine',
    message: `${machine} is not there at that time`,
    mend: 'let the scenario name a machine of the base, or a time at which the overflow is there',
  });
}

/** What the engine itself can break. */
export function faultsOf(engine: Engine): EngineFaults {
  if (engine.faults !== undefined) return engine.faults;
  throw new SpillwayError({
    code: 'engine-cannot-break',
    message: `the engine ${engine.kind} cannot do that to its machines`,
    mend: 'rehearse it in the lab; `kill` and `cut` work everywhere',
    exit: 'refused',
  });
}

/** What links sites: every engine that can break it and may. */
export async function breakingLinks(scene: Scene, work: (faults: EngineFaults) => Promise<void>): Promise<void> {
  const able = [...scene.engines].filter(([, { faults }]) => faults !== undefined);
  const [first] = able;
  if (first === undefined) for (const engine of scene.engines.values()) faultsOf(engine);
  const free = able.filter(([name]) => !scene.spared.has(name));
  if (first !== undefined && free.length === 0) throw spared(first[0]);
  for (const [, engine] of free) await work(faultsOf(engine));
}

/** Chosen: what is asked of a machine here is done within a second, but for a unit that takes its time to stop. */
const patienceMs = 100_000;

/** Runs shell text on a machine. What it prints when it fails is the reason, in a few words. */
export async function onMachine(scene: Scene, machine: MachineName, script: string): Promise<void> {
  const { actual } = await machineThere(scene, machine);
  const { exitCode, stdout, stderr } = await scene.hosts.run({ machine, ...actual.reach }, script, patienceMs);
  if (exitCode === 0) return;
  const why = (stdout.trim() || stderr.trim() || `exit ${exitCode}`).split('\n').at(-1) ?? '';
  throw new SpillwayError({
    code: 'fault-failed',
    message: `on ${machine}: ${why}`,
    mend: `look there: spillway ssh ${scene.platform} ${machine}`,
  });
}

/** The same for what ends with the machine's power anyhow. */
export async function onMachineIfRunning(scene: Scene, machine: MachineName, script: string): Promise<void> {
  const found = await machineIfThere(scene, machine);
  if (found?.actual.state === 'running') await onMachine(scene, machine, script);
}

/** The same for what stays on its disk: it ends once the machine runs. */
export async function onMachineIfThere(scene: Scene, machine: MachineName, script: string): Promise<void> {
  const found = await machineIfThere(scene, machine);
  if (found === undefined) return;
  if (found.actual.state === 'running') return onMachine(scene, machine, script);
  throw new SpillwayError({
    code: 'machine-off',
    message: `${machine} does not run, and this is on its disk`,
    mend: `start it first: spillway up ${scene.platform}`,
  });
}

/** Ends all sessions with machines that were silent: each is one with a machine that was gone. */
export function forgetAll({ hosts }: Scene, machines: readonly Found[]): void {
  for (const { actual } of machines) hosts.forget(actual.name);
}

function spared(engine: string): SpillwayError {
  return new SpillwayError({
    code: 'faults-refused',
    message: `machines of the engine ${engine} are not broken on purpose`,
    mend: `if that is wanted there, write \`engines.${engine}.faults: allowed\` in the blueprint`,
    exit: 'refused',
  });
}
