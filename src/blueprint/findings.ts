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
    'sessions',
    'htaccess',
    'reads-only',
    'never-grows',
  ],
  content: ['rolled-back', 'left-out', 'one-origin', 'no-copy'],
  machine: ['stranger', 'stuck', 'certificate', 'disk'],
  platform: ['budget', 'budget-overflow', 'state-lost', 'strange-things'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** What no reason in a blueprint makes acceptable: what is lost then is lost for good. */
const neverAccepted = ['begins-empty', 'data-lost'] as const;
type NeverAccepted = (typeof neverAccepted)[number];

export const isNeverAccepted = (name: string): boolean => neverAccepted.some((kind) => name.startsWith(`${kind}:`));

type Kinds = typeof findingKinds;
/** `single-machine:web`, `stuck:web-1`, `budget`. */
export type FindingName =
  | `${(Kinds['pool'] | Kinds['content'] | Kinds['machine'])[number] | NeverAccepted}:${string}`
  | Kinds['platform'][number];

const ofPools: readonly string[] = findingKinds.pool;
const ofContents: readonly string[] = findingKinds.content;
const ofMachines: readonly string[] = findingKinds.machine;
const ofPlatform: readonly string[] = findingKinds.platform;

export function checkAccepted({ accept, pools, content }: Blueprint): readonly Finding[] {
  const names = Object.keys(pools);
  // Then what is wrong is that there are none.
  if (names.length === 0) return [];
  return accept.flatMap(({ finding }, index): Finding[] => {
    const wrong = whatIsWrong(finding, names, Object.keys(content));
    return wrong === undefined
      ? []
      : [
          {
            ...{ code: 'unknown-name', ...wrong, path: ['accept', index, 'finding'], at: 'value' },
            missedIn: ofContents.includes(finding.split(':')[0] ?? '') ? 'content' : 'pools',
          },
        ];
  });
}

function whatIsWrong(
  finding: string,
  pools: readonly string[],
  contents: readonly string[],
): Pick<Finding, 'message' | 'mend'> | undefined {
  const [kind = '', pool] = finding.split(':');
  if (pool === undefined) {
    if (ofPlatform.includes(kind)) return undefined;
    if (ofPools.includes(kind))
      return { message: `\`${kind}\` is about one pool, and this does not say which`, mend: `write \`${kind}:POOL\`` };
    if (ofContents.includes(kind))
      return {
        message: `\`${kind}\` is about one content, and this does not say which`,
        mend: `write \`${kind}:CONTENT\``,
      };
  } else if (ofMachines.includes(kind)) {
    const [, its = pool] = /^(.*)-x?\d+$/.exec(pool) ?? [];
    if (pools.includes(its) && its !== pool) return undefined;
    return { message: `there is no machine \`${pool}\``, mend: `write it like \`${kind}:${pools[0] ?? ''}-1\`` };
  } else if (ofContents.includes(kind)) {
    if (contents.includes(pool)) return undefined;
    return { message: `there is no content \`${pool}\``, mend: mendName(pool, contents, 'content') };
  } else if (ofPools.includes(kind)) {
    if (pools.includes(pool)) return undefined;
    return { message: `there is no pool \`${pool}\``, mend: mendName(pool, pools, 'pool') };
  }
  const meant = suggest(kind, pool === undefined ? ofPlatform : [...ofPools, ...ofContents, ...ofMachines]);
  const mend =
    meant === undefined
      ? `known: ${kindsAsWritten}`
      : `did you mean \`${pool === undefined ? meant : `${meant}:${pool}`}\`?`;
  return { message: `no plan has a finding \`${finding}\``, mend };
}

const kindsAsWritten = [
  ...ofPools.map((kind) => `${kind}:POOL`),
  ...ofContents.map((kind) => `${kind}:CONTENT`),
  ...ofMachines.map((kind) => `${kind}:MACHINE`),
  ...ofPlatform,
]
  .map((name) => `\`${name}\``)
  .join(', ');
