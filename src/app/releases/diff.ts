/** What differs between two revisions, or between what was applied and what the file and its folders say now. */
import { SpillwayError } from '../../model/errors.ts';
import type { ContentName, PlatformName, ReleaseId } from '../../model/ids.ts';
import { differenceOf, type Release, type ReleaseDifference } from '../../model/release.ts';
import type { Revision } from '../../ports/revisions.ts';
import type { Store } from '../../ports/store.ts';
import { asKept } from './as-kept.ts';
import { contentOf, releasesOf } from './revisions.ts';
import type { Loaded } from '../load.ts';

export interface RevisionDifference {
  readonly platform: PlatformName;
  /** Its number; `files` is what the blueprint and its folders say now. */
  readonly from: number | 'nothing';
  readonly to: number | 'files';
  /** The blueprint and the schemas whose texts differ, by name; a text that is not there is empty. */
  readonly texts: readonly { readonly name: string; readonly before: string; readonly after: string }[];
  readonly contents: readonly (ReleaseDifference & {
    readonly content: ContentName;
    readonly from?: ReleaseId;
    readonly to?: ReleaseId;
  })[];
}

interface Side extends Pick<Revision, 'text' | 'schemas'> {
  readonly releases: ReadonlyMap<ContentName, Release>;
}

/** By default from what was applied last to what the file says now. */
export function diff(
  loaded: Loaded,
  { revisions }: Pick<Store, 'revisions'>,
  { from, to }: { readonly from?: number; readonly to?: number } = {},
): RevisionDifference {
  const { platform } = loaded.blueprint;
  const before = from === undefined ? revisions.applied() : numbered(revisions, platform, from);
  const after = to === undefined ? undefined : numbered(revisions, platform, to);
  const sideOf = (revision: Revision): Side => ({ ...revision, releases: releasesOf(revisions, revision) });
  const old: Side = before === undefined ? nothing : sideOf(before);
  const assets = asKept(loaded.assets, { revisions });
  const files: Side = {
    ...contentOf(loaded),
    releases: new Map([...assets.content].map(([name, { release }]) => [name, release])),
  };
  const next = after === undefined ? files : sideOf(after);
  return {
    platform,
    from: before?.number ?? 'nothing',
    to: after?.number ?? 'files',
    texts: textsOf(old, next),
    contents: contentsOf(old, next),
  };
}

const nothing: Side = { text: '', schemas: {}, releases: new Map() };

function textsOf(old: Side, next: Side): RevisionDifference['texts'] {
  const texts = ({ text, schemas }: Side) =>
    new Map([
      ['blueprint', text],
      ...Object.entries(schemas).map(([name, sql]) => [`schema of ${name}`, sql] as const),
    ]);
  const [before, after] = [texts(old), texts(next)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const pair = { name, before: before.get(name) ?? '', after: after.get(name) ?? '' };
    return pair.before === pair.after ? [] : [pair];
  });
}

function contentsOf(old: Side, next: Side): RevisionDifference['contents'] {
  return [...new Set([...old.releases.keys(), ...next.releases.keys()])].flatMap((content) => {
    const [before, after] = [old.releases.get(content), next.releases.get(content)];
    if (before?.id === after?.id) return [];
    return [
      {
        content,
        ...(before !== undefined && { from: before.id }),
        ...(after !== undefined && { to: after.id }),
        ...differenceOf(before, after),
      },
    ];
  });
}

function numbered(revisions: Store['revisions'], platform: PlatformName, number: number): Revision {
  const found = revisions.list(Number.MAX_SAFE_INTEGER).find((one) => one.number === number);
  if (found !== undefined) return found;
  throw new SpillwayError({
    code: 'no-revision',
    message: `no revision ${number} of ${platform} is kept`,
    mend: `see which there are: spillway revisions ${platform}`,
    exit: 'wrongInput',
  });
}
