/** Whether this host can run lab machines, what it lacks, and how many more it carries. */
import type { Room, Shortfall } from '../ports/engine.ts';
import type { Toolbox } from './toolbox.ts';

export interface Diagnosis {
  readonly shortfalls: readonly Shortfall[];
  /** Of each kind of engine whose machines are on this host. */
  readonly room: readonly { readonly machines: number; readonly by: string }[];
}

export async function diagnose({ engines }: Pick<Toolbox, 'engines'>): Promise<Diagnosis> {
  const all = engines();
  const lacking = (await Promise.all(all.map((engine) => engine.check()))).flat();
  const asked: readonly Promise<Room>[] = all.flatMap(({ room }) => (room === undefined ? [] : [room(1, false)]));
  const rooms = await Promise.all(asked);
  // What can be raised is raised when machines are made.
  const full = rooms.filter(({ most }) => most === 0).flatMap(({ shortfalls }) => shortfalls);
  return { shortfalls: [...lacking, ...full], room: rooms.map(({ most: machines, by }) => ({ machines, by })) };
}
