/** Brings a platform up: looks, plans, performs, until a look finds nothing to do and every probe is content. */
import { SpillwayError } from '../model/errors.ts';
import type { MachineFacts } from '../model/facts.ts';
import { isNeverAccepted } from '../blueprint/findings.ts';
import type { MachineName, PoolName } from '../model/ids.ts';
import { changesOf, type Plan, type PlanFinding } from '../model/plan.ts';
import type { ContentName, ReleaseId } from '../model/ids.ts';
import { isMaking } from '../plan/planning.ts';
import { madeAnew, notInSync } from '../runtime/failover/primacies.ts';
import { inventoriesOf } from '../runtime/observe.ts';
import { interrupted, perform, type StepEvent } from '../runtime/perform.ts';
import { alreadyHeld } from './control/platform-lock.ts';
import { areTogether, isMoving, keepPrimaries, settlePrimaries } from './control/primaries.ts';
import { needsRepair, repairPrimaries, type Refusals } from './control/repair-primaries.ts';
import { noteHolders } from './holding.ts';
import { endWhatLasts } from './faults/index.ts';
import { failingProbes, type FailingProbe } from './failing.ts';
import { refuseOtherFile } from './origin.ts';
import { beginRevision, releasesOf } from './releases/revisions.ts';
import { showReleases } from './releases/show-releases.ts';
import { makeRoom } from './make-room.ts';
import { exclusively, look, type Work } from './work.ts';

export interface UpOptions {
  /** Goes on although a machine with data is removed. */
  readonly acceptLosses: boolean;
  /** Also a release that a person went back from. */
  readonly again?: boolean;
  /** Machines that are made anew, though nothing differs. */
  readonly replace?: ReadonlySet<MachineName>;
  /** This file describes the platform from now on, though it came from another one. */
  readonly fromHere?: boolean;
  readonly signal: AbortSignal;
  readonly progress: (event: UpEvent) => void;
}

export type UpEvent =
  | StepEvent
  | { readonly kind: 'planned'; readonly plan: Plan; readonly round: number; readonly tookMs: number }
  | { readonly kind: 'checking' }
  /** Once `givenUp`, no further look follows. */
  | { readonly kind: 'checked'; readonly failing: readonly FailingProbe[]; readonly givenUp: boolean };

export interface UpResult {
  readonly steps: number;
  /** Set when the blueprint or a release is another one than was applied before. */
  readonly revision?: number;
  readonly tookMs: number;
}

/** Chosen: one round makes machines, a second sees them; more are needed only after a step that itself reveals work. */
const mostRounds = 5;
/** Chosen: longer than a database takes to start and a balancer to see its servers. */
const probesTimeoutMs = 60_000;

export async function up(opened: Work, options: UpOptions): Promise<UpResult> {
  const work = options.again === true ? releasedAgain(opened) : opened;
  const { toolbox, store, blueprint, file } = work;
  const command = `spillway up ${blueprint.platform}`;
  const beganMs = toolbox.clock.now();
  const run = `up-${beganMs}`;
  const journal = (kind: 'run-began' | 'run-ended', reason: string, detail: Record<string, unknown>) =>
    store.append({ atMs: toolbox.clock.now(), run, kind, subject: command, reason, detail });

  return exclusively(work, command, async () => {
    if (options.fromHere !== true) refuseOtherFile(work, blueprint.platform);
    journal('run-began', 'a person asked', { blueprint: toolbox.files.resolve(file) });
    try {
      await endWhatLasts(work);
      // What was begun ends first: a machine whose place is being taken must not be started meanwhile.
      if (isMoving(work)) await settlePrimaries(work, run, options.signal, alreadyHeld);
      if (isMoving(work)) throw moveUnderWay(blueprint.platform);
      const { steps, revision } = await asRevision(work, { ...options, run }, async (begin, noting) => {
        const { steps: performed, facts } = await converge(work, run, { ...options, progress: noting }, begin);
        if (performed > 0 || !areTogether(work)) await settlePrimaries(work, run, options.signal, alreadyHeld);
        await probesContent(work, facts, options);
        return performed;
      });
      const tookMs = toolbox.clock.now() - beganMs;
      journal('run-ended', 'the platform is as the blueprint wants it', { steps, tookMs });
      return { steps, tookMs, ...(revision !== undefined && { revision }) };
    } catch (error) {
      journal('run-ended', error instanceof Error ? error.message : String(error), { failed: true });
      throw error;
    }
  });
}

