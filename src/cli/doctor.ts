import { exitCodes } from '../model/errors.ts';
import { counted } from '../model/quantities.ts';
import type { Room } from '../ports/engine.ts';
import type { CommandCall } from './command.ts';
import { paint, print, printJson } from './output.ts';

export async function run({ toolbox, json }: CommandCall): Promise<number> {
  const engines = toolbox.engines();
  const lacking = (await Promise.all(engines.map((engine) => engine.check()))).flat();
  const rooms = (await Promise.all(engines.map(({ room }) => room?.(1, false)))).filter((room) => room !== undefined);
  // What can be raised is raised when machines are made.
  const full = rooms.filter(({ most }) => most === 0).flatMap(({ shortfalls }) => shortfalls);
  const shortfalls = [...lacking, ...full];
  if (json) printJson({ shortfalls, room: rooms.map(({ most, by }) => ({ machines: most, by })) });
  else if (shortfalls.length === 0)
    print(`${paint('green', '✓')} this host can run lab machines${rooms.map(roomSays).join('')}`);
  else for (const { what, mend } of shortfalls) print(`${paint('red', '✗')} ${what}\n  mend: ${mend}`);
  return shortfalls.length === 0 ? exitCodes.done : exitCodes.failed;
}

function roomSays({ most, by }: Room): string {
  return `: ${counted(most, 'machine')} more, then ${by} ends`;
}
