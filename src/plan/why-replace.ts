import type { Machine } from '../blueprint/platform.ts';
import type { MachineFacts } from '../model/facts.ts';
import type { ActualMachine } from '../model/inventory.ts';
import type { Reason } from '../model/plan.ts';
import { counted, formatSize } from '../model/quantities.ts';
import type { Hardware } from '../model/spec.ts';

/** Why an existing machine cannot become the wanted one; undefined when it can. */
export function whyReplace(
  machine: Machine,
  there: ActualMachine,
  facts: MachineFacts | undefined,
): Reason | undefined {
  if (there.state === 'broken') return { code: 'broken', says: 'was never finished, or lost its disk' };
  if (there.site !== machine.site) return { code: 'site', says: `is in ${there.site}, should be in ${machine.site}` };
  if (there.flavour !== machine.flavour)
    return { code: 'flavour', says: `is a ${there.flavour}, should be a ${machine.flavour}` };
  if (there.hardware !== undefined && !isSameHardware(there.hardware, machine.hardware)) {
    const says = `has ${describeHardware(there.hardware)}, and a ${machine.flavour} has ${describeHardware(machine.hardware)} now`;
    return { code: 'hardware', says };
  }
  if (!isPluggedAlike(there, machine)) {
    const [has, wants] = [describeInterfaces(there.interfaces), describeInterfaces(machine.interfaces)];
    return { code: 'networks', says: `is on ${has}, should be on ${wants}` };
  }
  const lacks =
    facts?.reachable === true ? [...facts.roles.values()].flatMap(({ missingPackages }) => missingPackages) : [];
  if (lacks.length > 0) return { code: 'packages', says: `its image lacks ${[...new Set(lacks)].join(', ')}` };
  return undefined;
}

function isSameHardware(one: Hardware, other: Hardware): boolean {
  return one.cores === other.cores && one.memoryBytes === other.memoryBytes;
}

function describeHardware({ cores, memoryBytes }: Hardware): string {
  return `${counted(cores, 'core')} and ${formatSize(memoryBytes)}`;
}

/** An interface bears its network's name, so their order says nothing. */
function isPluggedAlike({ interfaces: has }: ActualMachine, { interfaces: wants }: Machine): boolean {
  return (
    has.length === wants.length &&
    wants.every(({ network, ip, prefixLength }) =>
      has.some((one) => one.network === network && one.ip === ip && one.prefixLength === prefixLength),
    )
  );
}

function describeInterfaces(interfaces: Machine['interfaces']): string {
  return interfaces.map(({ network, ip, prefixLength }) => `${network} ${ip}/${prefixLength}`).join(', ');
}
