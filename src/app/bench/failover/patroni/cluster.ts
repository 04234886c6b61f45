/**
 * The peer: two PostgreSQL servers that Patroni keeps, by an etcd on each of three machines, as Debian 12 has them. The
 * third is where clients are, with a HAProxy of their own.
 */
import { SpillwayError } from '../../../../model/errors.ts';
import type { MachineName, PlatformName } from '../../../../model/ids.ts';
import type { Clock } from '../../../../ports/clock.ts';
import type { Toolbox } from '../../../toolbox.ts';
import { takeDown } from '../../up.ts';
import { clientPatience, type Contender, type Ids, type Way } from '../primary/contender.ts';
import {
  account,
  etcdDefaults,
  haproxyConf,
  makeSql,
  packages,
  patroniConf,
  ports,
  readSql,
  type Member,
} from './files.ts';
import { cidr, makeMachines, writing, type PeerMachines } from './machines.ts';
import { connectPostgres, type PostgresSession } from './postgres-session.ts';
import { patroniDefaults, type PatroniSetup } from './setups.ts';

const databases: readonly Member[] = [
  { name: 'db-1', ip: '10.2.0.11' },
  { name: 'db-2', ip: '10.2.0.12' },
];
const client: Member = { name: 'client-1', ip: '10.2.0.13' };
const all = [...databases, client];

/** Chosen: three of the longest loops, and as long again to copy. */
const settlingMs = 120_000;
const lookMs = 250;

export async function withPatroni<Result>(
  toolbox: Toolbox,
  platform: PlatformName,
  progress: (line: string) => void,
  use: (contender: (setup: PatroniSetup) => Contender) => Promise<Result>,
): Promise<Result> {
  const state = toolbox.open(platform);
  try {
    progress(`up: ${platform}, the peer`);
    const machines = await makeMachines(toolbox, state, platform, all, packages, progress);
    await setUp(toolbox.clock, platform, machines);
    const kept: Kept = { setup: patroniDefaults, ids: { given: 0, acknowledged: [] } };
    return await use((setup) => contenderOf(toolbox.clock, platform, machines, kept, setup));
  } finally {
    state.close();
    await takeDown(toolbox, platform);
  }
}

/** Of the one cluster, however it is configured. */
interface Kept {
  setup: PatroniSetup;
  readonly ids: Ids;
}

async function setUp(clock: Clock, platform: PlatformName, { engine, on, reachOf }: PeerMachines): Promise<void> {
  const start = (unit: string) => `systemctl enable --quiet ${unit}; systemctl restart ${unit}`;
  await Promise.all(
    all.map((member) =>
      on(member.name, ['set -e', writing('/etc/default/etcd', etcdDefaults(member, all)), start('etcd')].join('\n')),
    ),
  );
  for (const member of databases) {
    const conf = writing('/etc/patroni/config.yml', patroniConf(member, all, cidr));
    await on(member.name, ['set -e', conf, start('patroni')].join('\n'));
    // The first one begins the cluster, the second is copied from it.
    await until(clock, `PostgreSQL on ${member.name}`, async () => (await membersSeen(on)).find(isRunning(member)));
  }
  const [roles, tables] = makeSql.map((statements) => statements.map((sql) => `-c '${sql}'`).join(' '));
  const psql = 'runuser -u postgres -- psql -qv ON_ERROR_STOP=1';
  await on(
    'db-1',
    [`set -e`, `${psql} ${roles}`, `${psql} -U ${account.user} -d ${account.database} ${tables}`].join('\n'),
  );
  await on(
    client.name,
    ['set -e', writing('/etc/haproxy/haproxy.cfg', haproxyConf(databases)), start('haproxy')].join('\n'),
  );
  await Promise.all(all.map(({ name }) => engine.commission(platform, reachOf(name).machine)));
}

/** As Patroni's `GET /cluster` has them. */
interface MemberSeen {
  readonly name: string;
  readonly role: string;
  readonly state: string;
}

const isRunning = (member: Member) => (seen: MemberSeen) => seen.name === member.name && seen.state === 'running';

