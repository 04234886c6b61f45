/** How full a machine's file systems may be. */
import type { DiskFact } from '../model/facts.ts';
import { formatSize } from '../model/quantities.ts';

/** Chosen: a server that writes logs and temporary files fails soon after. */
const fullShare = 0.01;
/** Chosen: time enough for a person to do something about it. */
const tightShare = 0.1;

export const isFull = ({ freeBytes, sizeBytes }: DiskFact): boolean => freeBytes < sizeBytes * fullShare;

/** One in memory holds what goes with the next boot, and may be small. */
export const isTight = (disk: DiskFact): boolean => !isFull(disk) && disk.freeBytes < disk.sizeBytes * tightShare;

export const sizesOf = ({ freeBytes, sizeBytes }: DiskFact): string =>
  `${formatSize(freeBytes)} of ${formatSize(sizeBytes)} left`;
