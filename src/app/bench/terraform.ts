/** The peer: a plan without changes by Terraform, of as many of its own built-in resources, which live in its state alone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './child.ts';
import { timed, type Runs } from './figures.ts';

export type Peer =
  | {
      readonly there: true;
      readonly version: string;
      readonly planMs: readonly { readonly machines: number; readonly runs: Runs }[];
    }
  | { readonly there: false; readonly why: string };

/** Separate instances of one block by `count`: the shortest text, and so the kindest to its parser. */
const configuration = (resources: number) => `
resource "terraform_data" "machine" {
  count = ${resources}
  input = { name = "web-\${count.index + 1}", ip = cidrhost("10.0.0.0/16", count.index + 2) }
}
`;

export async function measureTerraform(
  sizes: readonly number[],
  times: number,
  progress: (line: string) => void,
): Promise<Peer> {
  const version = await runProgram(['terraform', 'version']).catch(() => undefined);
  if (version === undefined) return { there: false, why: 'no program `terraform` on the path' };
  const planMs: { machines: number; runs: Runs }[] = [];
  for (const size of sizes) {
    progress(`terraform: ${size} resources`);
    planMs.push({ machines: size, runs: await noopPlans(size, times) });
  }
  return { there: true, version: version.split('\n', 1)[0] ?? '', planMs };
}

async function noopPlans(resources: number, times: number): Promise<Runs> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
  const terraform = (...args: string[]) => runProgram(['terraform', ...args], folder);
  try {
    await writeFile(join(folder, 'main.tf'), configuration(resources));
    await terraform('init', '-input=false');
    await terraform('apply', '-auto-approve', '-input=false');
    // Exits 2 when there is anything to do, which fails the measurement.
    return await timed(times, () => terraform('plan', '-input=false', '-detailed-exitcode'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
