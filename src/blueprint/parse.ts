/**
 * A blueprint's text becomes a Blueprint, or a list of everything that is wrong
 * with it. Sieve after sieve: the text and its YAML; keys, types and units, by
 * the schema; names that are referred to; and what only holds between several
 * values. Each leaves the next as much to see as it can: a misspelt key is read
 * as the one that was meant, and an entry with an error keeps no other from
 * being checked.
 */
import { blueprintKind, schemaRoot } from './blueprint-kind.ts';
import { checkConsistency } from './consistency.ts';
import type { Finding, Problem } from './problem.ts';
import { inOrder, readAs, withoutMark } from './read-as.ts';
import { readYaml } from './read-yaml.ts';
import { checkEmptySections, checkReferences, type Dangling } from './references.ts';
import { blueprintSchema, type Blueprint } from './schema.ts';
import { changed, locate, plain, replaced, type Path, type Written } from './written.ts';

export type Parsed =
  { readonly ok: true; readonly blueprint: Blueprint } | { readonly ok: false; readonly problems: readonly Problem[] };

export function parseBlueprint(text: string): Parsed {
  const read = readAs(blueprintKind, text);
  if (!read.ok) return read;
  const { root, raw, output, misspelt, refused } = read;
  const dangling = checkReferences(raw);
  const findings = [...misspelt, ...refused, ...checkEmptySections(raw), ...dangling.map(({ finding }) => finding)];
  const problems = inOrder([
    ...read.problems,
    ...findings.map((finding) => locate(root, finding)),
    ...consistencyOf(root, refused, dangling),
  ]);
  return output !== undefined && problems.length === 0 ? { ok: true, blueprint: output } : { ok: false, problems };
}

/** Gives a place to what was found only after the text was read, beside the blueprint. */
export function problemIn(text: string, finding: Finding): Problem {
  const read = readYaml(withoutMark(text), blueprintKind);
  if (!read.ok) throw new Error('this text was read before');
  return locate(read.root, finding);
}

function consistencyOf(root: Written, refused: readonly Finding[], dangling: readonly Dangling[]): readonly Problem[] {
  const lost = dangling.filter(({ meant }) => meant === undefined).map(({ finding }) => finding);
  const unreadable = [...refused, ...lost].map(({ path }) => path.slice(0, 2));
  const rest = readableRest(root, unreadable, dangling);
  const result = blueprintSchema.safeParse(plain(rest));
  if (!result.success) return [];
  const incomplete = new Set(unreadable.map(([section]) => section));
  return checkConsistency(result.data).flatMap(({ missedIn, ...finding }) =>
    missedIn !== undefined && incomplete.has(missedIn) ? [] : [locate(rest, finding)],
  );
}

/** Names are read as those that were meant; what is wrong otherwise is left out, by entries of sections. */
function readableRest(root: Written, unreadable: readonly Path[], dangling: readonly Dangling[]): Written {
  const mended = dangling.reduce(
    (tree, { meant, finding: { path } }) =>
      (meant === undefined ? undefined : changed(tree, path, (old) => replaced(old, meant))) ?? tree,
    root,
  );
  // From the end, for the items of a list move up when one goes.
  const inOrder = [...new Map(unreadable.map((path) => [JSON.stringify(path), path])).values()].sort(
    (one, other) => position(other) - position(one),
  );
  const rest = inOrder.reduce((tree, path) => changed(tree, path, () => undefined) ?? tree, mended);
  return withRequired(rest);
}

function position([, entry]: Path): number {
  return typeof entry === 'number' ? entry : -1;
}

/** Stand-ins for what must be there and is not, so that the rest can be judged. */
function withRequired(root: Written): Written {
  if (!(root.value instanceof Map)) return root;
  const { required = [], properties = {} } = schemaRoot();
  const absent = required.filter((key) => !(root.value as ReadonlyMap<string, Written>).has(key));
  const standIn = (key: string): [string, Written] => [
    key,
    { path: [key], span: root.span, value: properties[key]?.type === 'object' ? new Map() : 'unnamed' },
  ];
  return { ...root, value: new Map([...root.value, ...absent.map(standIn)]) };
}
