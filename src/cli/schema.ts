import { referencePage } from '../blueprint/reference-page.ts';
import { schemaRoot } from '../blueprint/schema-keys.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './commands.ts';
import { print, printJson } from './output.ts';

export function run({ options }: CommandCall): Promise<number> {
  if (options.reference === true) print(referencePage().trimEnd());
  else printJson(schemaRoot());
  return Promise.resolve(exitCodes.done);
}
