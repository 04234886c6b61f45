import { rolesOf } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import type { ReleaseSpec } from '../../model/release.ts';
import { takesReleases } from '../takes-releases.ts';
import type { RoleOn } from '../role.ts';
import { releasesFolder, writableFolders } from './places.ts';

/** None while nobody has read the content's folder, as where only sizes are planned. */
export function releaseSpecs(
  { platform, pool, settings }: RoleOn<'content'>,
  isOrigin: boolean,
): readonly ReleaseSpec[] {
  const { blueprint, assets } = platform;
  const asset = assets.content.get(settings.of);
  if (asset === undefined) return [];
  const takers = rolesOf(blueprint, pool).flatMap((role) => takesReleases[role] ?? []);
  return [
    {
      content: settings.of,
      release: asset.release,
      path: the(blueprint.content, settings.of).path,
      folder: releasesFolder(settings.of),
      links: writableFolders(blueprint, settings.of).map(({ path, at }) => ({ path, target: at })),
      checks: takers.flatMap(({ check }) => check ?? []),
      isOrigin,
      rereads: takers.flatMap(({ rereads }) => rereads ?? []),
    },
  ];
}