function releasedAgain(work: Work): Work {
  const content = [...work.assets.content].map(([name, { rolledBackAtMs: _, ...asset }]) => {
    work.store.revisions.refuseRelease(name, asset.release.id, undefined);
    return [name, asset] as const;
  });
  return { ...work, assets: { ...work.assets, content: new Map(content) } };
}

type Upping = Pick<UpOptions, 'progress'> & { readonly run: string };

/**
 * What is brought up is a revision: begun before the first step, applied once all works. When a machine does not serve
 * with a new release, no machine shows it any more.
 */
async function asRevision(
  work: Work,
  { run, progress }: Upping,
  bringUp: (begin: () => void, noting: UpOptions['progress']) => Promise<number>,
): Promise<{ steps: number; revision: number | undefined }> {
  const { revisions } = work.store;
  let number: number | undefined;
  const refused = new Map<ContentName, ReleaseId>();
  const noting = (event: UpEvent) => {
    if (event.kind === 'failed') for (const [name, id] of refusedBy(event)) refused.set(name, id);
    progress(event);
  };
  const begin = () => (number = beginRevision(work, 'up'));
  try {
    const steps = await bringUp(begin, noting);
    if (number !== undefined) revisions.end(number, 'applied');
    return { steps, revision: number };
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    if (number !== undefined) revisions.end(number, 'failed', says);
    const applied = revisions.applied();
    if (applied !== undefined && refused.size > 0) {
      const known = [...releasesOf(revisions, applied)].filter(([name]) => refused.has(name));
      const atMs = work.toolbox.clock.wall();
      for (const [name, id] of refused)
        revisions.refuseRelease(name, id, { by: 'machines', atMs, says: says.split('\n')[0] ?? '' });
      // Also when a person ended it: nobody is left with a release that does not work.
      await showReleases(work, new Map(known), { run, signal: new AbortController().signal, progress });
    }
    throw error;
  }
}

/** The releases with which a machine did not serve, or that did not pass its checks. */
function refusedBy({
  step,
  error,
}: UpEvent & { readonly kind: 'failed' }): readonly (readonly [ContentName, ReleaseId])[] {
  if (step.kind !== 'change-machine' || !(error instanceof SpillwayError)) return [];
  if (!['taken-back', 'release-refused'].includes(error.code)) return [];
  return changesOf(step).flatMap((change) =>
    change.kind === 'release' ? [[change.spec.content, change.spec.release.id] as const] : [],
  );
}

type Facts = ReadonlyMap<MachineName, MachineFacts>;

/** The look that found nothing to do any more. */
interface Settled {
  readonly steps: number;
  readonly facts: Facts;
}

async function converge(
  work: Work,
  run: string,
  { acceptLosses, replace, signal, progress }: UpOptions,
  begin: () => void,
): Promise<Settled> {
  const { toolbox, blueprint, engines, hosts, store, vault } = work;
  const { clock } = toolbox;
  let performed = 0;
  for (let round = 1; round <= mostRounds; round++) {
    const lookedMs = clock.now();
    const asked = round === 1 && replace !== undefined ? { replace } : {};
    let seen = await look(work, asked);
    noteHolders(store, { ...seen, inventories: seen.actual.inventories });
    let told: Refusals = new Map();
    if (round === 1 && needsRepair(work, seen.plan)) {
      told = await repairPrimaries(work, seen.plan, { run, signal });
      seen = await look(work, asked);
    }
    const { plan, actual } = seen;
    refuse(plan, acceptLosses, told);
    await makeRoom(work, plan);
    if (round === 1) begin();
    progress({ kind: 'planned', plan, round, tookMs: clock.now() - lookedMs });
    if (plan.steps.length === 0) return { steps: performed, facts: actual.facts };
    if (signal.aborted) throw interrupted(plan.steps.length);
    const made = new Set(plan.steps.flatMap((step) => (isMaking(step) ? [step.machine.name] : [])));
    notInSync(store, blueprint, made);
    const performing = { platform: blueprint.platform, engines, hosts, store, vault, clock, run, signal, progress };
    try {
      await whileInSync(work, { run, signal }, () => perform(plan, performing));
    } finally {
      noteHolders(store, { ...seen, inventories: await inventoriesOf(engines, blueprint.platform) });
    }
    madeAnew(store, blueprint, made);
    performed += plan.steps.length;
  }
  const { plan, actual } = await look(work);
  if (plan.steps.length === 0) return { steps: performed, facts: actual.facts };
  const left = plan.steps.slice(0, 5).map(({ id, reason }) => `${id} (${reason.says})`);
  throw new SpillwayError({
    code: 'does-not-settle',
    message: `after ${mostRounds} rounds there is still something to do: ${left.join(', ')}`,
    mend: `something changes what Spillway sets; \`spillway plan ${blueprint.platform}\` says what differs`,
  });
}

