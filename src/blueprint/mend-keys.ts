/**
 * Reads on as if misspelt keys were spelt well: each is one problem, and what
 * stands below it is checked as well, and not reported as missing.
 */
import type { FileKind } from './file-kind.ts';
import type { Finding } from './problem.ts';
import { keysAt, type JsonSchema } from './schema-keys.ts';
import { suggest } from './suggest.ts';
import { changed, nearest, plain, renamed, replaced, type Path, type Written } from './written.ts';
import { badKeys, type BadKey } from './zod-issues.ts';

/** Each round mends one level more; a blueprint has seven. */
const mostRounds = 10;

export interface Mended {
  readonly root: Written;
  /** One for each key that was mended, by its path in `root`. */
  readonly findings: readonly Finding[];
}

export function mendKeys(root: Written, { schema, json }: FileKind<unknown>): Mended {
  let mended: Mended = { root, findings: [] };
  for (let round = 0; round < mostRounds; round++) {
    const before = mended.findings.length;
    const raw = plain(mended.root);
    const result = schema.safeParse(raw);
    const bad = result.success ? [] : badKeys(result.error.issues, raw, json());
    for (const one of bad) mended = mendKey(mended, one, json());
    if (mended.findings.length === before) break;
  }
  return mended;
}

function mendKey(mended: Mended, bad: BadKey, json: JsonSchema): Mended {
  const { found: mapping } = nearest(mended.root, bad.path);
  const meant = meantBy(bad, mapping, keysAt(json, bad.path));
  if (meant === undefined || !(mapping.value instanceof Map) || mapping.value.has(meant.key)) return mended;
  const path: Path = [...bad.path, meant.key];
  const root = changed(mended.root, bad.path, (found) => renamed(found, bad.key, meant.key)) ?? mended.root;
  const { value } = meant;
  return {
    root: value === undefined ? root : (changed(root, path, (old) => replaced(old, value)) ?? root),
    findings: [...mended.findings, { ...bad.finding, mend: meant.mend, path }],
  };
}

function meantBy(
  { key, near }: BadKey,
  mapping: Written,
  known: readonly string[],
): { key: string; value?: string | number; mend: string } | undefined {
  // `{ count:2 }` is one key to YAML.
  const [, before = '', after = ''] = /^([^:]+):(.+)$/.exec(key) ?? [];
  if (known.includes(before) && mapping.value instanceof Map && isEmpty(mapping.value, key)) {
    const value = after.trim() !== '' && Number.isFinite(Number(after)) ? Number(after) : after;
    return { key: before, value, mend: `put a space after the colon: \`${before}: ${after.slice(0, 40)}\`` };
  }
  const meant = near ?? suggest(key, known);
  return meant === undefined ? undefined : { key: meant, mend: `did you mean \`${meant}\`?` };
}

function isEmpty(mapping: ReadonlyMap<string, Written>, key: string): boolean {
  return mapping.get(key)?.value === null;
}
