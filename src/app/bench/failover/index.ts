/** How long visitors feel that something dies, and writers that the primary does. Each part can be measured alone. */
import { load } from '../../load.ts';
import type { Toolbox } from '../../toolbox.ts';
import { exclusively, withWork } from '../../work.ts';
import { benchPlatform, bringUp, takeDown } from '../up.ts';
import { measureAddress, type AddressPart } from './address.ts';
import { measurePrimaries, primaryParts, type PrimaryPart } from './primary/index.ts';

export interface FailoverBench {
  readonly address?: AddressPart;
  readonly primary: readonly PrimaryPart[];
}

export const failoverParts = ['address', ...primaryParts] as const;
export type FailoverPartName = (typeof failoverParts)[number];

const blueprint = 'sofoot';

export async function benchFailover(
  toolbox: Toolbox,
  progress: (line: string) => void,
  parts: readonly FailoverPartName[] = failoverParts,
): Promise<FailoverBench> {
  const address = parts.includes('address') ? await ofAddress(toolbox, progress) : undefined;
  const ofPrimary = primaryParts.filter((part) => parts.includes(part));
  const primary = ofPrimary.length === 0 ? [] : await measurePrimaries(toolbox, ofPrimary, progress);
  return { ...(address !== undefined && { address }), primary };
}

async function ofAddress(toolbox: Toolbox, progress: (line: string) => void): Promise<AddressPart> {
  const platform = benchPlatform(toolbox, 1);
  progress(`up: ${platform}`);
  try {
    await bringUp(toolbox, platform);
    return await withWork(toolbox, load(toolbox, blueprint, platform), (work) =>
      exclusively(work, 'spillway bench failover', () => measureAddress(work, progress)),
    );
  } finally {
    await takeDown(toolbox, platform);
  }
}
