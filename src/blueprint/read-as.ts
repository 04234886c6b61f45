/**
 * The first sieves of every kind of file: the text and its YAML; then keys, types
 * and units, by the schema. A misspelt key is read as the one that was meant.
 */
import type { FileKind } from './file-kind.ts';
import { mendKeys } from './mend-keys.ts';
import type { Finding, Problem } from './problem.ts';
import { readYaml } from './read-yaml.ts';
import { plain, type Written } from './written.ts';
import { explainIssue } from './zod-issues.ts';

export type ReadAs<Output> =
  | {
      readonly ok: true;
      readonly root: Written;
      /** The same without places. */
      readonly raw: unknown;
      /** Absent when the schema refuses it. */
      readonly output: Output | undefined;
      readonly misspelt: readonly Finding[];
      readonly refused: readonly Finding[];
      /** Those of the YAML, which need not keep the rest from being read. */
      readonly problems: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export function readAs<Output>(kind: FileKind<Output>, text: string): ReadAs<Output> {
  const read = readYaml(withoutMark(text), kind);
  if (!read.ok) return read;
  const { root, findings: misspelt } = mendKeys(read.root, kind);
  const raw = plain(root);
  const result = kind.schema.safeParse(raw);
  const issues = result.success ? [] : result.error.issues;
  const refused = issues.flatMap((issue) => explainIssue(issue, raw, kind.json()));
  return { ok: true, root, raw, output: result.data, misspelt, refused, problems: read.problems };
}

/** Windows' editors put a byte order mark at the beginning. */
export function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, '');
}

/** As they stand in the text, and each once. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems
    .toSorted((one, other) => one.line - other.line || one.column - other.column)
    .filter(({ line, column, message }) => {
      const key = `${line}:${column}:${message}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}
