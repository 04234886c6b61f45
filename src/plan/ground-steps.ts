import type { Machine, Platform } from '../blueprint/platform.ts';
import { entries } from '../blueprint/records.ts';
import type { EngineName } from '../model/ids.ts';
import type { ActualNetwork } from '../model/inventory.ts';
import type { Reason, Step } from '../model/plan.ts';
import type { AddressSpec, NetworkSpec } from '../model/spec.ts';
import { on, onceFree, type Planning } from './planning.ts';
import { addressStep, networkStep } from './step-ids.ts';

/** The networks and the addresses: what machines stand on. */
export function groundSteps(input: Planning, engine: EngineName): Step[] {
  const { platform } = input;
  const existing = on(input, engine);
  const machines = platform.machines.filter((machine) => machine.engine === engine);
  const steps: Step[] = [];
  for (const network of networksOf(platform, machines)) {
    const there = existing.networks.get(network.name);
    const id = networkStep(engine, network.name);
    if (there === undefined) steps.push({ id, kind: 'create-network', engine, network, reason: missing, after: [] });
    else if (!isSameNetwork(there, network)) {
      const reason = { code: 'differs', says: `is ${there.kind} ${there.cidr}` };
      steps.push({ id, kind: 'replace-network', engine, network, reason, after: [] });
    } else if (!network.sites.every((site) => there.sites.includes(site))) {
      // A site too many does no harm, and no engine takes it away from a network.
      const reason = { code: 'sites', says: `is at ${there.sites.join(', ')}` };
      steps.push({ id, kind: 'create-network', engine, network, reason, after: [] });
    }
  }
  for (const address of addressesOf(platform, machines)) {
    const there = existing.addresses.get(address.name);
    if (there?.ip === address.ip && there.network === address.network && sameSet(there.holders, address.holders))
      continue;
    const reason =
      there === undefined ? missing : { code: 'differs', says: `is ${there.ip}, held by ${there.holders.join(', ')}` };
    const id = addressStep(engine, address.name);
    const after = [networkStep(engine, address.network), ...onceFree(input, engine, [address])].filter(
      (step) => step !== id,
    );
    steps.push({ id, kind: 'create-address', engine, address, reason, after });
  }
  return steps;
}

export function isSameNetwork(there: ActualNetwork, { cidr, kind }: Pick<ActualNetwork, 'cidr' | 'kind'>): boolean {
  return there.cidr === cidr && there.kind === kind;
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}

export const missing: Reason = { code: 'missing', says: 'is not there' };

/** The networks of an engine's machines, at the sites where the engine has machines, overflow included. */
export function networksOf({ blueprint }: Platform, machines: readonly Machine[]): readonly NetworkSpec[] {
  const used = new Set(machines.flatMap(({ interfaces }) => interfaces.map(({ network }) => network)));
  return entries(blueprint.networks).flatMap(([name, { kind, cidr }]) => {
    const sites = entries(blueprint.sites).map(([site]) => site);
    return used.has(name) ? [{ platform: blueprint.platform, name, kind, cidr, sites }] : [];
  });
}

function addressesOf({ blueprint, addresses }: Platform, machines: readonly Machine[]): readonly AddressSpec[] {
  return addresses.flatMap(({ name, network, pool, ip }) => {
    const holders = machines.filter((machine) => machine.pool === pool).map((machine) => machine.name);
    return holders.length === 0 ? [] : [{ platform: blueprint.platform, name, network, ip, holders }];
  });
}
