/** What befalls a pool of databases, drawn from a seed. */
import type { MachineName } from '../../model/ids.ts';
import { formatDuration } from '../../model/quantities.ts';
import type { Stream } from '../chance/stream.ts';

export interface Trouble {
  readonly kind:
    | 'power lost'
    | 'server killed'
    | 'frozen'
    | 'cut off'
    | 'replication cut'
    | 'controller killed'
    | 'controller stalled'
    | 'provider silent'
    | 'planned move';
  readonly machine?: MachineName;
  readonly forMs: number;
  /** Of a provider that is silent: it cannot even take networks. */
  readonly also?: boolean;
}

/** Chosen: on machines as often as all the rest together; each time from shorter than what is noticed to longer than what is waited for. */
const kinds: readonly (readonly [Trouble['kind'], weight: number, leastMs: number, mostMs: number])[] = [
  ['power lost', 3, 5_000, 60_000],
  ['server killed', 2, 1_000, 10_000],
  ['frozen', 3, 300, 20_000],
  ['cut off', 3, 300, 30_000],
  ['replication cut', 2, 300, 30_000],
  ['controller killed', 3, 100, 10_000],
  ['controller stalled', 1, 500, 5_000],
  ['provider silent', 1, 1_000, 30_000],
  ['planned move', 2, 0, 0],
];

/** Chosen: often enough that one comes upon another, and seldom enough that most find all well again. */
const meanBetweenMs = 15_000;

/** What the controller or the provider suffers is no machine's. */
const ofNoMachine: readonly Trouble['kind'][] = [
  'controller killed',
  'controller stalled',
  'provider silent',
  'planned move',
];

/** `database-1: power lost for 12 s`. */
export function troubleSays({ kind, machine, forMs }: Trouble): string {
  const where = machine === undefined || ofNoMachine.includes(kind) ? '' : `${machine}: `;
  return `${where}${kind}${forMs === 0 ? '' : ` for ${formatDuration(forMs)}`}`;
}

export function nextTrouble(
  random: Stream,
  names: readonly MachineName[],
): { readonly trouble: Trouble; readonly inMs: number } {
  const all = kinds.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random.uniform() * all;
  const [kind, , leastMs, mostMs] = kinds.find(([, weight]) => (left -= weight) < 0) ?? ['planned move', 0, 0, 0];
  const machine = names[Math.floor(random.uniform() * names.length)];
  // As many short ones as long ones: each doubling is as likely.
  const forMs = leastMs === 0 ? 0 : leastMs * (mostMs / leastMs) ** random.uniform();
  const also = random.uniform() < 0.5;
  const inMs = random.exponential(meanBetweenMs);
  return { trouble: { kind, forMs: Math.round(forMs), also, ...(machine !== undefined && { machine }) }, inMs };
}
