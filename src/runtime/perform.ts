/**
 * Performs a plan: each step as soon as those before it have ended well. Every
 * step is journaled before it begins and when it has ended. To be killed at any
 * instant is normal: steps are idempotent, and the next plan sees what is left.
 */
import { SpillwayError, unreachable } from '../model/errors.ts';
import type { EngineName, MachineName, PlatformName, StepId } from '../model/ids.ts';
import { changeSubject, type Change, type MachineOrder, type Plan, type Step } from '../model/plan.ts';
import { counted } from '../model/quantities.ts';
import { isStale } from '../model/term.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { Hosts, Reach } from '../ports/host.ts';
import type { JournalEntry, Store } from '../ports/store.ts';
import type { Vault } from '../ports/vault.ts';
import type { Engines } from './observe.ts';
import { haproxySocket, type HaproxySocket } from './haproxy/socket.ts';
import { awaitServing, shutDown } from './machine-work.ts';
import { changeMachine } from './rollout/change-machine.ts';
import { runtimeSocket } from '../roles/balancer/runtime-socket.ts';
import { mostUrgentFirst } from './urgency.ts';

export interface Performing {
  readonly platform: PlatformName;
  readonly engines: Engines;
  readonly hosts: Hosts;
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  /** Groups the journal's entries of one command. */
  readonly run: string;
  /** Once aborted, no further step begins. */
  readonly signal: AbortSignal;
  readonly progress: (event: StepEvent) => void;
}

export type StepEvent =
  | { readonly kind: 'began'; readonly step: Step }
  | { readonly kind: 'says'; readonly step: Step; readonly line: string }
  | { readonly kind: 'ended'; readonly step: Step; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly step: Step; readonly error: unknown };

/** Chosen: machines of a lab share the host's cores, and more at once do not come sooner. */
const stepsAtOnce = 12;

export async function perform({ steps }: Pick<Plan, 'steps'>, performing: Performing): Promise<void> {
  const ended = new Set<StepId>();
  const failures: unknown[] = [];
  const waiting = new Set(mostUrgentFirst(steps));
  const running = new Set<Promise<void>>();
  const reaches: Reaches = new Map();

  while (waiting.size > 0 || running.size > 0) {
    const stop = performing.signal.aborted;
    for (const step of waiting) {
      if (stop || running.size >= stepsAtOnce) break;
      if (!step.after.every((id) => ended.has(id))) continue;
      waiting.delete(step);
      const work = performStep(step, performing, reaches)
        .then(() => void ended.add(step.id))
        .catch((error: unknown) => void failures.push(error))
        .finally(() => running.delete(work));
      running.add(work);
    }
    // Nothing runs and nothing can begin: what waits, waits for a step that failed.
    if (running.size === 0) break;
    await Promise.race(running);
  }

  if (failures.length > 0) throw allOf(failures);
  if (performing.signal.aborted && waiting.size > 0) throw interrupted(waiting.size);
  if (waiting.size > 0)
    throw new Error(`these steps wait for one another: ${[...waiting].map(({ id }) => id).join(', ')}`);
}

export function interrupted(stepsLeft: number): SpillwayError {
  return new SpillwayError({
    code: 'interrupted',
    message: `stopped by hand, with ${counted(stepsLeft, 'step')} left`,
    mend: 'run the command again: it goes on where it was',
  });
}

async function performStep(step: Step, performing: Performing, reaches: Reaches): Promise<void> {
  const { store, clock, run, progress } = performing;
  const beganMs = clock.now();
  const journal = (kind: JournalEntry['kind'], detail: JournalEntry['detail']) =>
    store.append({ atMs: clock.now(), run, kind, subject: step.id, reason: step.reason.says, detail });
  journal('step-began', describeStep(step));
  progress({ kind: 'began', step });
  try {
    await effect(step, performing, reaches);
  } catch (error) {
    journal('step-failed', { kind: step.kind, error: error instanceof Error ? error.message : String(error) });
    progress({ kind: 'failed', step, error });
    throw error;
  }
  const tookMs = clock.now() - beganMs;
  journal('step-ended', { kind: step.kind, tookMs });
  progress({ kind: 'ended', step, tookMs });
}

