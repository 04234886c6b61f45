/** What is kept of each `up`: the blueprint, its schemas and its releases, who applied it and when. */
import { SpillwayError } from '../../model/errors.ts';
import type { ContentName, DatabaseName, PlatformName, ReleaseId } from '../../model/ids.ts';
import { parseBlueprint } from '../../blueprint/parse.ts';
import type { Release } from '../../model/release.ts';
import type { Revision, Revisions } from '../../ports/revisions.ts';
import type { Store } from '../../ports/store.ts';
import { load, type Loaded } from '../load.ts';
import type { Toolbox } from '../toolbox.ts';
import type { Work } from '../work.ts';

type Content = Pick<Revision, 'text' | 'schemas' | 'releases'>;

export function contentOf({ text, assets }: Pick<Work, 'text' | 'assets'>): Content {
  return {
    text,
    schemas: Object.fromEntries(assets.schemas),
    releases: Object.fromEntries([...assets.content].map(([name, { release }]) => [name, release.id])),
  };
}

export function isSameContent(one: Content, other: Content): boolean {
  const flat = ({ text, schemas, releases }: Content) =>
    JSON.stringify([text, Object.entries(schemas).sort(), Object.entries(releases).sort()]);
  return flat(one) === flat(other);
}

/** Keeps the releases and begins a revision; its number, or undefined when the one that was applied last says the same. */
export function beginRevision(work: Work, cause: Revision['cause']): number | undefined {
  const { store, toolbox, file, assets, released } = work;
  const atMs = toolbox.clock.wall();
  for (const [name, { release }] of assets.content)
    store.revisions.keepRelease(name, release, atMs, (wanted) => released.read(wanted));
  const applied = store.revisions.applied();
  if (applied !== undefined && isSameContent(applied, contentOf(work))) return undefined;
  return store.revisions.begin({
    ...{ atMs, who: toolbox.who(), cause, file: toolbox.files.resolve(file) },
    ...contentOf(work),
  });
}

/** The releases of a revision, with their files. */
export function releasesOf(
  revisions: Pick<Revisions, 'releases'>,
  { releases }: Pick<Revision, 'releases'>,
): ReadonlyMap<ContentName, Release> {
  return new Map(
    (Object.entries(releases) as [ContentName, ReleaseId][]).flatMap(([name, id]) => {
      const found = revisions.releases(name).find((one) => one.id === id);
      return found === undefined ? [] : [[name, found] as const];
    }),
  );
}

/**
 * A platform as it was applied last, whatever its file says by now, and whether or not that can still be read; as its
 * file says, if nothing ever was applied.
 */
export function loadApplied(toolbox: Toolbox, which: string): Loaded {
  const isName = toolbox.knownPlatforms().includes(which as PlatformName);
  const loaded = isName ? undefined : load(toolbox, which);
  const platform = loaded?.blueprint.platform ?? (which as PlatformName);
  if (!toolbox.knownPlatforms().includes(platform)) return loaded ?? load(toolbox, which);
  const state = toolbox.openToLook(platform);
  try {
    return appliedIn(state.store, platform) ?? loaded ?? load(toolbox, which);
  } finally {
    state.close();
  }
}

export function appliedIn({ revisions }: Pick<Store, 'revisions'>, platform: PlatformName): Loaded | undefined {
  const applied = revisions.applied();
  if (applied === undefined) return undefined;
  const { file, text, schemas } = applied;
  const parsed = parseBlueprint(text);
  if (!parsed.ok) throw unreadable(applied, platform);
  const assets = {
    content: new Map([...releasesOf(revisions, applied)].map(([name, release]) => [name, { release, leftOut: [] }])),
    schemas: new Map(Object.entries(schemas) as [DatabaseName, string][]),
  };
  return {
    ...{ file, text, assets, blueprint: { ...parsed.blueprint, platform } },
    released: { read: ({ sha256 }) => revisions.read(sha256) },
  };
}

function unreadable({ number }: Revision, platform: PlatformName): SpillwayError {
  return new SpillwayError({
    code: 'revision-unreadable',
    message: `revision ${number} of ${platform} was applied by another version of Spillway, and cannot be read by this one`,
    mend: `apply the blueprint anew: spillway up ${platform}`,
  });
}
