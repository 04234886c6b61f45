/** The balancers of a platform that is measured: who holds the address, and what is done to them. */
import { webRoutes } from '../../../blueprint/routes.ts';
import { ipOn, networkBetween } from '../../../blueprint/platform.ts';
import { SpillwayError } from '../../../model/errors.ts';
import type { MachineName } from '../../../model/ids.ts';
import type { Reach } from '../../../ports/host.ts';
import type { Engine } from '../../../ports/engine.ts';
import { look, type Work } from '../../work.ts';
import type { Asked } from './longest-gap.ts';
import type { Setup } from './setups.ts';

export interface Balancers {
  readonly machines: readonly MachineName[];
  readonly asked: Asked;
  /** Runs shell text there, and waits for its end. */
  on(machine: string, script: string): Promise<void>;
  powerOff(machine: string): Promise<void>;
  /** Gives all their keepalived this configuration, and begins it anew. */
  configure(setup: Setup): Promise<void>;
  /** Starts whatever was ended there. */
  restore(machine: string): Promise<void>;
  /** Once all work, one holds the address and the others have heard of it: its name. */
  settled(setup: Setup): Promise<MachineName>;
  /** How often any of them has taken the address so far. */
  timesTaken(): Promise<number>;
}

const configuration = '/etc/keepalived/keepalived.conf';
/** Chosen: a page of which the web machines keep a copy costs the balancer as much as any other. */
const path = '/assets/site.css';
/** Chosen: longer than a machine takes to boot with all that it starts. */
const settlingMs = 30_000;
const pauseMs = 200;

export async function balancersOf(work: Work): Promise<Balancers> {
  const { hosts, toolbox, blueprint } = work;
  const { platform, actual } = await look(work);
  const [address] = platform.addresses;
  const route = webRoutes(platform.blueprint).find((one) => one.address === address?.name);
  if (address === undefined || route === undefined) throw new Error('no route has an address');
  const listed = [...actual.inventories].flatMap(([engineName, { machines }]) =>
    machines
      .filter(({ pool }) => pool === address.pool)
      .map(({ name, reach }) => ({ name, reach: { machine: name, ...reach }, engine: work.engines.get(engineName) })),
  );
  const { ip } = address;
  const find = (name: string): { name: MachineName; reach: Reach; engine: Engine } => {
    const found = listed.find((one) => one.name === name);
    if (found?.engine === undefined) throw new Error(`no balancer ${name}`);
    return { ...found, engine: found.engine };
  };
  const ask = async (name: string, script: string) => (await hosts.run(find(name).reach, script)).stdout.trim();
  const machines = listed.map(({ name }) => name);
  const network = networkBetween(blueprint, address.pool, address.pool);
  const own = (platform.pools.get(address.pool) ?? []).map((machine) => ipOn(machine, network));
  if (machines.length < 2 || own.includes(undefined)) throw new Error('one balancer alone hands its address to nobody');
  const written = new Map(
    await Promise.all(machines.map(async (name) => [name, await ask(name, `cat ${configuration}`)] as const)),
  );

  async function holders(): Promise<readonly MachineName[] | undefined> {
    const state = `systemctl is-active haproxy keepalived | sort -u; ip -4 -oneline addr show to ${ip}`;
    const seen = await Promise.all(machines.map(async (name) => ({ name, says: await ask(name, state) })));
    if (seen.some(({ says }) => !says.startsWith('active') || says.includes('inactive'))) return undefined;
    return seen.flatMap(({ name, says }) => (says.includes(ip) ? [name] : []));
  }

  return {
    machines,
    asked: { ip, host: route.host[0] ?? address.ip, path },
    async on(machine, script) {
      await ask(machine, script);
    },
    powerOff: (machine) => find(machine).engine.powerOff(blueprint.platform, find(machine).name),
    async configure(setup) {
      await Promise.all(
        machines.map(async (name) => {
          const text = Buffer.from(`${setup.configured(written.get(name) ?? '', name)}\n`).toString('base64');
          await ask(name, `echo ${text} | base64 -d > ${configuration}; systemctl restart keepalived`);
        }),
      );
    },
    async restore(machine) {
      const { name, engine } = find(machine);
      hosts.forget(name);
      await engine.startMachine(blueprint.platform, name);
      await ask(name, 'systemctl start haproxy keepalived');
    },
    async settled({ heardWithinMs }) {
      const untilMs = toolbox.clock.now() + settlingMs;
      let last: readonly MachineName[] | undefined;
      for (let sinceMs = toolbox.clock.now(); toolbox.clock.now() < untilMs;) {
        const now = await holders();
        const [holder] = now ?? [];
        if (holder === undefined || now?.length !== 1 || holder !== last?.[0]) sinceMs = toolbox.clock.now();
        else if (toolbox.clock.now() - sinceMs >= heardWithinMs) return holder;
        last = now;
        await toolbox.clock.sleep(pauseMs);
      }
      throw unsettled(ip, last);
    },
    async timesTaken() {
      const counts = await Promise.all(
        machines.map((name) => ask(name, `journalctl --unit keepalived --no-pager | grep -c 'Entering MASTER STATE'`)),
      );
      return counts.reduce((sum, count) => sum + Number(count), 0);
    },
  };
}

function unsettled(ip: string, holders: readonly MachineName[] | undefined): SpillwayError {
  return new SpillwayError({
    code: 'bench-unsettled',
    message: `${ip} does not come to rest: ${holders === undefined ? 'not all balancers work' : holders.join(', ') || 'nobody holds it'}`,
    mend: 'the measurement was given up; the platform is removed',
  });
}