async function effect(step: Step, performing: Performing, reaches: Reaches): Promise<void> {
  const { platform, hosts, engines, progress } = performing;
  switch (step.kind) {
    case 'build-image':
      return engineOf(engines, step.engine).ensureImage(step.packages, (line) => {
        progress({ kind: 'says', step, line });
      });
    case 'create-network':
      return engineOf(engines, step.engine).ensureNetwork(step.network);
    case 'replace-network': {
      const engine = engineOf(engines, step.engine);
      await engine.removeNetwork(platform, step.network.name);
      return engine.ensureNetwork(step.network);
    }
    case 'remove-network':
      return engineOf(engines, step.engine).removeNetwork(platform, step.network);
    case 'create-address':
      return engineOf(engines, step.engine).ensureAddress(step.address);
    case 'place-address':
      return engineOf(engines, step.engine).placeAddress(platform, step.address, step.machine);
    case 'remove-address':
      return engineOf(engines, step.engine).removeAddress(platform, step.address);
    case 'create-machine':
      return create(step.machine, engineOf(engines, step.engine), performing);
    case 'replace-machine':
      await remove(step.machine.name, performing, engineOf(engines, step.engine));
      reaches.delete(step.machine.name);
      return create(step.machine, engineOf(engines, step.engine), performing);
    case 'start-machine':
      hosts.forget(step.machine);
      return engineOf(engines, step.engine).startMachine(platform, step.machine);
    case 'restart-machine': {
      const engine = engineOf(engines, step.engine);
      hosts.forget(step.machine);
      await engine.powerOff(platform, step.machine);
      return engine.startMachine(platform, step.machine);
    }
    case 'rejoin-machine':
      hosts.forget(step.machine);
      return engineOf(engines, step.engine).rejoin(platform, step.machine);
    case 'remove-machine':
      return remove(step.machine, performing, engineOf(engines, step.engine));
    case 'commission-machine':
      return engineOf(engines, step.engine).commission(platform, step.machine);
    case 'bake':
      return engineOf(engines, step.engine).bake(step.bake);
    case 'remove-bake':
      return engineOf(engines, step.engine).removeBake(platform, step.bake);
    case 'await-machine':
      return awaitServing(
        hosts,
        performing.clock,
        step,
        (machine) => reachOf(performing, machine, reaches),
        performing.signal,
      );
    case 'change-machine': {
      const reach = await reachOf(performing, step.machine, reaches);
      const sockets = await socketsTo(step.visits.balancers, performing, reaches);
      try {
        const says = (line: string) => progress({ kind: 'says', step, line });
        await changeMachine(step, {
          hosts,
          clock: performing.clock,
          reach,
          socketOf: (name) => named(sockets, name),
          says,
        });
      } finally {
        for (const socket of sockets.values()) socket.close();
      }
      return;
    }
    case 'configure':
      return hosts.apply(await reachOf(performing, step.machine, reaches), step.role, step.changes);
    default:
      return unreachable(step);
  }
}

async function socketsTo(
  balancers: readonly MachineName[],
  performing: Performing,
  reaches: Reaches,
): Promise<ReadonlyMap<MachineName, HaproxySocket>> {
  const { hosts, clock } = performing;
  const sockets = balancers.map(async (balancer) => {
    const reach = await reachOf(performing, balancer, reaches);
    const open = () => hosts.openSocket(reach, runtimeSocket);
    return [balancer, haproxySocket({ balancer, open, clock, permit: () => hosts.hear(reach) })] as const;
  });
  return new Map(await Promise.all(sockets));
}

function named<Name, Thing>(things: ReadonlyMap<Name, Thing>, name: Name): Thing {
  const thing = things.get(name);
  if (thing === undefined) throw new Error(`the step does not speak of ${String(name)}`);
  return thing;
}

async function create(order: MachineOrder, engine: Engine, { vault }: Performing): Promise<void> {
  await engine.createMachine({ ...order, authorizedKey: vault.clientKey().public, hostKey: vault.hostKey(order.name) });
}

