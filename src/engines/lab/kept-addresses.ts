/** Addresses as they are kept: a file each, for no interface says for whom an address is reserved. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineName, PlatformName } from '../../model/ids.ts';
import type { AddressSpec } from '../../model/spec.ts';
import { namesIn, readIfThere, writeWhole } from './files.ts';
import { withLock } from './lock.ts';
import type { Lab } from './names.ts';
import { addressesDir, addressFile } from './names.ts';

export interface KeptAddress extends AddressSpec {
  /** Missing for one on a private network: the host has no way in there. */
  readonly front?: string;
  /** The machine on which it was placed. */
  readonly on?: MachineName;
  /** Written before a move and taken back after it: another machine may have it still, or nobody have heard of it. */
  readonly isMoving?: true;
}

/**
 * One change of what is kept at a time. A lock of its own, within the fabric's where both are held: a move must not
 * wait for machines that are made meanwhile.
 */
export function withAddresses<T>(lab: Lab, platform: PlatformName, work: () => Promise<T>): Promise<T> {
  return withLock(addressesDir(lab, platform), work);
}

export async function keptAddresses(lab: Lab, platform: PlatformName): Promise<KeptAddress[]> {
  const dir = addressesDir(lab, platform);
  const names = (await namesIn(dir)).filter((name) => /^[^.].*\.json$/.test(name));
  const texts = await Promise.all(names.map((name) => readIfThere(join(dir, name))));
  return texts.filter((text) => text !== undefined).map((text) => JSON.parse(text) as KeptAddress);
}

export async function keepAddress(lab: Lab, address: KeptAddress): Promise<void> {
  await mkdir(addressesDir(lab, address.platform), { recursive: true });
  await writeWhole(addressFile(lab, address.platform, address.name), JSON.stringify(address));
}
