import { SpillwayError } from '../model/errors.ts';
import type { MachineName } from '../model/ids.ts';

export function sessionLost(machine: MachineName, why: string, cause: unknown): SpillwayError {
  return new SpillwayError({
    code: 'session-lost',
    message: `the SSH session to ${machine} ended: ${why}`,
    mend: 'run the command again: it goes on where it was',
    cause,
  });
}
