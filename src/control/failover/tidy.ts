/** The primary works: what a move that half happened, or one long ago, has left to do. */
import type { DatabaseObservation, ObservedDatabase } from '../../model/database-observation.ts';
import type { Primacy } from '../../model/primacy.ts';
import type { FailoverDecision, FailoverSettings } from './decision.ts';
import { freshState } from './sight.ts';

/** Whoever is the primary takes writes, follows nobody, and has the addresses. */
export function mendPrimary(
  settings: Pick<FailoverSettings, 'waits'>,
  { primary, inSync }: Primacy,
  { addressesOn }: DatabaseObservation,
  machine: ObservedDatabase,
  nowMs: number,
): FailoverDecision | undefined {
  const state = freshState(machine, nowMs);
  if (state === undefined) return undefined;
  if (state.isReadOnly) {
    const says = `${primary} is the primary, and takes no writes`;
    const waits = settings.waits === 'loosely' || inSync.length > 0;
    const action = { kind: 'promote', machine: primary, followers: [], waits } as const;
    return { kind: 'mend', says, evidence: [], action };
  }
  const elsewhere = addressesOn.find((one) => one !== primary);
  if (elsewhere !== undefined) {
    const says = `${addressesOn.length > 1 ? 'an' : 'the'} address is on ${elsewhere}, and ${primary} is the primary`;
    return { kind: 'mend', says, evidence: [], action: { kind: 'place', machine: primary } };
  }
  if (state.following === undefined) return undefined;
  const says = `${primary} is the primary, and listens to the one from before`;
  return { kind: 'mend', says, evidence: [], action: { kind: 'leave', machine: primary } };
}

export function tidy(primacy: Primacy, { machines, address }: DatabaseObservation, nowMs: number): FailoverDecision {
  const { primary, inSync, deposed } = primacy;
  const astray = machines.find((one) => {
    const state = freshState(one, nowMs);
    if (one.name === primary || deposed.includes(one.name) || state === undefined) return false;
    // One that handed over, and was never told to follow, follows nobody.
    return state.following?.host !== address;
  });
  if (astray !== undefined) {
    const says = `${astray.name} does not follow ${primary}, and it is the primary`;
    return { kind: 'mend', says, evidence: [], action: { kind: 'follow', machine: astray.name, primary } };
  }
  const old = machines.find(({ name, power }) => deposed.includes(name) && power !== 'unknown');
  if (old !== undefined) {
    const says = `${old.name} was the primary and may hold what nobody else has: it is made anew as a replica of ${primary}`;
    return { kind: 'rebuild', says, evidence: [], action: { kind: 'rebuild', machine: old.name } };
  }
  const company = inSync.length === 0 ? 'alone' : `with ${inSync.join(' and ')} in sync`;
  return { kind: 'nothing', says: `${primary} works, ${company}`, evidence: [] };
}
