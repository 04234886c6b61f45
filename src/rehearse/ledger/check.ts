/** What a scenario's ledger names must be in the blueprint, and must hold while things break. */
import { machineNames, siteOf } from '../../blueprint/platform.ts';
import type { Finding } from '../../blueprint/problem.ts';
import { entries } from '../../blueprint/records.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import { mendName } from '../../blueprint/suggest.ts';
import { checkReach } from '../../roles/reach.ts';
import { databaseOf, databasePools } from './databases.ts';

/** As YAML gave them. */
interface Written {
  readonly pool: unknown;
  readonly from: unknown;
}

export function checkLedger(
  { pool: named, from }: Written,
  faults: readonly Readonly<Record<string, unknown>>[],
  blueprint: Blueprint,
): readonly Finding[] {
  const at = (key: string) => ({ path: ['ledger', key], at: 'value' as const });
  const [pool] = entries(blueprint.pools).find(([name]) => name === named) ?? [];
  const database = pool && databaseOf(blueprint, pool);
  const findings: Finding[] = [];
  if (typeof named === 'string' && database === undefined) {
    const known = databasePools(blueprint);
    const message =
      pool === undefined ? `the blueprint has no pool \`${named.slice(0, 60)}\`` : `\`${pool}\` holds no database`;
    findings.push({ code: 'unknown-name', message, mend: mendName(named, known, 'pool'), ...at('pool') });
  }
  if (typeof from !== 'string') return findings;

  const machine = machineNames(blueprint).find((name) => name === from);
  const [home, { base } = { base: { count: 0, site: [] } }] =
    entries(blueprint.pools).find(([name]) => from.startsWith(`${name}-`) && isMember(from, name)) ?? [];
  if (machine === undefined || home === undefined) {
    const message = `the blueprint has no machine \`${from.slice(0, 60)}\``;
    const mend = mendName(from, machineNames(blueprint), 'machine');
    return [...findings, { code: 'unknown-name', message, mend, ...at('from') }];
  }
  const refuse = (message: string, mend: string) =>
    findings.push({ code: 'wrong-value', message, mend, ...at('from') });
  if (from.startsWith(`${home}-x`)) {
    refuse(`\`${from}\` comes and goes with the load`, `name one of the base, for example \`${home}-${base.count}\``);
  }
  if (home === pool && database !== undefined) {
    refuse(`\`${from}\` is one of those that are written to`, 'name a machine of a pool from which a flow leads there');
  }
  if (faults.some((fault) => Object.values(fault).some((target) => isHurtBy(target, from, base)))) {
    refuse(
      `a fault hurts \`${from}\`, and what it then cannot see would count as lost`,
      'name one that no fault touches',
    );
  }
  if (pool !== undefined && database !== undefined) {
    const { role, port } = database;
    findings.push(
      ...checkReach(blueprint, { from: home, to: pool, role, port, what: 'the database', path: ['ledger', 'from'] }),
    );
  }
  return findings;
}

/** By its own name, by that of its site, by something on it, or by all. Sites that lose each other leave it whole. */
function isHurtBy(target: unknown, machine: string, base: Parameters<typeof siteOf>[0]): boolean {
  if (typeof target !== 'string') return false;
  const own = siteOf(base, Number(machine.slice(machine.lastIndexOf('-') + 1)) - 1);
  return target === machine || target === own || target === 'all' || target.startsWith(`${machine}/`);
}

const isMember = (machine: string, pool: string) => /^x?\d+$/.test(machine.slice(pool.length + 1));
