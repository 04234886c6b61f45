/** The peer: a plan without changes by Terraform, of as many of its own built-in resources, which live in its state alone. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toIp, toNumber } from '../../model/ipv4.ts';
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
  const [main, state] = [join(folder, 'main.tf'), join(folder, 'terraform.tfstate')];
  const terraform = (...args: string[]) => runProgram(['terraform', ...args], folder);
  try {
    await writeFile(main, configuration(1));
    await terraform('init', '-input=false');
    await terraform('apply', '-auto-approve', '-input=false');
    await writeFile(main, configuration(resources));
    await writeFile(state, multiplied(await readFile(state, 'utf8'), resources));
    // Exits 2 when there is anything to do, which fails the measurement.
    return await timed(times, () => terraform('plan', '-input=false', '-detailed-exitcode'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface TerraformState {
  serial: number;
  resources: { instances: { index_key: number; attributes: Attributes }[] }[];
}

interface Attributes {
  readonly id: string;
  readonly input: { readonly value: unknown };
  readonly output: { readonly value: unknown };
}

const secondIp = toNumber('10.0.0.2');

/**
 * The state of one resource becomes that of many. To apply thousands takes many
 * minutes, and is not what is measured; the plan itself shows that nothing differs.
 */
function multiplied(text: string, resources: number): string {
  const state = JSON.parse(text) as TerraformState;
  const [resource] = state.resources;
  const [instance] = resource?.instances ?? [];
  if (resource === undefined || instance === undefined) throw new Error('terraform wrote no state');
  const { attributes } = instance;
  resource.instances = Array.from({ length: resources }, (_, index) => {
    const value = { ip: toIp(secondIp + index), name: `web-${index + 1}` };
    const both = { input: { ...attributes.input, value }, output: { ...attributes.output, value } };
    return { ...instance, index_key: index, attributes: { ...attributes, ...both, id: randomUUID() } };
  });
  return JSON.stringify({ ...state, serial: state.serial + 1 });
}
