/** Whether a machine that visitors come back to after a change does worse than the others, from what balancers count. */

/** What came of requests since the machine was let in. */
export interface Served {
  readonly answers: number;
  /** Answered with 5xx, asked again elsewhere, or not answered at all. */
  readonly failures: number;
}

/** Chosen: one or two are chance, a visitor who went away or a page that failed before. */
const fewestFailures = 3;
/** Chosen: a site may have a page that fails for everybody; twice as often as elsewhere, and a twentieth more, is no chance. */
const shareMore = 0.05;
const timesMore = 2;

export function doesWorse(machine: Served, others: Served): boolean {
  if (machine.failures < fewestFailures) return false;
  const shareOf = ({ answers, failures }: Served) => failures / Math.max(1, answers + failures);
  return shareOf(machine) > shareMore + timesMore * shareOf(others);
}
