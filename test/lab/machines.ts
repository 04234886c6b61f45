/** A platform's machines, over sessions that are kept for the whole test. */
import { createLabEngine } from '../../src/engines/lab/index.ts';
import { createHosts } from '../../src/hosts/index.ts';
import type { MachineName, PlatformName } from '../../src/model/ids.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { createVault } from '../../src/store/vault.ts';
import { shutDown } from '../../src/runtime/machine-work.ts';

const clock = {
  now: () => Date.now(),
  wall: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms)),
};

export function machinesOf(platform: string) {
  const store = openSqliteStore(`/var/lib/spillway/platforms/${platform}/state.sqlite`);
  const vault = createVault(store, platform);
  const hosts = createHosts(vault, platform as PlatformName);
  const engine = createLabEngine();
  return {
    vault,
    /** What a shell command on a machine printed; its failure is no error here. */
    async on(name: string, script: string): Promise<string> {
      const { machines } = await engine.list(platform as PlatformName);
      const machine = machines.find((one) => one.name === name);
      if (machine === undefined) throw new Error(`${platform} has no machine ${name}`);
      const { stdout } = await hosts.run({ machine: name as MachineName, ...machine.reach }, script);
      return stdout.trim();
    },
    /** As before a machine is made anew or removed: it may end its work, then it loses its cables and its power. */
    async takeAway(name: string) {
      const { machines } = await engine.list(platform as PlatformName);
      const { reach } = machines.find((one) => one.name === name)!;
      await shutDown(engine, hosts, clock, platform as PlatformName, { machine: name as MachineName, ...reach });
      hosts.forget(name as MachineName);
      await engine.powerOff(platform as PlatformName, name as MachineName);
    },
    powerOff(name: string) {
      hosts.forget(name as MachineName);
      return engine.powerOff(platform as PlatformName, name as MachineName);
    },
    close() {
      hosts.close();
      store.close();
    },
  };
}
