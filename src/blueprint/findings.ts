/** The kinds of finding that a plan can have (`src/plan/lint.ts` finds them), and whether those exist that are accepted. */
import type { Finding } from './problem.ts';
import type { Blueprint } from './schema.ts';
import { mendName, suggest } from './suggest.ts';

/** By what a finding of that kind is about. */
export const findingKinds = {
  pool: ['single-machine', 'no-replica', 'one-site', 'capacity-unknown', 'peak', 'line', 'rpo'],
  platform: ['budget', 'budget-overflow'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const ofPools: readonly string[] = findingKinds.pool;
const ofPlatform: readonly string[] = findingKinds.platform;

export function checkAccepted({ accept, pools }: Blueprint): readonly Finding[] {
  const names = Object.keys(pools);
  // Then what is wrong is that there are none.
  if (names.length === 0) return [];
  return accept.flatMap(({ finding }, index): Finding[] => {
    const wrong = whatIsWrong(finding, names);
    return wrong === undefined
      ? []
      : [{ code: 'unknown-name', ...wrong, path: ['accept', index, 'finding'], at: 'value', missedIn: 'pools' }];
  });
}

function whatIsWrong(finding: string, pools: readonly string[]): Pick<Finding, 'message' | 'mend'> | undefined {
  const [kind = '', pool] = finding.split(':');
  if (pool === undefined) {
    if (ofPlatform.includes(kind)) return undefined;
    if (ofPools.includes(kind))
      return { message: `\`${kind}\` is about one pool, and this does not say which`, mend: `write \`${kind}:POOL\`` };
  } else if (ofPools.includes(kind)) {
    if (pools.includes(pool)) return undefined;
    return { message: `there is no pool \`${pool}\``, mend: mendName(pool, pools, 'pool') };
  }
  const meant = suggest(kind, pool === undefined ? ofPlatform : ofPools);
  const mend =
    meant === undefined
      ? `known: ${kindsAsWritten}`
      : `did you mean \`${pool === undefined ? meant : `${meant}:${pool}`}\`?`;
  return { message: `no plan has a finding \`${finding}\``, mend };
}

const kindsAsWritten = [...ofPools.map((kind) => `${kind}:POOL`), ...ofPlatform]
  .map((name) => `\`${name}\``)
  .join(', ');
