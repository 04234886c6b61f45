/** A platform with everything at hand to look at it and to work on it. */
import { entries } from '../blueprint/records.ts';
import { mendName } from '../blueprint/suggest.ts';
import { SpillwayError } from '../model/errors.ts';
import { formatDuration } from '../model/quantities.ts';
import type { EngineName, MachineName } from '../model/ids.ts';
import type { Plan } from '../model/plan.ts';
import { makePlan, type PlanInput } from '../plan/make-plan.ts';
import { runningOut } from '../plan/running-out.ts';
import type { Engine, Shortfall } from '../ports/engine.ts';
import type { LockHolder, LockName } from '../ports/store.ts';
import { keptPrimacies } from '../runtime/failover/primacies.ts';
import { observe, type Engines } from '../runtime/observe.ts';
import { underTerm } from '../runtime/under-term.ts';
import { keptHolders } from './holding.ts';
import type { Loaded } from './load.ts';
import type { PlatformState, Toolbox } from './toolbox.ts';
import { asKept } from './releases/as-kept.ts';

export interface Work extends Loaded, Omit<PlatformState, 'close'> {
  readonly toolbox: Toolbox;
  readonly engines: Engines;
}

/** Opens what is kept of the platform and its engines for the time of `use`. */
export function withWork<Result>(toolbox: Toolbox, loaded: Loaded, use: (work: Work) => Promise<Result>) {
  return opened(toolbox, loaded, toolbox.open, use);
}

/** The same for a `use` that changes nothing: it leaves no trace of a platform that was never brought up. */
export function withLook<Result>(toolbox: Toolbox, loaded: Loaded, use: (work: Work) => Promise<Result>) {
  return opened(toolbox, loaded, toolbox.openToLook, use);
}

async function opened<Result>(
  toolbox: Toolbox,
  loaded: Loaded,
  open: Toolbox['open'],
  use: (work: Work) => Promise<Result>,
): Promise<Result> {
  const bare = new Map(
    entries(loaded.blueprint.engines).map(([name, wanted]): [EngineName, Engine] => [name, toolbox.engine(wanted)]),
  );
  await refuseShortfalls(bare);
  const state = open(loaded.blueprint.platform);
  const engines = new Map([...bare].map(([name, engine]) => [name, underTerm(engine, state.tenure.term)]));
  try {
    const assets = asKept(loaded.assets, state.store);
    return await use({ ...loaded, assets, ...state, toolbox, engines });
  } finally {
    state.close();
  }
}

async function refuseShortfalls(engines: Engines): Promise<void> {
  const lacking: Shortfall[] = [];
  for (const engine of engines.values()) lacking.push(...(await engine.check()));
  if (lacking.length > 0) throw hostCannot(lacking);
}

export function hostCannot(lacking: readonly Shortfall[]): SpillwayError {
  return new SpillwayError({
    code: 'host-cannot',
    message: `this host cannot run the platform's machines:\n${lacking.map(({ what, mend }) => `  - ${what}: ${mend}`).join('\n')}`,
    mend: 'nothing was touched; mend the above and run it again',
  });
}

/** What a person wants done though nothing differs. */
type Asked = Pick<PlanInput, 'replace' | 'rebake'>;

/** Looks at what there is and plans from it. */
export async function look(
  { toolbox, engines, hosts, vault, store, blueprint, assets }: Work,
  { replace = new Set(), rebake = new Set() }: Asked = {},
): Promise<PlanInput & { plan: Plan }> {
  const seen = await observe(engines, hosts, blueprint, assets, keptPrimacies(store, blueprint));
  await vault.prepare(textsOf(seen));
  const input: PlanInput = {
    ...seen,
    replace: known(seen.platform, replace),
    rebake,
    holding: keptHolders(store),
    digest: toolbox.digest(vault),
    imageKey: (engine) => engineNamed(engines, engine).imageKey(seen.compiled.packages),
  };
  const plan = makePlan(input);
  const findings = [...plan.findings, ...runningOut(input, toolbox.clock.now())];
  return { ...input, plan: { ...plan, findings } };
}

function known({ machines, blueprint }: PlanInput['platform'], wanted: ReadonlySet<MachineName>) {
  const names = machines.map(({ name }) => name);
  const stranger = [...wanted].find((name) => !names.includes(name));
  if (stranger === undefined) return wanted;
  throw new SpillwayError({
    code: 'no-machine',
    message: `the blueprint gives ${blueprint.platform} no machine \`${stranger}\``,
    mend: mendName(stranger, names, 'machine'),
    exit: 'wrongInput',
  });
}

function* textsOf({ compiled }: Pick<PlanInput, 'compiled'>): Iterable<string> {
  for (const recipes of compiled.recipes.values())
    for (const { files } of recipes) for (const { content } of files) yield content;
}

function engineNamed(engines: Engines, name: EngineName): Engine {
  const engine = engines.get(name);
  if (engine === undefined) throw new Error(`no engine ${name}`);
  return engine;
}

/** Holds the platform's lock for the time of `use`. */
export async function exclusively<Result>(work: Locking, command: string, use: () => Promise<Result>): Promise<Result> {
  const self = takeLock(work, command);
  try {
    return await use();
  } finally {
    work.store.unlock(self);
  }
}

/** What it takes to lock a platform. */
export type Locking = Pick<Work, 'toolbox' | 'store' | 'tenure'>;

/** Begins a term. Who comes second is told who works there, since when. */
export function takeLock(
  { toolbox, store, tenure }: Locking,
  command: string,
  name: LockName = 'platform',
): LockHolder {
  const self = lockFor({ toolbox, store }, command, name);
  store.raiseTerm(toolbox.clock.wall());
  tenure.begin(self, name);
  return self;
}

/** The same for one whose term goes on. */
export function lockFor(
  { toolbox, store }: Pick<Locking, 'toolbox' | 'store'>,
  command: string,
  name: LockName = 'platform',
): LockHolder {
  const self: LockHolder = { ...toolbox.self(), command, sinceMs: toolbox.clock.wall() };
  const other = store.lock(self, toolbox.isAlive, name);
  if (other !== undefined) {
    const since = formatDuration(Math.max(0, toolbox.clock.wall() - other.sinceMs));
    throw new SpillwayError({
      code: 'busy',
      message: `\`${other.command}\` works on this platform, as process ${other.pid} on ${other.host}, since ${since}`,
      mend:
        name === 'controller'
          ? `what it does: ${command.replace(' control ', ' events ')} --follow; one in the background ends with ${command} --stop, one that a person started with Ctrl-C there; in place of one that hangs: ${command} --take-over`
          : 'wait until it ends, or stop it with Ctrl-C',
      exit: 'refused',
    });
  }
  return self;
}
