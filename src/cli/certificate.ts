import { certificate } from '../app/certificate.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import { print, printJson } from './output.ts';

export function run({ toolbox, operands: [which = ''], json }: CommandCall): Promise<number> {
  const found = certificate(toolbox, which);
  if (json) printJson(found);
  else print(found.certificate.trimEnd());
  return Promise.resolve(exitCodes.done);
}
