/**
 * Changes one machine that serves: releases are laid beside what it shows and checked, it leaves its balancers, all that
 * differs is done, it is asked whether it serves with that, visitors come back and are watched for a while. Whatever
 * fails on the way, the machine is taken back to what it was, and serves on.
 */
import { SpillwayError } from '../../model/errors.ts';
import type { MachineName } from '../../model/ids.ts';
import { changesOf, type Step } from '../../model/plan.ts';
import { isStale } from '../../model/term.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Hosts, Reach } from '../../ports/host.ts';
import type { HaproxySocket } from '../haproxy/socket.ts';
import { lastLines, pagesAnswered, whyNotServing, type Proving } from './prove.ts';
import { countServed, didWorse, enter, leave, type Entrance } from './visitors.ts';

export interface Changing {
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly reach: Reach;
  readonly socketOf: (balancer: MachineName) => HaproxySocket;
  readonly says: (line: string) => void;
}

type ChangeStep = Step & { readonly kind: 'change-machine' };

/** Chosen: what a visitor would meet on a page that nobody named shows within seconds, and ten machines take no minute more. */
const watchedMs = 3_000;
const pauseMs = 300;

/** Throws `taken-back` when the machine does not serve with the change, and serves as before. */
export async function changeMachine(step: ChangeStep, changing: Changing): Promise<void> {
  const { hosts, clock, reach, says } = changing;
  const beganMs = clock.wall();
  const entrance: Entrance = { ...changing, visits: step.visits, machine: step.machine };
  const asked: Proving = { ...changing, watch: step.watch, pages: step.pages };
  // Of one that was changed before and never proven, nobody knows what it answered then.
  const proving = step.parts.length === 0 ? asked : { ...asked, pages: await pagesAnswered(asked) };
  for (const change of changesOf(step))
    if (change.kind === 'release') await hosts.lay(reach, change.spec, change.isChecked);
  await hosts.beginChange(reach);
  try {
    says('leaves its balancers');
    await leave(entrance);
    for (const { role, changes } of step.parts) {
      says(`is changed: ${role}`);
      await hosts.apply(reach, role, changes);
    }
    says('is asked whether it serves');
    const why = await whyNotServing(proving);
    if (why !== undefined) throw notServing(why);
    await enter(entrance);
    says('is watched');
    if (await fails(entrance)) throw notServing('visitors got more errors from it than from the others of its pool');
  } catch (error) {
    if (isStale(error)) throw error;
    const lines = await lastLines(proving, step.logs, beganMs);
    says('is taken back');
    await leave(entrance);
    await hosts.takeBack(reach);
    const still = await whyNotServing(proving);
    await enter(entrance);
    throw takenBack(step.machine, error, lines, still);
  }
  await hosts.proven(reach);
}

async function fails(entrance: Entrance): Promise<boolean> {
  const { clock, visits } = entrance;
  if (visits.balancers.length === 0) return false;
  const before = await countServed(entrance);
  const untilMs = clock.now() + watchedMs;
  while (clock.now() < untilMs) {
    await clock.sleep(pauseMs);
    if (didWorse(before, await countServed(entrance))) return true;
  }
  return false;
}

function notServing(why: string): SpillwayError {
  return new SpillwayError({ code: 'not-serving', message: why, mend: 'see what its logs say' });
}

function takenBack(machine: MachineName, cause: unknown, lines: string, still: string | undefined): SpillwayError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const now = still === undefined ? 'it serves as before' : `it does not serve as before either: ${still}`;
  return new SpillwayError({
    code: 'taken-back',
    message: `${machine} does not serve with the change, which was taken back; ${now}\n${why}${lines === '' ? '' : `\n${lines}`}`,
    mend: 'mend what is said there, and run `spillway up` again; no other machine of its pool was changed after it',
    cause,
  });
}
