import { describe, expect, test } from 'vitest';
import type { Target } from '../../../src/rehearse/load/client.ts';
import { countOf } from '../../../src/rehearse/load/latencies.ts';
import { totalOf, type LoadSecond } from '../../../src/rehearse/load/load-second.ts';
import { requestsOf, type LoadPlan, type PageKind } from '../../../src/rehearse/load/mix.ts';
import { startLoad, type LoadOptions } from '../../../src/rehearse/load/start-load.ts';
import { httpServer, tcpServer } from './servers.ts';

const page: PageKind = { what: 'pages', weight: 1, method: 'GET', paths: ['/{mark}'], form: {}, draw: {} };
const comment: PageKind = { ...page, what: 'comments', method: 'POST', form: { body: '{mark}' } };

const planOf = (plan: Partial<LoadPlan> = {}): LoadPlan => ({
  traffic: [{ kind: 'hold', perSecond: 100, forMs: 600 }],
  mix: [page],
  newConnections: 0.2,
  seed: 8,
  ...plan,
});

interface Wanted extends Partial<LoadOptions> {
  readonly plan?: LoadPlan;
  readonly timeoutMs?: number;
}

function load(target: Target, { plan = planOf(), timeoutMs = 60_000, ...options }: Wanted = {}) {
  const seconds: LoadSecond[] = [];
  const onSecond = (second: LoadSecond) => void seconds.push(second);
  const running = startLoad({ plan, target, timeoutMs }, { argv: [], workers: 1, onSecond, ...options });
  return { ...running, seconds };
}

const paths = (plan: LoadPlan) => Array.from(requestsOf(plan), ({ path }) => path);

describe('a load', () => {
  test.each([1, 2])('of %i workers sends each request of its plan once', async (workers) => {
    const heard: string[] = [];
    const target = await httpServer((request, response) => {
      heard.push(request.url!);
      response.end('ok');
    });
    const plan = planOf({ traffic: [{ kind: 'hold', perSecond: 40, forMs: 1500 }] });
    const { total, seconds } = load(target, { workers, plan });
    const sum = await total;
    const planned = paths(plan);
    expect(heard.sort()).toEqual(planned.sort());
    expect(sum).toMatchObject({ sent: planned.length, answered: planned.length, failed: 0, abandoned: 0 });
    expect(sum.byStatus['2xx']).toBe(planned.length);
    expect(countOf(sum.latencies)).toBe(planned.length);
    expect(seconds.map(({ second }) => second)).toEqual(seconds.map((_, index) => index));
    // What each worker alone can tell adds up otherwise than what is of their host.
    const { ownCoresMax: _, stolenCores: __, ...counted } = sum;
    expect(totalOf(seconds)).toMatchObject(counted);
    expect(seconds.at(-1)!.inFlight).toBe(0);
  });

  test('goes on sending while nothing is answered', async () => {
    const waiting: (() => void)[] = [];
    const all = paths(planOf()).length;
    const target = await httpServer((_, response) => {
      waiting.push(() => response.end('ok'));
      // Who waits for an answer before the next request never comes here.
      if (waiting.length === all) for (const answer of waiting) answer();
    });
    const { answered, percentiles } = await load(target).total;
    expect(answered).toBe(all);
    // The first was answered after the last was sent, and its wait counts from its own time.
    expect(percentiles!.maxMs).toBeGreaterThan(400);
  });

  test('tells answers and failures by their class', async () => {
    const kinds = ['/fine', '/gone', '/broken', '/full', '/closed', '/never', '/moved'];
    const plan = planOf({ mix: kinds.map((path) => ({ ...page, paths: [path] })), newConnections: 0.5 });
    const target = await httpServer((request, response) => {
      const statuses: Record<string, number> = {
        '/fine': 200,
        '/moved': 302,
        '/gone': 404,
        '/broken': 503,
        '/full': 503,
      };
      const status = statuses[request.url!];
      if (request.url === '/closed') request.socket.destroy();
      else if (status !== undefined)
        response.writeHead(status, request.url === '/full' ? { 'retry-after': '5' } : undefined).end();
    });
    const sum = await load(target, { plan, timeoutMs: 5000 }).total;
    const planned = (path: string) => paths(plan).filter((one) => one === path).length;
    expect(sum.byStatus).toEqual({
      '2xx': planned('/fine'),
      '3xx': planned('/moved'),
      '4xx': planned('/gone'),
      '5xx': planned('/broken'),
      turnedAway: planned('/full'),
    });
    expect(sum.byFailure).toMatchObject({ reset: planned('/closed'), timeout: planned('/never'), refused: 0, own: 0 });
    expect(sum.answered + sum.failed).toBe(sum.sent);
    expect(countOf(sum.latencies)).toBe(planned('/fine') + planned('/moved') + planned('/gone'));
  });

  test('keeps account of what it wrote, and sends it once', async () => {
    const bodies: string[] = [];
    const target = await httpServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        bodies.push(body.replace('body=', ''));
        if (bodies.length % 3 === 0) request.socket.destroy();
        else response.writeHead(bodies.length % 3 === 1 ? 303 : 422).end();
      });
    });
    const { writes } = await load(target, { plan: planOf({ mix: [comment] }) }).total;
    const nth = (rest: number) => bodies.filter((_, index) => (index + 1) % 3 === rest).sort();
    expect(writes.acknowledged.toSorted()).toEqual(nth(1));
    expect(writes.unknown.toSorted()).toEqual(nth(0));
    expect(new Set(bodies).size).toBe(paths(planOf()).length);
  });

  test('gives each session the cookies that it was given', async () => {
    const heard: (string | undefined)[] = [];
    const target = await httpServer((request, response) => {
      heard.push(request.headers.cookie);
      response.writeHead(200, { 'set-cookie': [`turn=${heard.length}; Path=/`, 'fan=yes'] }).end();
    });
    await load(target, { plan: planOf({ mix: [{ ...page, sessions: 1 }] }) }).total;
    expect(heard[0]).toBeUndefined();
    expect(heard.at(-1)).toMatch(/^turn=\d+; fan=yes$/);
  });

  test('that is stopped tells what was on its way', async () => {
    const target = await tcpServer(() => undefined);
    const plan = planOf({ traffic: [{ kind: 'hold', perSecond: 40, forMs: 3600_000 }] });
    const first = Promise.withResolvers<unknown>();
    const running = load(target, { plan, workers: 2, onSecond: first.resolve });
    await first.promise;
    running.stop();
    const { sent, abandoned, answered } = await running.total;
    expect(sent).toBeGreaterThan(0);
    expect({ abandoned, answered }).toEqual({ abandoned: sent, answered: 0 });
  });

  test('whose worker cannot start says why', async () => {
    const target = await httpServer((_, response) => response.end());
    await expect(load(target, { argv: ['false'] }).total).rejects.toMatchObject({ code: 'load-worker-failed' });
    await expect(load(target, { argv: ['/no/such/program'] }).total).rejects.toMatchObject({
      code: 'load-worker-failed',
      message: expect.stringContaining('ENOENT') as string,
    });
  });
});