/** Whoever still works there ends it in order first. */
async function remove(name: MachineName, { platform, hosts, clock }: Performing, engine: Engine): Promise<void> {
  const there = (await engine.list(platform)).machines.find((machine) => machine.name === name);
  if (there?.state === 'running') await shutDown(engine, hosts, clock, platform, { machine: name, ...there.reach });
  hosts.forget(name);
  await engine.removeMachine(platform, name);
}

/** One failure as it is; of several, all that they say. */
function allOf(failures: readonly unknown[]): unknown {
  const [first, ...others] = failures;
  if (others.length === 0) return first;
  const stale = failures.find(isStale);
  if (stale !== undefined) return stale;
  const told = failures.filter((failure) => failure instanceof SpillwayError);
  if (told.length < failures.length) return failures.find((failure) => !(failure instanceof SpillwayError));
  return new SpillwayError({
    code: 'steps-failed',
    message: `${counted(told.length, 'step')} failed:\n${told.map(({ message }) => `- ${message}`).join('\n')}`,
    mend: [...new Set(told.map(({ mend }) => mend))].join('\n'),
    cause: first,
  });
}

/** Where machines are reached. Asked once a machine, when it is configured: from then on it keeps its place. */
type Reaches = Map<MachineName, Reach>;

async function reachOf({ engines, platform }: Performing, machine: MachineName, reaches: Reaches): Promise<Reach> {
  const known = reaches.get(machine);
  if (known !== undefined) return known;
  for (const engine of engines.values()) {
    const there = (await engine.list(platform)).machines.find(({ name }) => name === machine);
    if (there === undefined) continue;
    const reach = { machine, ...there.reach };
    reaches.set(machine, reach);
    return reach;
  }
  throw new SpillwayError({
    code: 'machine-gone',
    message: `${machine} is not there any more`,
    mend: 'run `spillway up` again',
  });
}

function engineOf(engines: Engines, name: EngineName): Engine {
  const engine = engines.get(name);
  if (engine === undefined) throw new Error(`no engine ${name}`);
  return engine;
}

function describeChange(change: Change) {
  return { kind: change.kind, what: changeSubject(change), why: change.why.says };
}

/** What the journal and `--json` tell of a step: never the content of a file. */
export function describeStep(step: Step): Readonly<Record<string, unknown>> {
  switch (step.kind) {
    case 'configure':
      return { kind: step.kind, machine: step.machine, role: step.role, changes: step.changes.map(describeChange) };
    case 'change-machine':
      return {
        kind: step.kind,
        machine: step.machine,
        balancers: step.visits.balancers,
        changes: step.parts.flatMap(({ role, changes }) => changes.map((one) => ({ role, ...describeChange(one) }))),
      };
    case 'create-machine':
    case 'replace-machine': {
      const { name, pool, part, site, flavour, interfaces, bake } = step.machine;
      const from = bake === undefined ? {} : { bake };
      return { kind: step.kind, machine: name, pool, part, site, flavour: flavour.name, interfaces, ...from };
    }
    case 'create-network':
    case 'replace-network': {
      const { name, kind: visibility, cidr, sites } = step.network;
      return { kind: step.kind, network: name, visibility, cidr, sites };
    }
    case 'create-address':
      return { kind: step.kind, address: step.address.name, ip: step.address.ip, holders: step.address.holders };
    case 'build-image':
      return { kind: step.kind, image: step.image, packages: step.packages };
    case 'remove-network':
      return { kind: step.kind, network: step.network };
    case 'place-address':
      return { kind: step.kind, address: step.address, machine: step.machine };
    case 'remove-address':
      return { kind: step.kind, address: step.address };
    case 'bake':
      return { kind: step.kind, pool: step.bake.pool, from: step.bake.from };
    case 'remove-bake':
      return { kind: step.kind, bake: step.bake };
    case 'start-machine':
    case 'restart-machine':
    case 'rejoin-machine':
    case 'remove-machine':
    case 'commission-machine':
    case 'await-machine':
      return { kind: step.kind, machine: step.machine };
    default:
      return unreachable(step);
  }
}
