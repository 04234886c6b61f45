import { diagnose } from '../app/doctor.ts';
import { exitCodes } from '../model/errors.ts';
import { counted } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { paint, print, printJson } from './output.ts';

export async function run({ toolbox, json }: CommandCall): Promise<number> {
  const { shortfalls, room } = await diagnose(toolbox);
  if (json) printJson({ shortfalls, room });
  else if (shortfalls.length === 0) {
    const more = room.map(
      ({ machines, by }) => `: ${counted(machines, 'machine')} more, and no more for want of ${by}`,
    );
    print(`${paint('green', '✓')} this host can run lab machines${more.join('')}`);
  } else for (const { what, mend } of shortfalls) print(`${paint('red', '✗')} ${what}\n  mend: ${mend}`);
  return shortfalls.length === 0 ? exitCodes.done : exitCodes.failed;
}
