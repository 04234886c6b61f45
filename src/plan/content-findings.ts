/** What a person should know of contents: what is not released, what nobody keeps twice, who cannot write. */
import type { Platform } from '../blueprint/platform.ts';
import { entries, the } from '../blueprint/records.ts';
import type { ContentName } from '../model/ids.ts';
import { holdersOf, mayWrite, originOf, runsPrograms } from '../roles/content/places.ts';
import type { Found } from './found.ts';

export function contentFindings(platform: Platform): readonly Found[] {
  const { blueprint } = platform;
  return [
    ...entries(blueprint.content).flatMap(([name]) => [
      ...rolledBack(platform, name),
      ...leftOut(platform, name),
      ...keptWhere(platform, name),
    ]),
    ...readsOnly(platform),
  ];
}

function rolledBack({ blueprint, assets }: Platform, name: ContentName): Found[] {
  const asset = assets.content.get(name);
  if (asset?.rolledBackAtMs === undefined) return [];
  const when = new Date(asset.rolledBackAtMs).toISOString().slice(0, 16).replace('T', ' ');
  return [
    {
      name: `rolled-back:${name}`,
      severity: 'refused',
      says: `the folder of \`${name}\` holds release ${asset.release.id}, from which a person went back at ${when} UTC`,
      mend: `mend the files; or release it again with \`spillway up ${blueprint.platform} --again\``,
    },
  ];
}

/** Chosen: enough to know what kind of files it is about. */
const mostNamed = 3;

function leftOut({ assets }: Platform, name: ContentName): Found[] {
  const left = assets.content.get(name)?.leftOut ?? [];
  // Everybody knows of these.
  const strange = left.filter(({ why }) => why !== 'belongs to version control');
  if (strange.length === 0) return [];
  const named = strange.slice(0, mostNamed).map(({ path, why }) => `\`${path}\` ${why}`);
  const more = strange.length > mostNamed ? [`and ${strange.length - mostNamed} more`] : [];
  return [
    {
      name: `left-out:${name}`,
      severity: 'warned',
      says: `of \`${name}\` is not released: ${[...named, ...more].join('; ')}`,
      mend: `put files in their place, or name them in content.${name}.leaveOut`,
    },
  ];
}

function keptWhere(platform: Platform, name: ContentName): Found[] {
  const { blueprint, pools } = platform;
  const { writable } = the(blueprint.content, name);
  const holders = holdersOf(blueprint, name);
  if (writable.length === 0 || holders.length === 0) return [];
  const machines = holders.flatMap((pool) => pools.get(pool) ?? []).filter(({ part }) => part === 'base');
  const origin = originOf(platform, name);
  if (machines.length === 1) {
    return [
      {
        name: `no-copy:${name}`,
        severity: 'warned',
        says: `what applications write of \`${name}\` is on ${origin.name} alone: its disk is the only copy`,
        mend: `raise pools.${origin.pool}.base.count, or give another pool the role: content: { of: ${name} }`,
      },
    ];
  }
  return [
    {
      name: `one-origin:${name}`,
      severity: 'warned',
      says: `what applications write of \`${name}\` goes over ${origin.name}: while it is away, each machine keeps what is written there, and does not see what is written elsewhere`,
      mend: 'nothing has to be done when that may be so for a while: an origin that is made anew gets back what the others have',
    },
  ];
}

/** PHP on these machines would be refused, without a word in the blueprint that this is meant. */
function readsOnly({ blueprint }: Platform): Found[] {
  return entries(blueprint.pools).flatMap(([pool, { roles }]): Found[] => {
    const settings = roles.content;
    if (settings === undefined || settings.writes !== undefined || !runsPrograms(blueprint, pool)) return [];
    const { writable } = the(blueprint.content, settings.of);
    if (writable.length === 0 || mayWrite(blueprint, pool, settings)) return [];
    return [
      {
        name: `reads-only:${pool}`,
        severity: 'warned',
        says: `PHP on the machines of \`${pool}\` cannot write ${writable.map((folder) => `\`${folder}\``).join(', ')}: only those of the origin’s pool may`,
        mend: `say what is meant: pools.${pool}.roles.content.writes: sent, or refused`,
      },
    ];
  });
}
