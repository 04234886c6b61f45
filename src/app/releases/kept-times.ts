import type { Assets } from '../../blueprint/platform.ts';
import { withKnownTimes } from '../../model/release.ts';
import type { Store } from '../../ports/store.ts';

/** Files that were released before have the time that they had then, whatever the folder says of it by now. */
export function withTimesAsKept(assets: Assets, { revisions }: Pick<Store, 'revisions'>): Assets {
  const content = [...assets.content].map(([name, asset]) => {
    const files = withKnownTimes(asset.release.files, revisions.releases(name));
    return [name, { ...asset, release: { ...asset.release, files } }] as const;
  });
  return { ...assets, content: new Map(content) };
}
