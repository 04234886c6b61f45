/**
 * One machine of an imagined world: what a real one has on its disk and among
 * its processes, as data. Every function returns the machine as it is afterwards.
 */
import type { MachineFacts, PathFact, ReleaseFact, RoleFacts } from '../model/facts.ts';
import type { ContentName, NetworkName } from '../model/ids.ts';
import type { ActualMachine } from '../model/inventory.ts';
import type { Change } from '../model/plan.ts';
import type { Recipe } from '../model/recipe.ts';
import { staleAt } from '../model/term.ts';

export interface ImaginedMachine {
  /** What its engine keeps of it; `state` is that of its power. */
  readonly actual: ActualMachine;
  /** Whether its SSH port answers while it runs. */
  readonly answers: boolean;
  /** The largest term that it heard of. */
  readonly term: number;
  /** Networks whose cable was pulled since it was booted. */
  readonly unplugged: ReadonlySet<NetworkName>;
  readonly packages: ReadonlySet<string>;
  readonly paths: ReadonlyMap<string, Omit<PathFact, 'written'>>;
  /** Digests of what Spillway last wrote, by path. */
  readonly written: ReadonlyMap<string, string>;
  readonly units: ReadonlyMap<string, { readonly active: boolean; readonly enabled: boolean }>;
  /** Which files a unit has read, by `role/unit`. */
  readonly unitStamps: ReadonlyMap<string, string>;
  /** What is shown of each content. */
  readonly releases: ReadonlyMap<ContentName, ReleaseFact>;
  /** How it was when its change began, while that can be taken back. */
  readonly before?: ImaginedMachine;
  /** What a task last did, by `role/task`. Its check would succeed as long as it asks the same. */
  readonly tasks: ReadonlyMap<string, { readonly stamp: string; readonly satisfies: string | undefined }>;
}

export function newMachine(actual: ActualMachine, packages: readonly string[]): ImaginedMachine {
  return {
    actual,
    answers: true,
    term: 0,
    unplugged: new Set(),
    packages: new Set(packages),
    paths: new Map(),
    written: new Map(),
    units: new Map(),
    unitStamps: new Map(),
    releases: new Map(),
    tasks: new Map(),
  };
}

/** What is on a machine's disk, on another one. */
export function copied(
  { packages, paths, written, units, unitStamps, releases, tasks }: ImaginedMachine,
  actual: ActualMachine,
): ImaginedMachine {
  return { ...newMachine(actual, []), packages, paths, written, units, unitStamps, releases, tasks };
}

/** A machine that lost a cable has to be booted again, and so is not told as running. */
export function stateOf({ actual, unplugged }: ImaginedMachine): ActualMachine['state'] {
  return actual.state === 'running' && unplugged.size > 0 ? 'stopped' : actual.state;
}

/** As its engine lists it. */
export function seenOf(machine: ImaginedMachine): ActualMachine {
  const state = stateOf(machine);
  return state === machine.actual.state ? machine.actual : { ...machine.actual, state };
}

export function isReachable(machine: ImaginedMachine): boolean {
  // The controller comes over a network of its own.
  return machine.actual.state === 'running' && !machine.actual.isCutOff && machine.answers;
}

export function withoutPower(machine: ImaginedMachine): ImaginedMachine {
  return { ...machine, actual: { ...machine.actual, state: 'stopped', isCutOff: false } };
}

export function cutOff(machine: ImaginedMachine): ImaginedMachine {
  return { ...machine, actual: { ...machine.actual, isCutOff: machine.actual.state === 'running' } };
}

export function rejoined(machine: ImaginedMachine): ImaginedMachine {
  return { ...machine, actual: { ...machine.actual, isCutOff: false } };
}

/** What is enabled starts with it, and whatever kept it from answering is over. */
export function booted(machine: ImaginedMachine): ImaginedMachine {
  return {
    ...machine,
    actual: { ...machine.actual, state: 'running', isCutOff: false },
    answers: true,
    unplugged: new Set(),
    units: new Map([...machine.units].map(([name, { enabled }]) => [name, { active: enabled, enabled }])),
  };
}

/** The machine after a network that it may be on has gone. */
export function unplugged(machine: ImaginedMachine, network: NetworkName): ImaginedMachine {
  if (!machine.actual.interfaces.some((one) => one.network === network)) return machine;
  return { ...machine, unplugged: new Set([...machine.unplugged, network]) };
}