/** A replica that is away because it is changed must not hold up the primary's writes: its next copy waits for them. */
async function whileInSync(
  work: Work,
  { run, signal }: { readonly run: string; readonly signal: AbortSignal },
  change: () => Promise<void>,
): Promise<void> {
  const quiet = { onDecision: () => undefined, onTrouble: () => undefined };
  const primaries = await keepPrimaries(work, { run, signal, lock: alreadyHeld, inSyncAlone: true, ...quiet });
  try {
    await change();
  } finally {
    await primaries.close();
  }
}

function moveUnderWay(platform: string): SpillwayError {
  return new SpillwayError({
    code: 'move-under-way',
    message: 'another machine is taking the place of a primary, and that does not come to its end',
    mend: `\`spillway events ${platform}\` says what fails; mend that, then run it again`,
    exit: 'refused',
  });
}

function refuse({ findings, losses }: Plan, acceptLosses: boolean, told: Refusals): void {
  const refused = findings
    .filter(({ severity, name }) => severity === 'refused' && !(acceptLosses && name.startsWith('data-lost:')))
    .map((finding) => withRefusal(finding, told));
  if (refused.length > 0) throw refusal(refused);
  if (losses.length === 0 || acceptLosses) return;
  throw new SpillwayError({
    code: 'would-lose-data',
    message: `this would remove ${losses.join(', ')}, whose data exists nowhere else`,
    mend: 'if that is meant, run it again with `--yes`',
    exit: 'refused',
  });
}

export function refusal(refused: readonly PlanFinding[]): SpillwayError {
  return new SpillwayError({
    code: 'refused',
    message: refused.map(({ name, says, mend }) => `${name}: ${says}\n  mend: ${mend}`).join('\n'),
    mend: acceptable(refused),
    exit: 'refused',
  });
}

/** Why nobody takes the place of the primary that is lost, where somebody could. */
function withRefusal(finding: PlanFinding, told: Refusals): PlanFinding {
  const [kind, pool] = finding.name.split(':');
  const why = kind === 'begins-empty' ? told.get(pool as PoolName) : undefined;
  return why === undefined ? finding : { ...finding, says: `${finding.says}: ${why}` };
}

function acceptable(refused: readonly PlanFinding[]): string {
  const one = refused.find(({ name }) => !isNeverAccepted(name));
  return one === undefined
    ? 'nothing was changed; mend that, then run it again'
    : `or accept it in the blueprint: accept: [{ finding: ${one.name}, because: … }]`;
}

async function probesContent(work: Work, seen: Facts, { signal, progress }: UpOptions): Promise<void> {
  const { clock } = work.toolbox;
  const untilMs = clock.now() + probesTimeoutMs;
  progress({ kind: 'checking' });
  for (let facts = seen; ; facts = (await look(work)).actual.facts) {
    const failing = failingProbes(facts, clock.now());
    const givenUp = clock.now() > untilMs;
    progress({ kind: 'checked', failing, givenUp });
    const [first] = failing;
    if (first === undefined) return;
    if (givenUp) {
      throw new SpillwayError({
        code: 'probes-fail',
        message: `everything is set up, but not all of it works:\n${failing.map(({ machine, says }) => `  ${machine}: ${says}`).join('\n')}`,
        mend: `look at the machine with \`spillway ssh ${work.blueprint.platform} ${first.machine} -- journalctl -n 50\``,
      });
    }
    if (signal.aborted) throw interrupted(0);
    // Chosen: probes run on every machine, and the balancers need half a second to notice.
    await clock.sleep(300);
  }
}
