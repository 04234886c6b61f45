/** What the platform costs in a month with one such peak, and what it would cost otherwise. */
import { perMonth } from '../../model/quantities.ts';
import { stays } from '../fleet.ts';
import { recordedUntilMs, type Recording } from '../recording.ts';
import { peakOf } from './requests.ts';

/** For a month, in `currency`. */
export interface Cost {
  readonly currency: string;
  /** The base, and the overflow's machines as long as they were paid for here. */
  readonly withOverflow: number;
  /** As many machines of the base's kind as the same peak takes, all month. */
  readonly staticForSamePeak: number;
  /** The base alone. */
  readonly withoutOverflow: number;
  /** That the overflow was paid for, in hours of one machine. */
  readonly machineHours: number;
}

const hourMs = 3_600_000;

export function costOf(recording: Recording): Cost {
  const { pools, currency } = recording;
  const paid = stays(recording)
    .filter(({ part }) => part === 'overflow')
    .map((stay) => {
      const { overflow, billedMs } = pools.find(({ pool }) => pool === stay.pool) ?? { billedMs: hourMs };
      // What went faster than in truth would have been paid for as much longer.
      const ms = ((stay.goneAtMs ?? recordedUntilMs(recording)) - stay.fromMs) * recording.speed;
      const hours = (Math.max(1, Math.ceil(ms / billedMs)) * billedMs) / hourMs;
      return { hours, price: hours * (overflow?.perHour ?? 0) };
    });
  const withoutOverflow = perMonth(pools.reduce((sum, { base }) => sum + base.count * base.perHour, 0));
  return {
    currency,
    withOverflow: withoutOverflow + paid.reduce((sum, { price }) => sum + price, 0),
    staticForSamePeak: withoutOverflow + perMonth(moreForPeak(recording)),
    withoutOverflow,
    machineHours: paid.reduce((sum, { hours }) => sum + hours, 0),
  };
}

/** Price per hour of what the base lacks for the peak that came. */
function moreForPeak({ pools, visited, seconds }: Recording): number {
  const { base, fill = 1 } = pools.find(({ pool }) => pool === visited) ?? {};
  if (base?.serves === undefined || base.serves === 0) return 0;
  const needed = Math.ceil(peakOf(seconds, ({ sent }) => sent) / (base.serves * fill));
  return Math.max(0, needed - base.count) * base.perHour;
}
