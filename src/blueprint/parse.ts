/**
 * A blueprint's text becomes a Blueprint, or a list of everything that is wrong
 * with it. Four sieves, each of which lets the next one see as much as it can:
 * the text (size, emptiness), YAML, names (does what is referred to exist?),
 * the schema, and what only holds between several values.
 */
import { isMap, isPair, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';

import { checkConsistency } from './consistency.ts';
import type { Finding, Problem } from './problem.ts';
import { checkReferences } from './references.ts';
import { blueprintSchema, type Blueprint } from './schema.ts';
import { explainIssue } from './zod-issues.ts';

export type Parsed =
  { readonly ok: true; readonly blueprint: Blueprint } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Chosen: a platform of 5,000 machines needs some 10 kB; what is larger is no blueprint. */
const longestTextChars = 1_000_000;

/** Chosen: enough for shared flavours and parts, far too little for an alias bomb. */
const mostAliases = 100;

export function parseBlueprint(text: string): Parsed {
  if (text.length > longestTextChars) {
    const size = `${(text.length / 1e6).toFixed(1)} MB`;
    return atStart('too-large', `this is ${size}; a blueprint has at most 1 MB`, 'is it the right file?');
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2', prettyErrors: false, stringKeys: true });
  const position = (offset: number) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };

  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: document.errors.map((error) => ({
        ...(error.code === 'DUPLICATE_KEY'
          ? {
              code: 'duplicate-name' as const,
              message: 'this name stands here twice',
              mend: 'rename or remove one of the two',
            }
          : { code: 'not-yaml' as const, message: `this is not YAML: ${firstLine(error.message)}` }),
        ...position(error.pos[0]),
        width: Math.max(1, error.pos[1] - error.pos[0]),
        path: [],
      })),
    };
  }

  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: mostAliases });
  } catch (cause) {
    // yaml throws for aliases that it refuses to expand, and for nothing else here.
    return atStart(
      'not-yaml',
      `this cannot be read: ${firstLine(String(cause instanceof Error ? cause.message : cause))}`,
      `use at most ${mostAliases} aliases`,
    );
  }
  if (raw === null || raw === undefined) {
    return atStart(
      'empty',
      'this blueprint is empty',
      'start with `platform: NAME`, or copy blueprints/sofoot/blueprint.yaml',
    );
  }

  const references = checkReferences(raw);
  const result = blueprintSchema.safeParse(raw);
  const schema = result.success ? [] : result.error.issues.flatMap((issue) => explainIssue(issue, raw));
  const readable = result.success ? result.data : readableRest(raw, schema);
  const consistency = readable === undefined ? [] : checkConsistency(readable as Blueprint);

  const findings = [...schema, ...references, ...consistency];
  if (result.success && findings.length === 0) return { ok: true, blueprint: result.data };
  const problems = findings
    .map((finding) => locate(document, finding, position))
    .sort((one, other) => one.line - other.line || one.column - other.column);
  return { ok: false, problems: withoutRepeats(problems) };

  function atStart(code: 'too-large' | 'empty' | 'not-yaml', message: string, mend: string): Parsed {
    return { ok: false, problems: [{ code, message, mend, line: 1, column: 1, width: 1, path: [] }] };
  }
}

/**
 * What remains when every entry with an error is left out, so that one typo
 * does not hide what is wrong elsewhere. Undefined when that is no blueprint.
 */
function readableRest(raw: unknown, findings: readonly Finding[]): unknown {
  const rest: unknown = structuredClone(raw);
  if (!isRecord(rest)) return undefined;
  for (const { path } of findings) {
    const [section, entry] = path;
    if (section === undefined || typeof section !== 'string') return undefined;
    const holder = rest[section];
    if (entry !== undefined && isRecord(holder)) Reflect.deleteProperty(holder, entry);
    else Reflect.deleteProperty(rest, section);
  }
  const result = blueprintSchema.safeParse(rest);
  return result.success ? result.data : undefined;
}

/** Finds the key or the value that a path leads to, or the nearest thing around it that exists. */
function locate(
  document: Document,
  { at, ...finding }: Finding,
  position: (offset: number) => { line: number; column: number },
): Problem {
  let node: unknown = document.contents;
  let shown: unknown = node;
  for (const [depth, step] of finding.path.entries()) {
    const next: unknown = isMap(node)
      ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(step))
      : childOf(document, finding.path.slice(0, depth + 1));
    if (next === undefined || next === null) break;
    const last = depth === finding.path.length - 1;
    if (isPair(next)) {
      shown = last && at === 'value' && isScalar(next.value) ? next.value : next.key;
      node = next.value;
    } else {
      shown = next;
      node = next;
    }
  }
  const range = (shown as Node | undefined)?.range ?? [0, 1, 1];
  return { ...finding, ...position(range[0]), width: Math.max(1, range[1] - range[0]) };
}

function childOf(document: Document, path: readonly (string | number)[]): unknown {
  return document.getIn(path, true);
}

function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ line, column, message }) => {
    const key = `${line}:${column}:${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
