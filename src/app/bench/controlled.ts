/** The controller of a platform that tells of itself, for as long as it is measured. */
import type { PlatformName } from '../../model/ids.ts';
import type { ActualMachine } from '../../model/inventory.ts';
import type { Store } from '../../ports/store.ts';
import { imaginedEngine } from '../../sim/imagined-engine.ts';
import { booted, newMachine } from '../../sim/imagined-machine.ts';
import { allWell, createCaller, emptyWorld, partOf } from '../../sim/imagined-world.ts';
import { control, type ControlEvent } from '../control/index.ts';
import type { Toolbox } from '../toolbox.ts';

export interface ControllerCost {
  readonly measuredMs: number;
  /** User and system together, of one core. */
  readonly cores: number;
  readonly rssBytes: number;
  readonly turns: number;
  /** CPU time between one turn and the next: the turn, and the readings that came meanwhile. */
  readonly cpuMsPerTurn: number;
  /** What was decided last; all was seen if nothing is missing. */
  readonly decided: { readonly size: number; readonly wanted: number; readonly says: string };
}

export interface Pace {
  /** Until all sessions are open and the code is compiled. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** What the process that controls has to know of the world. */
export interface KeptWorld {
  readonly text: string;
  readonly machines: readonly ActualMachine[];
  readonly pace: Pace;
}

const keptName = 'bench/world';

export function keepWorld(store: Store, world: KeptWorld): void {
  store.keep(keptName, JSON.stringify(world));
}

/** A turn pauses for half a second at most, and the readings of a balancer for longer. */
const turnPauseMsMost = 500;

/** Controls the platform whose world is kept, and measures this whole process meanwhile. */
export async function controlled(toolbox: Toolbox, platform: PlatformName): Promise<ControllerCost> {
  const { clock } = toolbox;
  const { text, machines, pace } = worldOf(toolbox, platform);
  const world = emptyWorld();
  const part = partOf(world, platform);
  for (const machine of machines) part.machines.set(machine.name, booted(newMachine(machine, [])));
  const engine = imaginedEngine(world, createCaller(allWell));

  let turns = 0;
  const sleep = (ms: number) => {
    if (ms <= turnPauseMsMost) turns += 1;
    return clock.sleep(ms);
  };
  const path = 'kept/blueprint.yaml';
  const files = { ...toolbox.files, exists: (file: string) => file === path, readText: () => text };
  const controlling = { ...toolbox, clock: { ...clock, sleep }, engine: () => engine, files };

  const stop = new AbortController();
  const events: ControlEvent[] = [];
  const running = control(controlling, path, { signal: stop.signal, progress: (event) => void events.push(event) });
  const cost = async () => {
    await clock.sleep(pace.warmUpMs);
    const before = { cpu: process.cpuUsage(), atMs: performance.now(), turns };
    await clock.sleep(pace.measureMs);
    const { user, system } = process.cpuUsage(before.cpu);
    const measuredMs = performance.now() - before.atMs;
    const cpuMs = (user + system) / 1_000;
    const rssBytes = process.memoryUsage.rss();
    stop.abort();
    return { measuredMs, cores: cpuMs / measuredMs, rssBytes, turns: turns - before.turns, cpuMs };
  };
  // A controller that ends before it is told to has failed.
  const measuring = cost();
  await Promise.race([measuring, running]);
  const { cpuMs, ...measured } = await measuring;
  await running;
  return { ...measured, cpuMsPerTurn: cpuMs / measured.turns, decided: lastDecided(events) };
}

function lastDecided(events: readonly ControlEvent[]): ControllerCost['decided'] {
  const failed = events.find((event) => event.kind === 'failed');
  if (failed !== undefined) throw new Error(`${failed.about}: ${failed.says}`);
  const last = events.findLast((event) => event.kind === 'decided');
  if (last === undefined) throw new Error('nothing was decided');
  const { size, wanted, says } = last.decision;
  return { size, wanted, says };
}

function worldOf(toolbox: Toolbox, platform: PlatformName): KeptWorld {
  const state = toolbox.openToLook(platform);
  try {
    const kept = state.store.kept(keptName);
    if (kept === undefined) throw new Error(`nobody keeps a world for ${platform}`);
    return JSON.parse(kept) as KeptWorld;
  } finally {
    state.close();
  }
}
