/** From which file a platform comes: a name stays with it until a person says that another file describes the platform. */
import { SpillwayError } from '../model/errors.ts';
import type { PlatformName } from '../model/ids.ts';
import type { Store } from '../ports/store.ts';
import type { Toolbox } from './toolbox.ts';

/** Chosen: far more commands than a person gives between two that end well. */
const lastRuns = 200;

/**
 * The file of the last `up` that ended well; where none did, that of the last one that began to change anything, or at
 * least that of the last one.
 */
export function fileBefore({ entries, revisions }: Pick<Store, 'entries' | 'revisions'>, platform: PlatformName) {
  const subject = `spillway up ${platform}`;
  const began = entries({ limit: lastRuns, kind: 'run-began', subject });
  const fileOf = (run: string) => began.find((one) => one.run === run)?.detail.blueprint;
  const applied = entries({ limit: lastRuns, kind: 'run-ended', subject }).find(
    ({ run, detail }) => detail.failed !== true && typeof fileOf(run) === 'string',
  );
  const last = began.find(({ detail }) => typeof detail.blueprint === 'string')?.detail.blueprint;
  const file = applied === undefined ? (revisions.list(1)[0]?.file ?? last) : fileOf(applied.run);
  return typeof file === 'string' ? file : undefined;
}

interface Coming {
  readonly toolbox: Pick<Toolbox, 'files'>;
  readonly store: Pick<Store, 'entries' | 'revisions'>;
  readonly file: string;
}

/** Throws when the platform comes from another file, which is still there: this one may be a copy that somebody tries out. */
export function refuseOtherFile({ toolbox: { files }, store, file }: Coming, platform: PlatformName): void {
  const before = fileBefore(store, platform);
  if (before === undefined || !files.exists(before) || files.isSame(before, file)) return;
  throw new SpillwayError({
    code: 'other-file',
    message: `${platform} comes from ${files.shorten(before)}, and this is ${files.shorten(files.resolve(file))}`,
    mend: `if this file describes it from now on: --from-here; a platform of its own has another name: --as NAME, or \`platform:\` in the file`,
    exit: 'refused',
  });
}