/** Throws when it has heard of a later one. */
export function hearing(machine: ImaginedMachine, term: number): ImaginedMachine {
  if (term < machine.term) throw staleAt(machine.actual.name, term, machine.term);
  return { ...machine, term };
}

export function applied(machine: ImaginedMachine, role: string, changes: readonly Change[]): ImaginedMachine {
  const paths = new Map(machine.paths);
  const written = new Map(machine.written);
  const units = new Map(machine.units);
  const unitStamps = new Map(machine.unitStamps);
  const releases = new Map(machine.releases);
  const tasks = new Map(machine.tasks);
  for (const change of changes) {
    switch (change.kind) {
      case 'directory': {
        const { path, owner, mode } = change.directory;
        paths.set(path, { digest: '', owner, mode });
        break;
      }
      case 'file': {
        const { path, owner, mode } = change.file;
        paths.set(path, { digest: change.digest, owner, mode });
        written.set(path, change.digest);
        break;
      }
      case 'remove-file':
        paths.delete(change.path);
        written.delete(change.path);
        break;
      case 'release':
        releases.set(change.spec.content, { id: change.spec.release.id, tree: change.tree });
        break;
      case 'stop-unit':
        units.set(change.unit, { active: false, enabled: false });
        for (const key of unitStamps.keys()) if (key.endsWith(`/${change.unit}`)) unitStamps.delete(key);
        break;
      case 'unit':
        units.set(change.unit.name, { active: true, enabled: true });
        unitStamps.set(`${role}/${change.unit.name}`, change.stamp);
        break;
      case 'task':
        tasks.set(`${role}/${change.task.name}`, { stamp: change.stamp, satisfies: change.task.check });
        break;
    }
  }
  return { ...machine, paths, written, units, unitStamps, releases, tasks };
}

/** What changes replace is kept from now on; a change that began before began then. */
export function changing(machine: ImaginedMachine): ImaginedMachine {
  return machine.before === undefined ? { ...machine, before: machine } : machine;
}

/** What its disk held when its change began. Its power and what it heard of are as they are by now. */
export function takenBack(machine: ImaginedMachine): ImaginedMachine {
  const { actual, answers, term, before } = machine;
  return before === undefined ? machine : { ...before, actual, answers, term };
}

export function proven({ before: _, ...machine }: ImaginedMachine): ImaginedMachine {
  return machine;
}

export function inspected(machine: ImaginedMachine, recipes: readonly Recipe[]): MachineFacts {
  const units = [...machine.unitStamps.keys()].map((key) => key.slice(key.indexOf('/') + 1));
  return {
    reachable: true,
    roles: new Map(recipes.map((recipe) => [recipe.role, roleFacts(machine, recipe)])),
    noted: { paths: [...machine.written.keys()], units: [...new Set(units)] },
    ...(machine.before !== undefined && { isUnproven: true }),
  };
}

function roleFacts(machine: ImaginedMachine, recipe: Recipe): RoleFacts {
  const { role, directories, files, absent } = recipe;
  const paths = new Map<string, PathFact>();
  const look = (path: string) => {
    const found = machine.paths.get(path);
    if (found === undefined) return;
    const written = machine.written.get(path);
    paths.set(path, written === undefined ? found : { ...found, written });
  };
  for (const { path } of directories) look(path);
  for (const { path } of files) look(path);
  absent.forEach(look);

  const stopped = recipe.units.filter(({ name }) => machine.units.get(name)?.active !== true);
  const complaint = stopped.map(({ name }) => `${name} does not run`).join('; ');
  return {
    missingPackages: recipe.packages.filter((name) => !machine.packages.has(name)),
    paths,
    releases: new Map(
      recipe.releases.flatMap(({ content }) => {
        const fact = machine.releases.get(content);
        return fact === undefined ? [] : [[content, fact] as const];
      }),
    ),
    units: new Map(
      recipe.units.map(({ name }) => {
        const { active, enabled } = machine.units.get(name) ?? { active: false, enabled: false };
        return [name, { active, enabled, stamp: machine.unitStamps.get(`${role}/${name}`) ?? '' }];
      }),
    ),
    tasks: new Map(
      recipe.tasks.map(({ name, check }) => {
        const last = machine.tasks.get(`${role}/${name}`);
        return [name, { checked: check !== undefined && last?.satisfies === check, stamp: last?.stamp ?? '' }];
      }),
    ),
    probes: new Map(recipe.probes.map(({ name }) => [name, complaint])),
  };
}
