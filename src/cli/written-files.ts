/** Files that a person wants written, and where that may fail. */
import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SpillwayError } from '../model/errors.ts';

/** Before minutes are spent on what could not be kept. */
export function refuseUnwritable(path: string): void {
  kept(path, () => accessSync(dirname(path), constants.W_OK));
}

export function write(path: string, text: string): void {
  kept(path, () => writeFileSync(path, text));
}

function kept(path: string, use: () => void): void {
  try {
    use();
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause)) throw cause;
    throw new SpillwayError({
      code: 'cannot-write',
      message: `${path} cannot be written: ${cause.message}`,
      mend: 'name a file in a folder that is there and that you may write to',
      exit: 'wrongInput',
      cause,
    });
  }
}
