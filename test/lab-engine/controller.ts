/** A controller to be killed: does the work that stands on its standard input, after it said that it begins. */
import { text } from 'node:stream/consumers';
import { createLabEngine } from '../../src/engines/lab/index.ts';
import type { Work } from './crash.ts';

const work = JSON.parse(await text(process.stdin)) as Work;
const engine = createLabEngine(work.options);
process.stdout.write('begin\n');
if (work.packages !== undefined) await engine.ensureImage(work.packages, () => undefined);
if (work.clear) {
  for (const platform of new Set(work.networks.map(({ platform }) => platform))) await engine.clear(platform);
} else if (work.remove) {
  await Promise.all(work.machines.map(({ platform, name }) => engine.removeMachine(platform, name)));
} else {
  for (const network of work.networks) await engine.ensureNetwork(network);
  await Promise.all(work.machines.map((machine) => engine.createMachine(machine)));
  for (const bake of work.bakes) await engine.bake(bake);
}
