/** Work for a controller of its own, which is killed on its way. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabOptions } from '../../src/engines/lab/index.ts';
import type { BakeSpec, MachineSpec, NetworkSpec } from '../../src/model/spec.ts';
import type { Bench } from './bench.ts';

export interface Work {
  readonly options: LabOptions;
  /** Of an image to build before all else. */
  readonly packages?: readonly string[];
  readonly networks: readonly NetworkSpec[];
  readonly machines: readonly MachineSpec[];
  /** To be made after the machines. */
  readonly bakes: readonly BakeSpec[];
  /** Machines to remove and platforms to clear after that. */
  readonly remove: boolean;
  readonly clear: boolean;
}

/** Runs the work in a controller of its own, which is killed after so many milliseconds, or once it is so, unless it has ended. */
export async function killedAfter(
  { options }: Bench,
  after: number | (() => Promise<boolean>),
  work: Partial<Work>,
): Promise<void> {
  const controller = spawn(process.execPath, [fileURLToPath(new URL('./controller.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(controller, 'close');
  const nothing = { networks: [], machines: [], bakes: [], remove: false, clear: false };
  controller.stdin.end(JSON.stringify({ ...nothing, options, ...work }));
  // The clock starts when the controller does: to start Node takes longer than the work.
  await once(controller.stdout, 'data');
  const [code] = (await Promise.race([ended, typeof after === 'number' ? sleep(after, [0]) : itIs(after)])) as [number];
  if (code !== 0) throw new Error(`the controller failed with ${code}`);
  controller.kill('SIGKILL');
  await ended;
}

async function itIs(so: () => Promise<boolean>): Promise<[number]> {
  while (!(await so())) await sleep(50);
  return [0];
}
