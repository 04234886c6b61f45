/** Visitors of a platform that is measured: steadily, and for a while more of them. */
import { layOut, noAssets, nothingTaken } from '../../blueprint/platform.ts';
import { webRoutes } from '../../blueprint/routes.ts';
import type { PoolName } from '../../model/ids.ts';
import type { LoadTotal } from '../../rehearse/load/load-second.ts';
import { startLoad, type RunningLoad } from '../../rehearse/load/start-load.ts';
import type { Target } from '../../rehearse/load/client.ts';
import type { Traffic } from '../../rehearse/load/traffic.ts';
import type { Work } from '../work.ts';

export interface Visits {
  /** So many more each second, this much later than the others could come. */
  step(perSecond: number, laterMs: number): MoreVisits;
  /** Says what became of all of them, the steps included. To end twice is the same as once. */
  end(): Promise<{ readonly sent: number; readonly lost: number }>;
}

export interface MoreVisits {
  /** Since when they come, in milliseconds since 1970. */
  readonly beganMs: Promise<number>;
  readonly stop: () => Promise<void>;
}

/** Chosen: longer than any measurement takes. */
const longMs = 3_600_000;
/** Chosen: that the process of a load begins shows in the platform's own times, and is over by then. */
const quietMs = 1_000;
const timeoutMs = 5_000;

export async function beginVisits(work: Work, pool: PoolName, perSecond: number): Promise<Visits> {
  const { argv } = await work.toolbox.visitor(work.blueprint.platform);
  const target = entranceOf(work, pool);
  const totals: Promise<LoadTotal>[] = [];
  const begin = (traffic: Traffic, onStart: (atMs: number) => void): RunningLoad => {
    const mix = [{ what: 'front page', weight: 1, method: 'GET', paths: ['/'], form: {}, draw: {} }] as const;
    const running = startLoad(
      // Each has a seed of its own, so that a step's visitors do not come at the others' instants.
      { plan: { traffic, mix, newConnections: 0.1, seed: totals.length }, target, timeoutMs },
      { argv, workers: 1, onSecond: () => undefined, onStart },
    );
    running.total.catch(() => undefined);
    totals.push(running.total);
    return running;
  };
  const steady = begin([{ kind: 'hold', perSecond, forMs: longMs }], () => undefined);
  return {
    step(more, laterMs) {
      const began = Promise.withResolvers<number>();
      const running = begin(
        [
          { kind: 'hold', perSecond: 0, forMs: quietMs + laterMs },
          { kind: 'hold', perSecond: more, forMs: longMs },
        ],
        (atMs) => began.resolve(atMs + quietMs + laterMs),
      );
      running.total.catch(began.reject);
      began.promise.catch(() => undefined);
      return {
        beganMs: began.promise,
        async stop() {
          running.stop();
          await running.total;
        },
      };
    },
    async end() {
      steady.stop();
      const all = await Promise.all(totals);
      const sum = (of: (total: LoadTotal) => number) => all.reduce((total, one) => total + of(one), 0);
      return {
        sent: sum(({ sent }) => sent),
        lost: sum(({ failed, byStatus }) => failed + byStatus['5xx'] + byStatus.turnedAway),
      };
    },
  };
}

function entranceOf({ blueprint, vault }: Work, pool: PoolName): Target {
  const route = webRoutes(blueprint).find(({ to }) => to === pool);
  const address = layOut(blueprint, noAssets, nothingTaken).addresses.find(({ name }) => name === route?.address);
  if (route === undefined || address === undefined) throw new Error(`no route leads to ${pool}`);
  const authority = vault.authorityCertificate() ?? '';
  return { ip: address.ip, port: 443, host: route.host[0] ?? address.ip, tls: { authority } };
}
