import type { Assets } from '../../blueprint/platform.ts';
import { withKnownTimes } from '../../model/release.ts';
import type { Store } from '../../ports/store.ts';

/**
 * What is kept of earlier releases, added to what was read. Files that were released before have the time that they had
 * then, whatever the folder says of it by now; a release that a person went back from is known as such.
 */
export function asKept(assets: Assets, { revisions }: Pick<Store, 'revisions'>): Assets {
  const content = [...assets.content].map(([name, asset]) => {
    const kept = revisions.releases(name);
    const files = withKnownTimes(asset.release.files, kept);
    const refused = kept.find(({ id }) => id === asset.release.id)?.refused;
    const rolledBack = refused?.by === 'person' ? { rolledBackAtMs: refused.atMs } : {};
    return [name, { ...asset, ...rolledBack, release: { ...asset.release, files } }] as const;
  });
  return { ...assets, content: new Map(content) };
}
