import type { FindingName } from '../blueprint/findings.ts';
import type { PlanFinding } from '../model/plan.ts';

/** A finding before the blueprint was asked whether it accepts it. */
export type Found = Omit<PlanFinding, 'name' | 'severity' | 'because'> & {
  readonly name: FindingName;
  readonly severity: 'warned' | 'refused';
};
