/** Breaks something of a platform on purpose, for a while or until it is undone; and says what lasts. */
import { mendName } from '../../blueprint/suggest.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { PlatformName } from '../../model/ids.ts';
import {
  type Breakage,
  type FaultKind,
  faultKinds,
  inOrderOfEnding,
  prepare,
  readMeasure,
  readyOrThrow,
  verbOf,
} from '../../rehearse/faults/index.ts';
import { load } from '../load.ts';
import type { Toolbox } from '../toolbox.ts';
import { withLook, type Work } from '../work.ts';
import { beginFault, endFault, type FaultHands, type Injection, subjectOf, leaveToPlan } from './inject.ts';
import { type Lasting, lastingFaults } from './lasting.ts';
import { controllerOf, sceneOf } from './scene-of.ts';

export type { Injection } from './inject.ts';
export type { Lasting } from './lasting.ts';

/** As a person writes it. */
export interface Wanted {
  readonly verb: string;
  readonly target: string;
  readonly to?: string;
  readonly forMs?: number;
}

export interface Broken {
  readonly platform: PlatformName;
  readonly fault: Injection;
  /** `over`: nothing of it can be undone. `ended`: it was undone after its time. */
  readonly state: 'lasts' | 'over' | 'ended';
}

export interface Waiting {
  /** Ends what lasts for a time before that time. */
  readonly signal: AbortSignal;
  /** Called once it is broken, and again once it has ended. */
  readonly progress: (says: string) => void;
}

/** Returns at once what lasts until it is undone; what lasts for a time when that is over. */
export async function breakPlatform(
  toolbox: Toolbox,
  which: string,
  wanted: Wanted,
  { signal, progress }: Waiting,
): Promise<Broken> {
  const loaded = load(toolbox, which);
  const { platform } = loaded.blueprint;
  const fault = injectionOf(wanted);
  if (!toolbox.knownPlatforms().includes(platform)) throw notUp(platform);
  return withLook(toolbox, loaded, async (work) => {
    const { clock } = toolbox;
    const hands = handsOn(work, `fault-${clock.now()}`);
    readyOrThrow(fault, hands.known);
    const begun = await beginFault(fault, 'a person asked', hands);
    if (begun.state === 'missed') throw missed(platform, fault, begun);
    const says = (state: 'began' | 'ended') => progress(`${fault.target} ${verbOf(fault.kind).says[state]}`);
    says('began');
    if (begun.state === 'over' || fault.forMs === undefined) return { platform, fault, state: begun.state };
    const untilMs = clock.now() + fault.forMs;
    while (clock.now() < untilMs && !signal.aborted) await clock.sleep(Math.min(lookEveryMs, untilMs - clock.now()));
    if (lastingFaults(work.store).some(({ run }) => run === hands.run)) await endOrThrow(fault, hands);
    says('ended');
    return { platform, fault, state: 'ended' };
  });
}

/** Chosen: a fault lasts at most so much longer after Ctrl-C. */
const lookEveryMs = 100;

/** Ends all that lasts, or only that one; what could not be ended is told in the end. */
export async function undoFaults(
  toolbox: Toolbox,
  which: string,
  only: Pick<Wanted, 'verb' | 'target'> | undefined,
  progress: (says: string) => void,
): Promise<{ readonly platform: PlatformName; readonly ended: readonly Lasting[] }> {
  const loaded = load(toolbox, which);
  const { platform } = loaded.blueprint;
  const subject = only === undefined ? undefined : subjectOf({ kind: kindOf(only.verb), target: only.target });
  return withLook(toolbox, loaded, async (work) => {
    const lasting = lastingFaults(work.store).filter((one) => subject === undefined || subjectOf(one) === subject);
    if (only !== undefined && lasting.length === 0) throw notLasting(platform, only);
    const failures = await endAll(work, lasting, 'a person ended it', progress);
    if (failures.length > 0) throw notEnded(platform, failures);
    return { platform, ended: lasting };
  });
}

