import { schema } from '../app/schema.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import { print, printJson } from './output.ts';

export function run({ options }: CommandCall): Promise<number> {
  if (options.reference === true) print(schema.reference().trimEnd());
  else printJson(options.scenario === true ? schema.scenario() : schema.json());
  return Promise.resolve(exitCodes.done);
}
