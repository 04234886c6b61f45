/**
 * Which doors a fabric really has. Its live rules are compared with what the
 * same `nft` prints of the rules that should be there, loaded into a namespace
 * that is thrown away: how rules are printed differs between versions.
 */
import type { Door } from './door.ts';
import { fabricRules } from './door.ts';
import { fabricNetns, netnsDir } from './names.ts';
import type { PlatformName } from '../../model/ids.ts';
import { netnsExists } from './netns.ts';
import { run } from './run.ts';

/** The names of the doors that are open, out of all that should be. */
export async function openDoors(platform: PlatformName, wanted: readonly Door[]): Promise<ReadonlySet<string>> {
  if (wanted.length === 0 || !(await netnsExists(fabricNetns(platform)))) return new Set();
  const [live, asWanted] = await Promise.all([liveRules(platform), printed(fabricRules(wanted))]);
  return doorsIn(live, asWanted, wanted);
}

/** Without its filters and its translation a door leads nowhere, or to too much: then none counts as open. */
export function doorsIn(live: string, asWanted: string, wanted: readonly Door[]): ReadonlySet<string> {
  const lines = asWanted.split('\n');
  const own = new Map(wanted.map(({ name }) => [name, lines.find((line) => line.endsWith(` comment "${name}"`))]));
  const isOwn = new Set(own.values());
  const frame = (text: readonly string[]): string => text.filter((line) => !isOwn.has(line)).join('\n');
  const there = live.split('\n');
  if (frame(there) !== frame(lines)) return new Set();
  return new Set([...own].filter(([, line]) => line !== undefined && there.includes(line)).map(([name]) => name));
}

function liveRules(platform: PlatformName): Promise<string> {
  return run(['nsenter', `--net=${netnsDir}/${fabricNetns(platform)}`, 'nft', 'list', 'ruleset']);
}

/** Kept while the process lives: the same rules are asked for at every look. */
const printedOf = new Map<string, Promise<string>>();

function printed(rules: string): Promise<string> {
  const kept = printedOf.get(rules);
  if (kept !== undefined) return kept;
  const text = run(['unshare', '--net', '--', 'sh', '-c', 'nft -f - && nft list ruleset'], { input: rules });
  printedOf.set(rules, text);
  text.catch(() => printedOf.delete(rules));
  return text;
}
