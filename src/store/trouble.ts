/** What files and SQLite refuse, as a person can mend it: a disk that is full is no bug, nor is a file that was damaged. */
import { SpillwayError } from '../model/errors.ts';

/** SQLite's own numbers. */
const sqlite = { full: 13, damaged: [11, 26], mayNot: [3, 8, 14, 23] };
const full = ['ENOSPC', 'EDQUOT'];
const mayNot = ['EACCES', 'EPERM', 'EROFS'];

/** Of an error that is about something else, the error as it is. `folder` is where the state of platforms is kept. */
export function toldOfState(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || error instanceof SpillwayError) return error;
  const code = 'code' in error ? error.code : undefined;
  // An extended number carries the plain one in its lowest byte.
  const number =
    code === 'ERR_SQLITE_ERROR' && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : 0;
  const where = 'path' in error && typeof error.path === 'string' ? error.path : folder;
  const told = (name: string, message: string, mend: string) =>
    new SpillwayError({ code: name, message: `${message}: ${error.message}`, mend, cause: error });
  if (number === sqlite.full || full.includes(String(code)))
    return told(
      'disk-full',
      `there is no room left under ${where}`,
      `make room on the disk of ${folder}, and run it again: it goes on where it was`,
    );
  if (sqlite.damaged.includes(number))
    return told(
      'state-damaged',
      `what Spillway keeps in ${folder} is damaged`,
      `put state.sqlite of the platform back from a backup; without one, its keys and passwords are lost: move the file away, and \`spillway down\` and \`up\` begin anew`,
    );
  if (sqlite.mayNot.includes(number) || (mayNot.includes(String(code)) && where.startsWith(folder)))
    return told(
      'cannot-keep',
      `what Spillway keeps in ${folder} cannot be read or written`,
      'run it as root, or as the user who brought the platform up',
    );
  return error;
}