/** What was broken on purpose is not what a blueprint wants. What cannot be ended is left to the plan too. */
export async function endWhatLasts(work: Work): Promise<void> {
  const reason = 'the platform is made as its blueprint says';
  const lasting = lastingFaults(work.store).map((fault) => ({ fault, hands: handsOn(work, fault.run) }));
  const isPlans = ({ fault, hands }: (typeof lasting)[number]) => {
    const prepared = prepare(fault, hands.known);
    return prepared.ok && prepared.ready.isMendedByPlan;
  };
  for (const { fault, hands } of lasting.filter(isPlans)) leaveToPlan(fault, reason, hands);
  const others = lasting.filter((one) => !isPlans(one)).map(({ fault }) => fault);
  await endAll(work, others, reason, () => undefined);
}

/** What could not be ended, and why. */
async function endAll(
  work: Work,
  lasting: readonly Lasting[],
  reason: string,
  progress: Waiting['progress'],
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const fault of inOrderOfEnding(lasting)) {
    const why = await endFault(fault, reason, handsOn(work, fault.run));
    if (why === undefined) progress(`${fault.target} ${verbOf(fault.kind).says.ended}`);
    else failures.push(`${fault.kind} ${fault.target}: ${why}`);
  }
  return failures;
}

export function listFaults(
  toolbox: Toolbox,
  which: string,
): { readonly platform: PlatformName; readonly lasting: readonly Lasting[] } {
  const { platform } = load(toolbox, which).blueprint;
  const state = toolbox.openToLook(platform);
  try {
    return { platform, lasting: lastingFaults(state.store) };
  } finally {
    state.close();
  }
}

function handsOn(work: Work, run: string): FaultHands {
  work.tenure.beside();
  const { store, toolbox } = work;
  return { ...sceneOf(work, controllerOf(work)), store, clock: toolbox.clock, run, record: () => undefined };
}

function injectionOf({ verb, target, to, forMs }: Wanted): Injection {
  const kind = kindOf(verb);
  const measured = readMeasure(kind, to);
  if (!measured.ok) throw wrongInput('wrong-measure', measured.message, measured.mend);
  if (forMs !== undefined && verbOf(kind).isOverAtOnce === true)
    throw wrongInput('wrong-for', `\`${kind}\` is over at once, and nothing of it can be undone`, 'leave out `--for`');
  return {
    ...{ kind, target },
    ...(measured.to !== undefined && { to: measured.to }),
    ...(forMs !== undefined && { forMs }),
  };
}

function kindOf(verb: string): FaultKind {
  const kind = faultKinds.find((one) => one === verb);
  if (kind !== undefined) return kind;
  throw wrongInput('no-verb', `nothing is broken by \`${verb}\``, mendName(verb, faultKinds, 'verb'));
}

async function endOrThrow(fault: Injection, hands: FaultHands): Promise<void> {
  const why = await endFault(fault, 'its time is over', hands);
  if (why !== undefined) throw notEnded(hands.platform, [`${fault.kind} ${fault.target}: ${why}`]);
}

function wrongInput(code: string, message: string, mend: string): SpillwayError {
  return new SpillwayError({ code, message, mend, exit: 'wrongInput' });
}

function missed(platform: string, { kind, target }: Breakage, { says, lasts }: { says: string; lasts: boolean }) {
  return new SpillwayError({
    code: 'fault-missed',
    message: `${target} ${verbOf(kind).says.missed}: ${says}`,
    mend: lasts
      ? `a part of it may last: spillway fault ${platform} --undo`
      : `see how it is: spillway status ${platform}`,
  });
}

function notEnded(platform: string, failures: readonly string[]): SpillwayError {
  return new SpillwayError({
    code: 'fault-lasts',
    message: `this could not be undone:\n${failures.map((line) => `  - ${line}`).join('\n')}`,
    mend: `try again: spillway fault ${platform} --undo; or let \`spillway up ${platform}\` make it as the blueprint says`,
  });
}

function notLasting(platform: string, { verb, target }: Pick<Wanted, 'verb' | 'target'>): SpillwayError {
  return wrongInput('no-fault', `no \`${verb} ${target}\` lasts`, `see what does: spillway fault ${platform}`);
}

function notUp(platform: string): SpillwayError {
  return new SpillwayError({
    code: 'not-up',
    message: `there is nothing of ${platform} that could be broken`,
    mend: `bring it up first: spillway up ${platform}`,
    exit: 'refused',
  });
}
