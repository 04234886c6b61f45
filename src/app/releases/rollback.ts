/** Goes back to the releases that were shown before, because a person asks for it. */
import { SpillwayError } from '../../model/errors.ts';
import type { ContentName, PlatformName, ReleaseId } from '../../model/ids.ts';
import type { Revision, Revisions } from '../../ports/revisions.ts';
import { mendName } from '../../blueprint/suggest.ts';
import type { StepEvent } from '../../runtime/perform.ts';
import { exclusively, type Work } from '../work.ts';
import { releasesOf } from './revisions.ts';
import { showReleases, type Shown } from './show-releases.ts';

export interface RollbackOptions {
  /** Whose release changes; by default every content whose release the last `up` changed. */
  readonly content?: string;
  /** A release of that content, by its id or the beginning of it; by default the one that was shown before. */
  readonly to?: string;
  readonly signal: AbortSignal;
  readonly progress: (event: StepEvent) => void;
}

export interface RolledBack extends Shown {
  readonly platform: PlatformName;
  readonly contents: readonly { readonly content: ContentName; readonly from: ReleaseId; readonly to: ReleaseId }[];
  readonly tookMs: number;
}

export async function rollback(work: Work, options: RollbackOptions): Promise<RolledBack> {
  const { toolbox, store, blueprint } = work;
  const { clock } = toolbox;
  const { platform } = blueprint;
  const applied = store.revisions.applied();
  if (applied === undefined) throw nothingBefore(platform, 'nothing was ever applied');
  const contents = wayBack(store.revisions, applied, platform, options);
  const command = `spillway rollback ${platform}`;
  const beganMs = clock.now();
  const run = `rollback-${beganMs}`;
  return exclusively(work, command, async () => {
    const journal = (kind: 'run-began' | 'run-ended', reason: string, detail: Record<string, unknown>) =>
      store.append({ atMs: clock.now(), run, kind, subject: command, reason, detail });
    journal('run-began', 'a person asked', { contents });
    const releases = { ...applied.releases, ...Object.fromEntries(contents.map(({ content, to }) => [content, to])) };
    const { number: _, state: __, says: ___, ...before } = applied;
    const number = store.revisions.begin({
      ...before,
      atMs: clock.wall(),
      who: toolbox.who(),
      cause: 'rollback',
      releases,
    });
    try {
      const shown = await showReleases(work, releasesOf(store.revisions, { releases }), { run, ...options });
      const says = `rolled back by ${toolbox.who()}`;
      for (const { content, from, to } of contents) {
        store.revisions.refuseRelease(content, from, { by: 'person', atMs: clock.wall(), says });
        store.revisions.refuseRelease(content, to, undefined);
      }
      store.revisions.end(number, 'applied');
      const tookMs = clock.now() - beganMs;
      journal('run-ended', 'machines show what they showed before', { contents, ...shown, tookMs });
      return { platform, contents, ...shown, tookMs };
    } catch (error) {
      const says = error instanceof Error ? error.message : String(error);
      store.revisions.end(number, 'failed', says);
      journal('run-ended', says, { failed: true });
      throw error;
    }
  });
}

function wayBack(
  revisions: Revisions,
  applied: Revision,
  platform: PlatformName,
  { content, to }: Pick<RollbackOptions, 'content' | 'to'>,
): RolledBack['contents'] {
  const names = Object.keys(applied.releases) as ContentName[];
  if (content !== undefined && !names.includes(content as ContentName))
    throw new SpillwayError({
      code: 'no-content',
      message: `${platform} has no content \`${content}\``,
      mend: mendName(content, names, 'content'),
      exit: 'wrongInput',
    });
  const asked = content === undefined ? names : [content as ContentName];
  if (to !== undefined && asked.length !== 1)
    throw new SpillwayError({
      code: 'which-content',
      message: `${platform} has ${names.length} contents, and a release belongs to one of them`,
      mend: `say which: spillway rollback ${platform} ${names[0] ?? 'CONTENT'} --to ${to}`,
      exit: 'wrongInput',
    });
  const before = to === undefined ? shownBefore(revisions, asked, applied) : undefined;
  const ways = asked.flatMap((name) => {
    const from = (applied.releases as Releases)[name];
    const target = to === undefined ? before?.[name] : named(revisions, name, to, platform);
    return from === undefined || target === undefined || target === from ? [] : [{ content: name, from, to: target }];
  });
  if (ways.length > 0) return ways;
  throw nothingBefore(
    platform,
    to === undefined ? 'no other release was shown before that works' : 'it is shown already',
  );
}

type Releases = Readonly<Partial<Record<ContentName, ReleaseId>>>;

/** What was applied last that differs in one of these contents, and that nobody refused since. */
function shownBefore(revisions: Revisions, contents: readonly ContentName[], now: Revision): Releases | undefined {
  const refused = new Set(
    contents.flatMap((name) =>
      revisions.releases(name).flatMap(({ id, refused: no }) => (no ? [`${name}/${id}`] : [])),
    ),
  );
  return revisions
    .list(Number.MAX_SAFE_INTEGER)
    .filter(({ state }) => state === 'applied')
    .map(({ releases }): Releases => releases)
    .find((releases) => {
      const others = contents.filter((name) => releases[name] !== undefined && releases[name] !== now.releases[name]);
      return others.length > 0 && others.every((name) => !refused.has(`${name}/${releases[name] ?? ''}`));
    });
}

function named(revisions: Revisions, content: ContentName, to: string, platform: PlatformName): ReleaseId {
  const known = revisions.releases(content).map(({ id }) => id);
  const [found, another] = known.filter((id) => id.startsWith(to));
  if (found !== undefined && another === undefined) return found;
  throw new SpillwayError({
    code: 'no-release',
    message:
      found === undefined
        ? `no release of \`${content}\` that is kept begins with \`${to}\``
        : `several releases of \`${content}\` begin with \`${to}\``,
    mend: `see which there are: spillway releases ${platform}`,
    exit: 'wrongInput',
  });
}

function nothingBefore(platform: PlatformName, why: string): SpillwayError {
  return new SpillwayError({
    code: 'nothing-to-roll-back',
    message: `there is nothing to go back to: ${why}`,
    mend: `see which releases there are: spillway releases ${platform}`,
    exit: 'refused',
  });
}
