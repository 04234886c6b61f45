/**
 * A scenario's text becomes a Scenario, or a list of everything that is wrong with
 * it, each with its place. What it names must be in the blueprint.
 */
import type { Problem } from '../../blueprint/problem.ts';
import { inOrder, readAs } from '../../blueprint/read-as.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import { locate } from '../../blueprint/written.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { WrittenLedger } from '../ledger/schema.ts';
import { trafficOf } from '../load/schema.ts';
import type { Traffic } from '../load/traffic.ts';
import { namesNotThere, routeOf } from './names.ts';
import { peakAsked, type Objectives, type Scenario } from './scenario.ts';
import { scenarioKind, type WrittenScenario } from './schema.ts';
import { notInTraffic } from './timing.ts';

export type ParsedScenario =
  { readonly ok: true; readonly scenario: Scenario } | { readonly ok: false; readonly problems: readonly Problem[] };

/** `textOf` reads a file beside the blueprint, by its path as it is written. Throws a SpillwayError when it cannot. */
export function parseScenario(text: string, blueprint: Blueprint, textOf: (path: string) => string): ParsedScenario {
  const read = readAs(scenarioKind, text);
  if (!read.ok) return read;
  const { root, raw, output, misspelt, refused } = read;
  const made =
    output === undefined ? { findings: namesNotThere(raw, blueprint) } : make(output, raw, blueprint, textOf);
  const findings = [...misspelt, ...refused, ...made.findings];
  const problems = inOrder([...read.problems, ...findings.map((finding) => locate(root, finding))]);
  return 'scenario' in made && problems.length === 0 ? { ok: true, scenario: made.scenario } : { ok: false, problems };
}

function make(written: WrittenScenario, raw: unknown, blueprint: Blueprint, textOf: (path: string) => string) {
  const unknown = namesNotThere(raw, blueprint);
  const read = readTraffic(written, textOf);
  if ('finding' in read) return { findings: [...unknown, read.finding] };
  const { traffic } = read;
  const isVisited = written.traffic !== undefined;
  const route = isVisited ? routeOf(blueprint, written.route) : undefined;
  const findings = [...unknown, ...notInTraffic(written, traffic)];
  if ((isVisited && route === undefined) || findings.length > 0) return { findings };
  const { about, mix = [], visitors, faults, clock, schedule, hold, paid, watch: watchMs, capacity } = written;
  const scenario: Scenario = {
    ...{ about, traffic, mix, paid, watchMs, capacity },
    hold: { ...(hold.out !== undefined && { outMs: hold.out }), ...(hold.in !== undefined && { inMs: hold.in }) },
    ...(route !== undefined && { route }),
    ...(written.ledger !== undefined && { ledger: ledgerOf(written.ledger) }),
    visitors: { tls: visitors.tls, newConnections: visitors.newConnections, timeoutMs: visitors.timeout },
    faults: faults.toSorted((one, other) => one.atMs - other.atMs),
    ...(clock !== undefined && { clock }),
    schedule: schedule.map(({ machines: size, ...hours }) => ({ ...hours, size })),
    objectives: objectivesOf(written, blueprint, traffic),
  };
  return { scenario, findings };
}

const ledgerOf = ({ pool, from, writers, every: everyMs }: WrittenLedger): Ledger => ({ pool, from, writers, everyMs });

function readTraffic({ traffic, ledger }: WrittenScenario, textOf: (path: string) => string) {
  // Nobody comes, for as long as the ledger is written.
  if (traffic === undefined) return { traffic: [{ kind: 'hold', perSecond: 0, forMs: ledger?.for ?? 0 }] as const };
  try {
    return { traffic: trafficOf(traffic, textOf) };
  } catch (error) {
    if (!(error instanceof SpillwayError)) throw error;
    const { message, mend } = error;
    return { finding: { code: 'missing-file', message, mend, path: ['traffic', 'trace'], at: 'value' } as const };
  }
}

/** The blueprint's peak is asked for as far as the traffic of this scenario goes. What visits or writes is asked of where somebody does. */
function objectivesOf(written: WrittenScenario, blueprint: Blueprint, traffic: Traffic): Objectives {
  const { objectives, ledger } = written;
  const { peak: own, backAtBase = true } = objectives;
  const { peak, lostRequests, p99, budget, rto, rpo } = { ...blueprint.objectives, ...objectives };
  const peakPerSecond = own?.requests ?? (peak === undefined ? undefined : Math.min(peak.requests, peakAsked(traffic)));
  const isVisited = written.traffic !== undefined;
  return {
    backAtBase,
    ...(isVisited && peakPerSecond !== undefined && { peakPerSecond }),
    ...(isVisited && lostRequests !== undefined && { lostRequests }),
    ...(isVisited && p99 !== undefined && { p99Ms: p99 }),
    ...(budget !== undefined && { budget }),
    ...(ledger !== undefined && rto !== undefined && { rtoMs: rto }),
    ...(ledger !== undefined && rpo !== undefined && { rpoMs: rpo }),
  };
}
