/**
 * What stands in a blueprint's text, each value with its place. All checks work
 * on the plain values; what they find is located here, by its path.
 */
import type { Finding, Problem } from './problem.ts';

/** A stretch of one line; line and column count from 1, the width is 0 where nothing stands. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly width: number;
}

export type Path = readonly (string | number)[];

export interface Written {
  /** As it stands in the text, even where a misspelt key is read as the one that was meant. */
  readonly path: Path;
  /** Where its key stands; absent for items of a list. */
  readonly key?: Span;
  readonly span: Span;
  readonly value: Scalar | readonly Written[] | ReadonlyMap<string, Written>;
}
type Scalar = string | number | boolean | null;

/** The same without places. */
export function plain({ value }: Written): unknown {
  if (isMapping(value)) return Object.fromEntries([...value].map(([key, child]) => [key, plain(child)]));
  return isList(value) ? value.map(plain) : value;
}

/** What a path leads to, or the nearest thing around it that is there. */
export function nearest(root: Written, path: Path): { readonly found: Written; readonly complete: boolean } {
  let found = root;
  for (const step of path) {
    const next = childOf(found, step);
    if (next === undefined) return { found, complete: false };
    found = next;
  }
  return { found, complete: true };
}

/** The tree with another child at a path; `change` returns undefined to leave it out. */
export function changed(root: Written, path: Path, change: (old: Written) => Written | undefined): Written | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return change(root);
  const child = childOf(root, step);
  if (child === undefined) return root;
  const next = changed(child, rest, change);
  if (isList(root.value)) {
    return { ...root, value: root.value.flatMap((one) => (one !== child ? [one] : next === undefined ? [] : [next])) };
  }
  const value = [...(root.value as ReadonlyMap<string, Written>)].flatMap(([key, one]): [string, Written][] =>
    one !== child ? [[key, one]] : next === undefined ? [] : [[key, next]],
  );
  return { ...root, value: new Map(value) };
}

export function replaced(old: Written, value: string | number): Written {
  return { ...old, value };
}

export function renamed(mapping: Written, from: string, to: string): Written {
  if (!isMapping(mapping.value)) return mapping;
  return { ...mapping, value: new Map([...mapping.value].map(([key, child]) => [key === from ? to : key, child])) };
}

/** Puts the caret under the key or the value that is wrong, or under what should hold it. */
export function locate(root: Written, { at, path, ...finding }: Finding): Problem {
  const { found, complete } = nearest(root, path);
  return {
    ...finding,
    ...shown(found, complete ? at : 'key'),
    path: [...found.path, ...path.slice(found.path.length)],
  };
}

function shown({ key, span, value }: Written, at: 'key' | 'value'): Span {
  // Of a value that begins on the next line, or is not there at all, the key is what a person looks for.
  const place = key === undefined || (at === 'value' && span.width > 0 && span.line === key.line) ? span : key;
  const first = isMapping(value) ? value.values().next().value : undefined;
  const narrow = key === undefined && first?.key !== undefined ? first.key : place;
  return { ...narrow, width: Math.max(1, narrow.width) };
}

function childOf({ value }: Written, step: string | number): Written | undefined {
  if (isMapping(value)) return value.get(String(step));
  return isList(value) ? value[Number(step)] : undefined;
}

function isMapping(value: Written['value']): value is ReadonlyMap<string, Written> {
  return value instanceof Map;
}

function isList(value: Written['value']): value is readonly Written[] {
  return Array.isArray(value);
}
