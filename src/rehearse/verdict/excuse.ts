/**
 * Whether the host alone may be why an objective was missed. What was missed is measured again without the time in
 * which the host was short: an objective that is missed there as well is the platform's.
 */
import { longestInterruption } from '../ledger/interruptions.ts';
import { merged, percentilesOf } from '../load/latencies.ts';
import type { LoadSecond } from '../load/load-second.ts';
import { durationMs } from '../load/traffic.ts';
import { recordedUntilMs, type Recording } from '../recording.ts';
import { peakWindowMs } from '../scenario/scenario.ts';
import { shareOfPeak, type Judged } from './objectives.ts';
import { lostIn, servedIn } from './requests.ts';
import { isShort, shortMs, type Shortage } from './shortages.ts';

export function isExcused({ name, wanted, held }: Judged, recording: Recording, shortages: readonly Shortage[]) {
  if (held || shortages.length === 0) return false;
  return excuses[name](wanted, recording, shortages);
}

type Excuse = (wanted: number, recording: Recording, shortages: readonly Shortage[]) => boolean;

/** What was acknowledged is kept, once, and a price is a price, on every host. */
const never: Excuse = () => false;

const excuses: Readonly<Record<Judged['name'], Excuse>> = {
  lostRequests: (wanted, recording, shortages) => {
    const sound = soundSeconds(recording, shortages);
    const sent = sound.reduce((sum, second) => sum + second.sent, 0);
    return sound.reduce((sum, second) => sum + lostIn(second), 0) <= sent * wanted;
  },
  p99: (wanted, recording, shortages) => {
    const sound = soundSeconds(recording, shortages).map(({ latencies }) => latencies);
    return (percentilesOf(merged(sound))?.p99Ms ?? 0) <= wanted;
  },
  // Excused is what was never asked for while the host was well; what was asked for then and not served, is not.
  peak: (wanted, { seconds, startedAtMs }, shortages) => {
    const width = Math.min(peakWindowMs / 1000, seconds.length);
    return !seconds.some((first, index) => {
      const window = seconds.slice(index, index + width);
      const fromMs = startedAtMs + 1000 * first.second;
      if (window.length < width || isShort(shortages, fromMs, fromMs + 1000 * width)) return false;
      const mean = (of: (second: LoadSecond) => number) => window.reduce((sum, second) => sum + of(second), 0) / width;
      return mean(({ sent }) => sent) >= wanted * shareOfPeak && mean(servedIn) < wanted * shareOfPeak;
    });
  },
  rto: (wanted, recording, shortages) => {
    const { fromMs, toMs = recordedUntilMs(recording) } =
      (recording.ledger && longestInterruption(recording.ledger)) ?? {};
    return fromMs !== undefined && toMs - fromMs - shortMs(shortages, fromMs, toMs) <= wanted;
  },
  // Machines that are made, started or removed slowly: the most of the time that there was for it.
  backAtBase: (_, recording, shortages) => {
    const fromMs = recording.startedAtMs + durationMs(recording.traffic);
    const toMs = recordedUntilMs(recording);
    return shortMs(shortages, fromMs, toMs) > (toMs - fromMs) / 2;
  },
  ...{ rpo: never, writtenOnce: never, oneWriter: never, budget: never },
};

function soundSeconds({ seconds, startedAtMs }: Recording, shortages: readonly Shortage[]): readonly LoadSecond[] {
  return seconds.filter(({ second }) => {
    const fromMs = startedAtMs + 1000 * second;
    return !isShort(shortages, fromMs, fromMs + 1000);
  });
}
