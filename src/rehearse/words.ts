/** Words and figures that the live view and the report share. */
import { formatDuration, formatMoney } from '../model/quantities.ts';
import type { RecordedFault } from './recording.ts';
import type { Judged } from './verdict/objectives.ts';

export const whole = (value: number): string => Math.round(value).toLocaleString('en');

export const objectiveNames: Readonly<Record<Judged['name'], string>> = {
  peak: 'peak served',
  lostRequests: 'requests lost',
  p99: 'answers in time (99 of 100)',
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

export function faultSays({ kind, machine, state }: RecordedFault): string {
  return `${machine} ${said[kind][state]}`;
}

const said = {
  kill: { began: 'is killed', ended: 'is started again', missed: 'could not be killed' },
  cut: {
    began: 'is cut from its networks',
    ended: 'has its networks again',
    missed: 'could not be cut from its networks',
  },
} as const satisfies Record<RecordedFault['kind'], Record<RecordedFault['state'], string>>;
