/** The largest term of which the lab heard for a platform: a file in its folder, which goes with the platform. */
import { mkdir } from 'node:fs/promises';
import type { PlatformName } from '../../model/ids.ts';
import { staleAt } from '../../model/term.ts';
import { readIfThere, writeWhole } from './files.ts';
import { withLock } from './lock.ts';
import { platformDir, termFile, type Lab } from './names.ts';

export async function hear(lab: Lab, platform: PlatformName, term: number): Promise<void> {
  const file = termFile(lab, platform);
  const refuse = (heard: number) => {
    if (term < heard) throw staleAt(`the lab of ${platform}`, term, heard);
    return heard;
  };
  // It is heard many times and changes once.
  if (refuse(await heardIn(file)) === term) return;
  await withLock(file, async () => {
    refuse(await heardIn(file));
    await mkdir(platformDir(lab, platform), { recursive: true });
    await writeWhole(file, String(term));
  });
}

const heardIn = async (file: string): Promise<number> => Number((await readIfThere(file)) ?? 0);
