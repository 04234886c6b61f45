/** Simulations as a person reads them. */
import { columns, columnsSay, rowOf } from '../app/simulate/comparison.ts';
import type { PlayedTraffic } from '../app/simulate/play-traffic.ts';
import type { ScaledSeedLine, SeedsSummary } from '../app/simulate/seeds.ts';
import type { ToldViolation } from '../app/simulate/summary.ts';
import { counted, formatDuration } from '../model/quantities.ts';
import { paint, table } from './output.ts';
import type { TrafficCall } from './simulate-options.ts';

export function trafficText(traffic: TrafficCall, { summary, policies }: PlayedTraffic): readonly string[] {
  const { seed, held, virtualSeconds, realSeconds, violations } = summary;
  return [
    `${paint('bold', traffic.name)}  ${pace(virtualSeconds, realSeconds)}; seed ${seed}`,
    ...aboutOf(traffic),
    held ? paint('green', '✓ no invariant was broken') : paint('red', `✗ ${counted(violations.length, 'violation')}`),
    ...violations.map(violationText),
    '',
    table(columns, policies.map(rowOf)),
    ...columnsSay.map((line) => paint('dim', line)),
  ];
}

/** What was played, with what was chosen because nobody said it. */
export function aboutOf({ options, price, isPriceChosen, missingBins }: TrafficCall): readonly string[] {
  const { capacity, readyAfterMs, spread, base, growth, target } = options;
  const spreads = spread === 1 ? '' : ` (one in six takes more than ${spread} times that)`;
  const isChosen = isPriceChosen ? ' (chosen, as nobody said it)' : '';
  const grows =
    growth === undefined ? '' : ` It is said to grow ${growth.times} times within ${formatDuration(growth.withinMs)}.`;
  return [
    `Machines serve ${capacity} requests/s, ${formatDuration(readyAfterMs)} after they are asked for${spreads}; ` +
      `${base} ${base === 1 ? 'is' : 'are'} always there. One costs ${Number(price.perHour.toFixed(4))} ${price.currency} an hour${isChosen}.` +
      `${grows} The policies of others aim at machines that are ${Math.round(100 * target)} % full.`,
    ...(missingBins === 0
      ? []
      : [`The record lacks ${counted(missingBins, 'bin')}; the rate was taken to change evenly meanwhile.`]),
  ];
}

export function seedsText(what: string, summary: SeedsSummary): readonly string[] {
  const { seeds, held, failed, virtualSeconds, realSeconds } = summary;
  const count = seeds.to - seeds.from + 1;
  return [
    `${paint('bold', what)}  seeds ${seeds.from} to ${seeds.to}: ${pace(virtualSeconds, realSeconds)}`,
    held ? paint('green', `✓ all ${count} held`) : paint('red', `✗ ${failed.length} of ${count} did not hold`),
    ...failed
      .slice(0, mostShown)
      .flatMap(({ seed, violations, replay }) => [
        `seed ${seed}`,
        ...violations.slice(0, 3).map(violationText),
        `  ${paint('dim', 'replay:')} ${replay}`,
      ]),
    ...(failed.length > mostShown ? [`… and ${failed.length - mostShown} more; \`--json\` names them all`] : []),
  ];
}

/** Chosen: who sees ten has seen enough to begin. */
const mostShown = 10;

export function elasticityText(elasticity: ScaledSeedLine['elasticity']): string {
  const names = Object.keys(signs) as (keyof typeof signs)[];
  return names.map((name) => `${signs[name]} ${elasticity[name].toFixed(2)} %`).join(', ');
}

const signs = {
  ...{ thetaU: 'lacking θU', tauU: 'of the time τU', thetaO: 'too much θO', tauO: 'of the time τO' },
  upsilon: 'not in step υ',
};

export function violationText({ invariant, at, what }: ToldViolation): string {
  return `  ${invariant}, after ${at} s: ${what}`;
}

export function pace(virtualSeconds: number, realSeconds: number): string {
  const times =
    realSeconds > 0 ? `, ${Math.round(virtualSeconds / realSeconds).toLocaleString('en')} times faster` : '';
  return `${formatDuration(1000 * virtualSeconds)} in ${formatDuration(1000 * realSeconds)}${times}`;
}
