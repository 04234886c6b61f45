/** What a machine's bundle says of it. */
import type { MachineName, PlatformName } from '../../model/ids.ts';
import type { Annotations, MachineTags } from './bundle.ts';
import { tagsOf } from './bundle.ts';
import { readIfThere } from './files.ts';
import type { Lab } from './names.ts';
import { machineDir, machinePaths } from './names.ts';

/** The machine's tags; nothing when there is no such machine or its bundle is not readable. */
export async function readTags(
  lab: Lab,
  platform: PlatformName,
  machine: MachineName,
): Promise<MachineTags | undefined> {
  const text = await readIfThere(machinePaths(machineDir(lab, platform, machine)).config);
  if (text === undefined) return undefined;
  try {
    return tagsOf((JSON.parse(text) as { annotations: Annotations }).annotations);
  } catch {
    return undefined;
  }
}