/** As any of them says that answers; nobody when none does. */
async function membersSeen(on: PeerMachines['on']): Promise<readonly MemberSeen[]> {
  const ask = databases.map(({ ip }) => `curl -sm 2 http://${ip}:${ports.patroni}/cluster && exit`);
  const said = await on(client.name, [...ask, 'true'].join('\n'));
  return said === '' ? [] : (JSON.parse(said) as { members: readonly MemberSeen[] }).members;
}

function contenderOf(
  clock: Clock,
  platform: PlatformName,
  { engine, hosts, on, reachOf }: PeerMachines,
  kept: Kept,
  setup: PatroniSetup,
): Contender {
  const connectTo = (host: string, port: number) =>
    connectPostgres(() => hosts.openTcp(reachOf(client.name), host, port), account, clientPatience);
  const ways: readonly Way[] = [
    { name: 'HAProxy', connect: () => connectTo('127.0.0.1', ports.haproxy) },
    { name: 'both hosts', connect: () => firstThatWrites(databases.map(({ ip }) => connectTo(ip, ports.postgres))) },
  ];
  const api = async (member: string, words: string) => {
    const { ip } = databases.find(({ name }) => name === member) ?? client;
    await on(client.name, `curl -sSfm 60 -o /dev/null http://${ip}:${ports.patroni}/${words}`);
  };
  const configure = async (leader: string) => {
    if (kept.setup === setup) return;
    const before = kept.setup;
    await api(leader, `config -X PATCH -d '${JSON.stringify(setup.timing)}'`);
    kept.setup = setup;
    // Each hears of it in its next loop, and renews its lease by it in the one after that.
    await clock.sleep(1_000 * (2 * before.timing.loop_wait + setup.timing.loop_wait));
  };
  const together = async () => {
    const seen = await membersSeen(on);
    const leader = seen.find(({ role, state }) => role === 'leader' && state === 'running');
    const follows = seen.some(({ role, state }) => role === 'sync_standby' && state === 'running');
    if (leader === undefined || !follows) return undefined;
    return (await Promise.all(ways.map(takesWrites))).includes(false) ? undefined : (leader.name as MachineName);
  };
  return {
    ...{ name: setup.name, ways, ids: kept.ids, readSql },
    stepMs: 1_000 * setup.timing.loop_wait,
    async settled() {
      await configure(await until(clock, 'the peer', together));
      return until(clock, 'the peer', together);
    },
    async kill(machine) {
      hosts.forget(machine);
      await engine.powerOff(platform, machine);
    },
    restore: (machine) => engine.startMachine(platform, machine),
    move: (from) => api(from, `switchover -d '${JSON.stringify({ leader: from })}'`),
  };
}

async function takesWrites({ connect }: Way): Promise<boolean> {
  try {
    (await connect()).abandon();
    return true;
  } catch {
    return false;
  }
}

/**
 * As libpq does with several hosts and `target_session_attrs=read-write`, but all at once: to try them one after the
 * other would wait for a dead one first.
 */
async function firstThatWrites(attempts: readonly Promise<PostgresSession>[]): Promise<PostgresSession> {
  const writing = attempts.map(async (attempt) => {
    const session = await attempt;
    if (session.takesWrites) return session;
    session.abandon();
    throw new Error('it takes no writes');
  });
  const first = await Promise.any(writing);
  const abandon = (session: PostgresSession) => {
    if (session !== first) session.abandon();
  };
  for (const one of writing) one.then(abandon).catch(() => undefined);
  return first;
}

async function until<Found>(clock: Clock, what: string, look: () => Promise<Found | undefined>): Promise<Found> {
  const untilMs = clock.now() + settlingMs;
  while (clock.now() < untilMs) {
    const found = await look();
    if (found !== undefined) return found;
    await clock.sleep(lookMs);
  }
  throw new SpillwayError({
    code: 'bench-unsettled',
    message: `${what} does not come to rest within ${settlingMs / 1000} s`,
    mend: 'the measurement was given up; its machines are removed',
  });
}
