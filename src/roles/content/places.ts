/** Where a content lies on its machines, and which machine is which. */
import { rolesOf, type Machine, type Platform } from '../../blueprint/platform.ts';
import { entries, the } from '../../blueprint/records.ts';
import type { Blueprint, RoleSettings } from '../../blueprint/schema.ts';
import type { ContentName, PoolName } from '../../model/ids.ts';

const root = '/var/lib/spillway-content';

/** Each release in a folder of its own. */
export const releasesFolder = (content: ContentName): string => `${root}/${content}/releases`;
/** What applications write, outside of all releases. */
export const writtenFolder = (content: ContentName): string => `${root}/${content}/written`;
/** What a machine knows of its exchange with others: its own alone, so that no copy of its disk has it. */
export const exchangesFolder = `${root}/exchange`;
export const exchangeFolder = (content: ContentName): string => `${exchangesFolder}/${content}`;

/** Every folder above those, and these. */
export const contentFolders = (content: ContentName): readonly string[] => [
  ...[root, `${root}/${content}`, releasesFolder(content), writtenFolder(content)],
  ...[exchangesFolder, exchangeFolder(content)],
];

/** The machine that has the list of what applications wrote. */
export function originOf({ blueprint, pools }: Platform, content: ContentName): Machine {
  const { origin } = the(blueprint.content, content);
  const machine = pools.get(origin)?.[0];
  if (machine === undefined) throw new Error(`the content ${content} has no origin`);
  return machine;
}

/** The pools whose machines show it. */
export function holdersOf(blueprint: Blueprint, content: ContentName): readonly PoolName[] {
  return entries(blueprint.pools).flatMap(([pool, { roles }]) => (roles.content?.of === content ? [pool] : []));
}

/** Whether what applications write on the pool's machines is kept; otherwise they cannot write. */
export function mayWrite(blueprint: Blueprint, pool: PoolName, settings: RoleSettings['content']): boolean {
  const { origin, writable } = the(blueprint.content, settings.of);
  return writable.length > 0 && (settings.writes === undefined ? pool === origin : settings.writes === 'sent');
}

/** A folder of a content that applications may write, as a machine has it. */
export interface WritableFolder {
  /** Within the content. */
  readonly path: string;
  /** Where its files are. */
  readonly at: string;
}

export function writableFolders(blueprint: Blueprint, content: ContentName): readonly WritableFolder[] {
  return the(blueprint.content, content).writable.map((path) => ({ path, at: `${writtenFolder(content)}/${path}` }));
}

/** Whether PHP runs where the content is shown: of a pool without it nothing is written by applications. */
export const runsPrograms = (blueprint: Blueprint, pool: PoolName): boolean => rolesOf(blueprint, pool).includes('php');
