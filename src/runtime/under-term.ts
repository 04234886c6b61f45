/** An engine that hears under which term it is asked, each time before it changes anything. */
import type { PlatformName } from '../model/ids.ts';
import type { Engine } from '../ports/engine.ts';
import type { Term } from '../ports/term.ts';

export function underTerm(engine: Engine, term: Term): Engine {
  const told = async (platform: PlatformName): Promise<Engine> => {
    await engine.hear(platform, term());
    // A process that stood still while it waited may be woken into the term of another.
    term();
    return engine;
  };
  return {
    ...engine,
    ensureNetwork: async (network) => (await told(network.platform)).ensureNetwork(network),
    removeNetwork: async (platform, network) => (await told(platform)).removeNetwork(platform, network),
    createMachine: async (machine) => (await told(machine.platform)).createMachine(machine),
    startMachine: async (platform, machine) => (await told(platform)).startMachine(platform, machine),
    powerOff: async (platform, machine) => (await told(platform)).powerOff(platform, machine),
    cutOff: async (platform, machine) => (await told(platform)).cutOff(platform, machine),
    rejoin: async (platform, machine) => (await told(platform)).rejoin(platform, machine),
    removeMachine: async (platform, machine) => (await told(platform)).removeMachine(platform, machine),
    commission: async (platform, machine) => (await told(platform)).commission(platform, machine),
    bake: async (bake) => (await told(bake.platform)).bake(bake),
    removeBake: async (platform, bake) => (await told(platform)).removeBake(platform, bake),
    ensureAddress: async (address) => (await told(address.platform)).ensureAddress(address),
    placeAddress: async (platform, address, on) => (await told(platform)).placeAddress(platform, address, on),
    removeAddress: async (platform, address) => (await told(platform)).removeAddress(platform, address),
    clear: async (platform) => (await told(platform)).clear(platform),
  };
}
