/** Asks a balancer once a second. */
import type { Clock } from '../../ports/clock.ts';
import { lookAt } from '../haproxy/balancer.ts';
import type { HaproxySocket } from '../haproxy/socket.ts';
import { balancerReadings, type BalancerReadings, type BalancerSample } from './balancer-sample.ts';

const everyMs = 1_000;

/** `keep` gets what it told last. One that does not answer keeps that, which grows old. */
export async function takeOfBalancer(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  socket: HaproxySocket,
  keep: (readings: BalancerReadings) => void,
): Promise<void> {
  let before: BalancerSample | undefined;
  for (;;) {
    const beganMs = clock.now();
    const sight = await lookAt(socket).catch(() => undefined);
    if (signal.aborted) return;
    if (sight !== undefined) {
      const sample = { ...sight, atMs: clock.now() };
      keep(balancerReadings(before, sample));
      before = sample;
    }
    await clock.sleep(Math.max(0, everyMs - (clock.now() - beganMs)));
  }
}
