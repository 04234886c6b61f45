/** What a command is, and what it is called with. */
import type { Toolbox } from '../app/toolbox.ts';

export interface CommandCall {
  readonly toolbox: Toolbox;
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly json: boolean;
  /** All commands, for those that tell of the others. */
  readonly commands: readonly CommandSpec[];
}

export interface CommandSpec {
  readonly name: string;
  readonly args: string;
  readonly summary: string;
  readonly example: string;
  /** For programs: not in the help. */
  readonly hidden?: true;
  readonly options: readonly (readonly [flags: string, description: string])[];
  readonly load: () => Promise<{ run: (call: CommandCall) => Promise<number> }>;
}
