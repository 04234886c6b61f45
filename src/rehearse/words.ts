/** Words and figures that the live view and the report share. */
import { counted, formatDuration, formatMoney } from '../model/quantities.ts';
import { verbOf } from './faults/index.ts';
import type { RecordedFault } from './recording.ts';
import type { PartOfPeak } from './scenario/scenario.ts';
import type { ChaosPlayed } from './verdict/chaos.ts';
import type { Judged } from './verdict/objectives.ts';

export const whole = (value: number): string => Math.round(value).toLocaleString('en');

export const objectiveNames: Readonly<Record<Judged['name'], string>> = {
  peak: 'peak served',
  lostRequests: 'requests lost',
  p99: 'answers in time (99 of 100)',
  rto: 'interruption of writes',
  rpo: 'acknowledged work lost',
  writtenOnce: 'writes that are there twice',
  oneWriter: 'two machines took writes',
  backAtBase: 'fleet back at its base',
  budget: 'cost of a month',
};

export function formatValue(unit: Judged['unit'], value: number, currency: string): string {
  switch (unit) {
    case 'share':
      return percent(value);
    case 'ms':
      return formatDuration(value);
    case 'requests/s':
      return `${whole(value)} requests/s`;
    case 'writes':
      return value === 0 ? 'none' : whole(value);
    case 'machines':
      return value === 0 ? 'all in place' : `${value} out of place`;
    case 'money/month':
      return formatMoney(value, currency);
  }
}

/** What is not nothing is never shown as nothing. */
export function percent(share: number): string {
  if (share === 0) return '0 %';
  const decimals = share < 0.0001 ? 4 : share < 0.01 ? 3 : 1;
  return share < 0.000001 ? '< 0.0001 %' : `${(100 * share).toFixed(decimals)} %`;
}

export function faultSays({ kind, target, state }: RecordedFault): string {
  return `${target} ${verbOf(kind).says[state]}`;
}

/** `seed 7: 15 faults by chance (4 kill, 3 crash); 1 more could not be done`. */
export function chaosSays({ seed, played, missed, byKind }: ChaosPlayed): string {
  const kinds = Object.entries(byKind).map(([kind, count]) => `${count} ${kind}`);
  const which = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`;
  const also = missed === 0 ? '' : `; ${missed} more could not be done`;
  return `seed ${seed}: ${counted(played, 'fault')} by chance${which}${also}`;
}

/** `60 % of the peak, 1,800 of 3,000 requests/s: this host carries no more beside 0.5 cores of others`. */
export function partSays({ share, wholePerSecond, because }: PartOfPeak): string {
  return `${Math.round(100 * share)} % of the peak, ${whole(share * wholePerSecond)} of ${whole(wholePerSecond)} requests/s: ${because}`;
}
