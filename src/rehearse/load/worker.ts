/**
 * A load's worker: a process of its own, so that what else Spillway does cannot
 * delay it. It is open-loop: each request leaves at its time, whatever became of
 * the earlier ones, and its latency counts from that time. A platform that stalls
 * is so charged with everything that should have been answered meanwhile.
 *
 * Its first line on stdin is the order, its second the start. It prints a line of
 * JSON each second and a total; when stdin closes it ends.
 */
import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { createClient, type Client, type Exchange, type Outcome } from './client.ts';
import { createJar, type Jar } from './jar.ts';
import { totalOf, type LoadSecond } from './load-second.ts';
import { markOf, requestsOf, type PlannedRequest } from './mix.ts';
import { stolenSoFarMs } from './stolen.ts';
import { createTally } from './tally.ts';
import type { Order, Said, Start } from './words.ts';

/** Chosen: timers are no finer. */
const tickMs = 1;

/** Chosen: how long a request may be sent before others are looked at again. */
const mostAtOnce = 200;

goFirst();
// Whoever read it is gone, and with them the reason to go on.
process.stdout.on('error', () => process.exit(1));

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const order = JSON.parse(await nextLine()) as Order;
say({ kind: 'ready' });
const { atEpochMs } = JSON.parse(await nextLine()) as Start;
work(order, performance.now() + atEpochMs - Date.now());

/**
 * Visitors have machines of their own: what the platform does on this one must not
 * hold them up. Real-time priority, the lowest there is, sees to that; a nicer
 * `nice` did not, on two busy cores. Without the right to it the load is as others
 * are, and what is late is counted.
 */
function goFirst(): void {
  spawnSync('chrt', ['--fifo', '--all-tasks', '--pid', '1', String(process.pid)], { stdio: 'ignore' });
}

async function nextLine(): Promise<string> {
  const { value, done } = await lines.next();
  if (done === true) process.exit(0);
  return value;
}

function say(said: Said): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

interface OnTheWay {
  readonly exchange: Exchange;
  readonly untilMs: number;
}

/** All times are of this process's monotonic clock. */
function work({ plan, target, timeoutMs, worker }: Order, startMs: number): void {
  const client: Client = createClient(target);
  const jar: Jar = createJar();
  const tally = createTally();
  const seconds: LoadSecond[] = [];
  /** In the order in which they time out, for all wait equally long. */
  const onTheWay = new Map<number, OnTheWay>();
  const requests = requestsOf(plan);
  let next = nextOfMine();
  let isStopped = false;
  let before = { cpu: process.cpuUsage(), stolenMs: stolenSoFarMs(), atMs: startMs, opened: 0, retried: 0 };

  void lines.next().then(stop);
  tick();

  function nextOfMine(): PlannedRequest | undefined {
    for (;;) {
      const { value } = requests.next();
      if (value === undefined || value.number % worker.of === worker.index) return value ?? undefined;
    }
  }

  function tick(): void {
    if (isStopped) return;
    const nowMs = performance.now();
    for (const [number, { exchange, untilMs }] of onTheWay) {
      if (untilMs > nowMs) break;
      onTheWay.delete(number);
      exchange.abandon('timeout');
    }
    if (nowMs >= startMs + 1000 * (seconds.length + 1)) endSecond(nowMs);
    let count = 0;
    for (; next !== undefined && startMs + next.atMs <= performance.now() && count < mostAtOnce; count++) {
      send(next);
      next = nextOfMine();
    }
    if (next === undefined && onTheWay.size === 0) {
      finish();
    } else if (count === mostAtOnce) setImmediate(tick);
    else setTimeout(tick, tickMs);
  }

  function send(request: PlannedRequest): void {
    const { number, method, path, body, session, isNewcomer } = request;
    const dueMs = startMs + request.atMs;
    const mark = method === 'POST' ? markOf(plan.seed, number) : undefined;
    tally.sent(performance.now() - dueMs);
    const cookie = session === undefined ? undefined : jar.of(session);
    const exchange = client.send({ method, path, body, cookie, isNewcomer }, (outcome: Outcome) => {
      onTheWay.delete(number);
      if (outcome.kind === 'answered') {
        const { status, hasRetryAfter, cookies } = outcome.answer;
        if (session !== undefined) jar.take(session, cookies);
        tally.answered(status, hasRetryAfter, performance.now() - dueMs, mark);
      } else {
        const unknown = outcome.mayHaveArrived ? mark : undefined;
        if (isStopped) tally.abandoned(unknown);
        else tally.failed(outcome.why, unknown);
      }
    });
    onTheWay.set(number, { exchange, untilMs: dueMs + timeoutMs });
  }

  function endSecond(nowMs: number): void {
    const cpu = process.cpuUsage(before.cpu);
    const stolenMs = stolenSoFarMs();
    const tookMs = Math.max(1, nowMs - before.atMs);
    const { opened, retried } = client.counts;
    const second = tally.take({
      second: seconds.length,
      ownCores: (cpu.user + cpu.system) / 1000 / tookMs,
      stolenCores: (stolenMs - before.stolenMs) / tookMs,
      opened: opened - before.opened,
      retried: retried - before.retried,
    });
    before = { cpu: process.cpuUsage(), stolenMs, atMs: nowMs, opened, retried };
    seconds.push(second);
    client.tidy(nowMs);
    say({ kind: 'second', ...second });
  }

  function finish(): void {
    isStopped = true;
    client.close();
    endSecond(performance.now());
    process.stdout.write(`${JSON.stringify({ kind: 'total', ...totalOf(seconds) } satisfies Said)}\n`, () =>
      process.exit(0),
    );
  }

  function stop(): void {
    if (!isStopped) finish();
  }
}
