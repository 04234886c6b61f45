/** What a command's exit code means, everywhere. */
export const exitCodes = { done: 0, failed: 1, wrongInput: 2, refused: 3, void: 4 } as const;
/** `void` is no error: what was measured says nothing. */
export type ExitKind = Exclude<keyof typeof exitCodes, 'done' | 'void'>;

/**
 * An operating error: something that can happen and that a person can mend.
 * A bug is never one of these; it is thrown as a plain Error.
 */
export class SpillwayError extends Error {
  /** Stable, for programs: lower-case words with hyphens. */
  readonly code: string;
  /** What the person can do about it. */
  readonly mend: string;
  readonly exit: ExitKind;
  override readonly name = 'SpillwayError';

  constructor(error: { code: string; message: string; mend: string; exit?: ExitKind; cause?: unknown }) {
    super(error.message, error.cause === undefined ? undefined : { cause: error.cause });
    this.code = error.code;
    this.mend = error.mend;
    this.exit = error.exit ?? 'failed';
  }
}

/** Ends a switch over a union: the compiler proves that no case is left. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
