/** All that this host has, in lines that two looks can be compared by. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { hierarchies } from '../../src/engines/lab/cgroups.ts';
import { output } from './spillway.ts';

export interface Thing {
  readonly what: string;
  /** The platform whose name or tag it bears. Platforms come and go beside a test, and what is theirs is no trace of it. */
  readonly owner: string | undefined;
}

export async function thingsOnHost(): Promise<readonly Thing[]> {
  const links = await linksOnHost();
  const ownerOfLink = new Map(links.map(({ name, owner }) => [name, owner]));
  const ofLine = (line: string): Thing => {
    const link = /\b(?:dev|[io]ifname) "?([\w.-]+)/.exec(line)?.[1];
    return { what: line.trim(), owner: ownerOfLink.get(link ?? '') };
  };
  const [routes, rules, cgroups] = await Promise.all([
    output('ip', 'route', 'show', 'table', 'all'),
    output('nft', 'list', 'ruleset'),
    cgroupsOnHost(),
  ]);
  return [
    ...links.map(({ name, alias, owner }) => ({ what: `link ${name} ${alias}`, owner })),
    ...[...routes.split('\n'), ...rules.split('\n')].filter((line) => line.trim() !== '').map(ofLine),
    ...[...mountsOnHost(), ...cgroups, ...folders.flatMap(namesIn)].map((what) => ({ what, owner: ownerIn(what) })),
    ...claims(),
  ];
}

/** What the second look shows and the first does not, unless another platform owns it. */
export function cameBetween(before: readonly Thing[], after: readonly Thing[], platform: string): string[] {
  const old = new Set(before.map(({ what }) => what));
  return after
    .filter(({ what, owner }) => !old.has(what) && (owner === undefined || owner === platform))
    .map(({ what }) => what);
}

/** Images are missing here: they are kept, whichever platform came first. */
const folders = [
  '/run',
  '/run/netns',
  '/run/runc',
  '/run/spillway',
  '/run/spillway/lab',
  '/run/spillway/lab/runc',
  '/var/lib/spillway',
  '/var/lib/spillway/lab',
  '/var/lib/spillway/lab/platforms',
  '/var/lib/spillway/platforms',
];

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** By the places where the lab and its tests write a platform's name. */
function ownerIn(text: string): string | undefined {
  return /(?:\/platforms\/|\/spw-|\/spillway(?:-sessions)?\.|\/runc\/|\/spillway-test-)([a-z0-9-]+)/.exec(text)?.[1];
}

export async function linksOnHost(): Promise<{ name: string; alias: string; owner: string | undefined }[]> {
  const links = JSON.parse(await output('ip', '-details', '-json', 'link')) as { ifname: string; ifalias?: string }[];
  return links.map(({ ifname, ifalias = '' }) => ({
    name: ifname,
    alias: ifalias,
    owner: /^spillway:(.+)$/.exec(ifalias)?.[1],
  }));
}

function mountsOnHost(): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => `mount ${line.split(' ')[4] ?? ''}`);
}

/** A machine's is one at the top of each hierarchy. */
async function cgroupsOnHost(): Promise<string[]> {
  return (await hierarchies()).flatMap(namesIn);
}

function claims(): Thing[] {
  return namesIn('/var/lib/spillway/lab/claims').map((path) => {
    const owner = readlinkSync(path);
    return { what: `claim ${path} ${owner}`, owner };
  });
}
