/** The kinds of finding that a plan can have, and whether those exist that are accepted. */
import type { Finding } from './problem.ts';
import type { Blueprint } from './schema.ts';
import { mendName, suggest } from './suggest.ts';

/** By what a finding of that kind is about. */
export const findingKinds = {
  pool: [
    'single-machine',
    'no-replica',
    'no-failover',
    'votes',
    'one-site',
    'capacity-unknown',
    'peak',
    'line',
    'rpo',
    'interrupts',
    'drops-primary',
  ],
  machine: ['stranger', 'stuck'],
  platform: ['budget', 'budget-overflow', 'state-lost'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type Kinds = typeof findingKinds;
/** `single-machine:web`, `stuck:web-1`, `budget`. */
export type FindingName = `${(Kinds['pool'] | Kinds['machine'])[number]}:${string}` | Kinds['platform'][number];

const ofPools: readonly string[] = findingKinds.pool;
const ofMachines: readonly string[] = findingKinds.machine;
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
  } else if (ofMachines.includes(kind)) {
    const [, its = pool] = /^(.*)-x?\d+$/.exec(pool) ?? [];
    if (pools.includes(its) && its !== pool) return undefined;
    return { message: `there is no machine \`${pool}\``, mend: `write it like \`${kind}:${pools[0] ?? ''}-1\`` };
  } else if (ofPools.includes(kind)) {
    if (pools.includes(pool)) return undefined;
    return { message: `there is no pool \`${pool}\``, mend: mendName(pool, pools, 'pool') };
  }
  const meant = suggest(kind, pool === undefined ? ofPlatform : [...ofPools, ...ofMachines]);
  const mend =
    meant === undefined
      ? `known: ${kindsAsWritten}`
      : `did you mean \`${pool === undefined ? meant : `${meant}:${pool}`}\`?`;
  return { message: `no plan has a finding \`${finding}\``, mend };
}

const kindsAsWritten = [
  ...ofPools.map((kind) => `${kind}:POOL`),
  ...ofMachines.map((kind) => `${kind}:MACHINE`),
  ...ofPlatform,
]
  .map((name) => `\`${name}\``)
  .join(', ');
