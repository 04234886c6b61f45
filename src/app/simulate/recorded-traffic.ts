/** Traffic from a file that a person names. */
import { demandOfTrace, smoothed, type Demand } from '../../sim/fleet/demand.ts';
import { readBins } from '../../sim/fleet/read-bins.ts';
import type { Toolbox } from '../toolbox.ts';

export interface RecordedTraffic {
  /** As a person wants to read it. */
  readonly name: string;
  readonly demand: Demand;
  readonly missingBins: number;
}

export function recordedTraffic(
  { files }: Pick<Toolbox, 'files'>,
  path: string,
  { binMs, smoothSeconds }: { readonly binMs?: number; readonly smoothSeconds?: number },
): RecordedTraffic {
  const name = files.shorten(files.resolve(path));
  const { bins, missing, ...recorded } = readBins(name, files.readText(path), binMs);
  const demand = demandOfTrace(bins, recorded.binMs);
  return { name, demand: smoothSeconds === undefined ? demand : smoothed(demand, smoothSeconds), missingBins: missing };
}
