/** The folders of a pool's content that its application may write, as visitors and the machine know them. */
import { the } from '../blueprint/records.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { ContentName, PoolName } from '../model/ids.ts';
import { writableFolders } from './content/places.ts';

export interface WrittenFolder {
  readonly content: ContentName;
  /** As the blueprint names it, within the content. */
  readonly inner: string;
  /** Where the application finds it: a link that Spillway made, within the content's own path. */
  readonly path: string;
  /** Where its files are: no part of this is a link. */
  readonly realPath: string;
}

export function writtenFolders(blueprint: Blueprint, pool: PoolName): readonly WrittenFolder[] {
  const content = blueprint.pools[pool]?.roles.content?.of;
  if (content === undefined || blueprint.content[content] === undefined) return [];
  const { path } = the(blueprint.content, content);
  return writableFolders(blueprint, content).map(({ path: inner, at }) => ({
    ...{ content, inner },
    path: `${path}/${inner}`,
    realPath: at,
  }));
}

/** Those that visitors see below that folder, by the path of their URLs. */
export function shownWritable(
  blueprint: Blueprint,
  pool: PoolName,
  root: string,
): readonly { readonly url: string; readonly realPath: string }[] {
  return writtenFolders(blueprint, pool)
    .filter(({ path }) => path.startsWith(`${root}/`))
    .map(({ path, realPath }) => ({ url: path.slice(root.length), realPath }));
}
