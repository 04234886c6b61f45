/**
 * What Spillway's entrance costs: requests per second through it, against the same
 * pages through a HAProxy that somebody wrote by hand, on the same machine with the
 * same web machines behind it, in turn.
 */
import { fileURLToPath } from 'node:url';
import { ipOn, networkBetween } from '../../blueprint/platform.ts';
import { webRoutes } from '../../blueprint/routes.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { Reach } from '../../ports/host.ts';
import { load } from '../load.ts';
import type { Toolbox, Visitor } from '../toolbox.ts';
import { look, withWork, type Work } from '../work.ts';
import { runProgram } from './child.ts';
import { summed, type Runs } from './figures.ts';
import type { Load } from './open-connections.ts';
import { benchPlatform, bringUp, takeDown } from './up.ts';

export interface EntranceBench {
  readonly goalRatio: number;
  readonly connections: number;
  readonly pages: readonly PageRates[];
  /** Afterwards the platform is as the blueprint says. */
  readonly leftToDo: number;
}

interface PageRates {
  readonly path: string;
  readonly what: string;
  readonly spillway: Runs;
  readonly byHand: Runs;
  readonly ratio: number;
  readonly failed: number;
  /** The most that the load itself used of one core. */
  readonly loadCpuMax: number;
}

const goalRatio = 0.97;
const blueprint = 'sofoot';
const host = 'www.sofoot.test';
const pages = [
  { path: '/assets/site.css', what: 'a static file' },
  { path: '/', what: 'the front page, from the page cache' },
];
/** Chosen: many more than the balancer's processes, far fewer than its limit. */
const connections = 64;
const rounds = 5;
const warmUpMs = 2000;
const turnMs = 4000;
const port = 8080;

export async function benchEntrance(toolbox: Toolbox, progress: (line: string) => void): Promise<EntranceBench> {
  const platform = benchPlatform(toolbox, 1);
  progress(`up: ${platform}`);
  try {
    await bringUp(toolbox, platform);
    return await withWork(toolbox, load(toolbox, blueprint, platform), async (work) => {
      const visitor = await toolbox.visitor(platform);
      const { entrance, holder, servers } = await findEntrance(work);
      const rates = await withHandWritten(work, holder, entrance, servers, async () => {
        const found: PageRates[] = [];
        for (const page of pages) {
          progress(`load: ${page.what}`);
          found.push(await compare(visitor, entrance, page));
        }
        return found;
      });
      const { plan } = await look(work);
      return { goalRatio, connections, pages: rates, leftToDo: plan.steps.length };
    });
  } finally {
    await takeDown(toolbox, platform);
  }
}

/** The entrance's address, the balancer that holds it now, and the web machines behind it. */
async function findEntrance(work: Work): Promise<{ entrance: string; holder: Reach; servers: readonly string[] }> {
  const { platform, actual } = await look(work);
  const [address] = platform.addresses;
  const [route] = webRoutes(platform.blueprint);
  if (address === undefined || route === undefined) throw nobodyHolds('the platform');
  const network = networkBetween(platform.blueprint, address.pool, route.to);
  const servers = (platform.pools.get(route.to) ?? []).flatMap((machine) => ipOn(machine, network) ?? []);
  for (const { machines } of actual.inventories.values()) {
    for (const { name, reach } of machines.filter(({ pool }) => pool === address.pool)) {
      const { stdout } = await work.hosts.run({ machine: name, ...reach }, `ip -4 -oneline addr show to ${address.ip}`);
      if (stdout.trim() !== '') return { entrance: address.ip, holder: { machine: name, ...reach }, servers };
    }
  }
  throw nobodyHolds(address.ip);
}

function nobodyHolds(ip: string): SpillwayError {
  return new SpillwayError({
    code: 'bench-no-entrance',
    message: `no balancer holds ${ip}`,
    mend: 'see `spillway status`',
  });
}

/** The least that somebody writes who knows HAProxy: what is not said is HAProxy's default. */
function handWritten(entrance: string, servers: readonly string[]): string {
  return `global
  maxconn 4000
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend www
  bind ${entrance}:${port}
  default_backend web
backend web
  balance roundrobin
${servers.map((ip, index) => `  server web${index + 1} ${ip}:80 check`).join('\n')}
`;
}

/** Runs it beside Spillway's own, opens the firewall for it, and leaves neither behind. */
async function withHandWritten<Result>(
  { hosts }: Work,
  holder: Reach,
  entrance: string,
  servers: readonly string[],
  use: () => Promise<Result>,
): Promise<Result> {
  const begin = [
    'set -e',
    `cat > /root/hand.cfg <<'END'\n${handWritten(entrance, servers)}END`,
    'haproxy -D -f /root/hand.cfg -p /run/hand.pid',
    `nft insert rule inet spillway input ip daddr ${entrance} tcp dport ${port} accept`,
  ];
  const end = ['kill $(cat /run/hand.pid)', 'rm -f /root/hand.cfg /run/hand.pid', 'nft -f /etc/nftables.conf'];
  try {
    const { exitCode, stderr } = await hosts.run(holder, begin.join('\n'));
    if (exitCode !== 0) {
      throw new SpillwayError({
        code: 'bench-hand-written',
        message: `the hand-written HAProxy does not start on ${holder.machine}: ${stderr.trim()}`,
        mend: 'the measurement was given up; the platform is removed',
      });
    }
    return await use();
  } finally {
    await hosts.run(holder, end.join('\n'));
  }
}

async function compare(visitor: Visitor, entrance: string, { path, what }: (typeof pages)[number]): Promise<PageRates> {
  const measure = (at: number, forMs: number) => loadOnce(visitor, entrance, at, path, forMs);
  for (const at of [80, port]) await measure(at, warmUpMs);
  const spillway: Load[] = [];
  const byHand: Load[] = [];
  for (let round = 0; round < rounds; round++) {
    const turns = [
      async () => spillway.push(await measure(80, turnMs)),
      async () => byHand.push(await measure(port, turnMs)),
    ];
    // Who goes first changes, so that neither has the better half.
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
  }
  const rate = (loads: readonly Load[]) => summed(loads.map(({ requestsPerSecond }) => requestsPerSecond));
  const all = [...spillway, ...byHand];
  return {
    ...{ path, what },
    spillway: rate(spillway),
    byHand: rate(byHand),
    ratio: rate(spillway).median / rate(byHand).median,
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
    loadCpuMax: Math.max(...all.map(({ ownCpu }) => ownCpu)),
  };
}

async function loadOnce(visitor: Visitor, entrance: string, at: number, path: string, forMs: number): Promise<Load> {
  const program = fileURLToPath(import.meta.resolve('./open-connections.ts'));
  const words = [entrance, at, host, path, connections, forMs].map(String);
  return JSON.parse(await runProgram([...visitor.argv, process.execPath, program, ...words])) as Load;
}
