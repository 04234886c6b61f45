/** The releases and revisions that are kept, the newest first. */
import { SpillwayError } from '../../model/errors.ts';
import type { ContentName, PlatformName, ReleaseId } from '../../model/ids.ts';
import { differenceOf } from '../../model/release.ts';
import { mendName } from '../../blueprint/suggest.ts';
import type { Refusal, Revision } from '../../ports/revisions.ts';
import type { Store } from '../../ports/store.ts';

export interface ReleaseSeen {
  readonly content: ContentName;
  readonly id: ReleaseId;
  /** When it was read first, in milliseconds since 1970. */
  readonly keptAtMs: number;
  /** Whoever applied it first; absent when nobody did. */
  readonly who?: string;
  readonly files: number;
  readonly bytes: number;
  /** Files that differ from the release that was kept before. */
  readonly changes: number;
  readonly isInUse: boolean;
  readonly refused?: Refusal;
}

export function releasesSeen(
  { revisions }: Pick<Store, 'revisions'>,
  platform: PlatformName,
  contents: readonly ContentName[],
  content?: string,
): readonly ReleaseSeen[] {
  if (content !== undefined && !contents.includes(content as ContentName)) {
    throw new SpillwayError({
      code: 'no-content',
      message: `${platform} has no content \`${content}\``,
      mend: mendName(content, contents, 'content'),
      exit: 'wrongInput',
    });
  }
  const all = revisions.list(Number.MAX_SAFE_INTEGER);
  const applied = revisions.applied();
  const asked = contents.filter((name) => content === undefined || name === content);
  return asked.flatMap((name) => {
    const kept = revisions.releases(name);
    return kept.map((release, index): ReleaseSeen => {
      const { id, files, keptAtMs, refused } = release;
      const first = all.findLast(({ releases }) => releases[name] === id);
      const { added, changed, removed } = differenceOf(kept[index + 1], release);
      return {
        ...{ content: name, id, keptAtMs },
        ...(first !== undefined && { who: first.who }),
        files: files.length,
        bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
        changes: added.length + changed.length + removed.length,
        isInUse: applied?.releases[name] === id,
        ...(refused !== undefined && { refused }),
      };
    });
  });
}

/** Without the texts, which `diff` shows. */
export type RevisionSeen = Omit<Revision, 'text' | 'schemas'>;

export function revisionsSeen({ revisions }: Pick<Store, 'revisions'>, limit: number): readonly RevisionSeen[] {
  return revisions.list(limit).map(({ text: _, schemas: __, ...seen }) => seen);
}
