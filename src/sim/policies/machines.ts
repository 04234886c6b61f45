/** Arithmetic of machines that all policies share. */
import type { PolicySettings, PolicySight } from './policy.ts';

/** Requests/s that one machine should have. */
export function targetPerMachine({ target }: PolicySettings, { capacity }: Pick<PolicySight, 'capacity'>): number {
  return target * capacity;
}

/** Rounded up, but what is whole apart from the last digits of a float stays: 700 / (0.7 × 100) is 10, not 11. */
export function wholeMachines(machines: number): number {
  return Math.max(0, Math.ceil(machines - 1e-9));
}

export function withinLimits(size: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, size));
}
