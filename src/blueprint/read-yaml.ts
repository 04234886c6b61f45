/**
 * YAML text becomes values with their places. Only what a blueprint or a scenario
 * needs of YAML gets through: one document of mappings, lists and scalars with text keys;
 * aliases as far as they stay small; no tags and no merge keys.
 */
import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  YAMLParseError,
  type Alias,
  type CST,
  type Document,
  type Node,
  type YAMLMap,
} from 'yaml';
import type { Problem } from './problem.ts';
import type { Path, Span, Written } from './written.ts';
import { explainYamlErrors, strangeCharacters } from './yaml-errors.ts';

/** How a kind of file is spoken of. */
export interface Words {
  /** `blueprint` */
  readonly noun: string;
  /** The mend of an empty one. */
  readonly begin: string;
}

export type ReadYaml =
  /** `problems` are those that need not keep the rest from being read. */
  | { readonly ok: true; readonly root: Written; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Chosen: SoFoot's blueprint has 4,600 characters. What is twenty times as large is another file. */
const longestTextChars = 100_000;

/** Chosen: SoFoot's has 300 values. An alias bomb has billions, in few characters. */
const mostValues = 20_000;

/** A blueprint's deepest value, a right in `data`, is seven levels down. */
const deepest = 20;

export function readYaml(text: string, { noun, begin }: Words): ReadYaml {
  if (text.length > longestTextChars) {
    const kilobytes = Math.round(text.length / 1000).toLocaleString('en');
    return refused('too-large', `this is ${kilobytes} kB; a ${noun} has at most 100 kB`, 'is it the right file?');
  }
  const strange = strangeCharacters(text);
  if (strange.length > 0) return { ok: false, problems: strange };

  const lines = new LineCounter();
  const { document, tokens } = compose(text, lines);
  const spanOf = (start: number, end: number): Span => {
    const { line, col } = lines.linePos(Math.min(start, text.length));
    const width = text.slice(start, end).split(/\r?\n/, 1)[0]?.length ?? 0;
    return { line: Math.max(1, line), column: Math.max(1, col), width };
  };
  const wrong = explainYamlErrors(text, noun, document, tokens, spanOf);
  if (wrong.length > 0) return { ok: false, problems: wrong };
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    return refused('empty', `this ${noun} is empty`, begin);
  }
  return convert(document, noun, spanOf);
}

function refused(code: 'too-large' | 'empty', message: string, mend: string): ReadYaml {
  return { ok: false, problems: [{ code, message, mend, line: 1, column: 1, width: 1, path: [] }] };
}

function compose(text: string, lines: LineCounter): { document: Document.Parsed; tokens: readonly CST.Token[] } {
  // Duplicate keys are found below; yaml would compare each key with each.
  const composer = new Composer({ version: '1.2', schema: 'core', stringKeys: true, uniqueKeys: false });
  const tokens: CST.Token[] = [];
  const documents: Document.Parsed[] = [];
  for (const token of new Parser(lines.addNewLine).parse(text)) {
    tokens.push(token);
    documents.push(...composer.next(token));
    // What follows a token that fits nowhere is noise.
    if (token.type === 'error') break;
  }
  documents.push(...composer.end(true, text.length));
  const [document, second] = documents;
  if (document === undefined) throw new Error('yaml made no document');
  if (second !== undefined && document.errors.length === 0) {
    const at = text.lastIndexOf('---', second.range[0] + 3);
    const start = at < 0 ? second.range[0] : at;
    document.errors.push(new YAMLParseError([start, start + 3], 'MULTIPLE_DOCS', 'a second document'));
  }
  return { document, tokens };
}

/** Thrown within `convert` alone, when there is no sense in reading on. */
class Stop extends Error {}

function convert(document: Document.Parsed, noun: string, spanOf: (start: number, end: number) => Span): ReadYaml {
  const problems: Problem[] = [];
  const open = new Set<Node>();
  let values = 0;

  try {
    return { ok: true, root: written(document.contents as Node, [], undefined, undefined), problems };
  } catch (cause) {
    if (!(cause instanceof Stop)) throw cause;
    return { ok: false, problems };
  }

  function note(code: Problem['code'], span: Span, path: Path, message: string, mend: string): void {
    problems.push({ code, message, mend, ...span, width: Math.max(1, span.width), path });
  }

  /** `alias` is the outermost alias through which the node is seen. */
  function written(node: Node, path: Path, key: Span | undefined, alias: Alias | undefined): Written {
    const [start = 0, end = 0] = node.range ?? [];
    const span = spanOf(start, end);
    const common = key === undefined ? { path, span } : { path, key, span };
    values += 1;
    if (values > mostValues) {
      const at = alias === undefined ? span : spanOf(...placeOf(alias));
      const says = `this ${noun} has more than ${mostValues.toLocaleString('en')} values`;
      note(
        'too-large',
        at,
        path,
        alias === undefined ? says : `${says} once its aliases are followed`,
        'make it smaller',
      );
      throw new Stop();
    }
    if (path.length > deepest) {
      note('not-yaml', span, path, `this is nested more than ${deepest} levels deep`, `no key of a ${noun} is so deep`);
      throw new Stop();
    }
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined || open.has(target)) {
        const circular = target !== undefined;
        const says = circular ? 'holds this very place' : 'is declared nowhere above';
        const mend = circular
          ? 'write the value out'
          : `put \`&${node.source.slice(0, 40)}\` before the value that is meant`;
        note('not-yaml', span, path, `the anchor of \`*${node.source.slice(0, 40)}\` ${says}`, mend);
        throw new Stop();
      }
      return { ...written(target, path, key, alias ?? node), ...common };
    }
    if (isMap(node) || isSeq(node)) {
      open.add(node);
      const value = isMap(node)
        ? mapping(node, path, alias)
        : node.items.map((item, index) => written(item as Node, [...path, index], undefined, alias));
      open.delete(node);
      return { ...common, value };
    }
    const value = isScalar(node) ? node.value : null;
    const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return { ...common, value: known ? value : null };
  }

  function mapping(node: YAMLMap, path: Path, alias: Alias | undefined): ReadonlyMap<string, Written> {
    const children = new Map<string, Written>();
    for (const { key, value } of node.items) {
      if (!isScalar(key)) throw new Error('yaml let a key through that is no text');
      const name = String(key.value);
      const span = spanOf(...placeOf(key));
      if (name === '<<') {
        const mend = 'write its keys out, or use an alias for the whole value';
        note('not-yaml', span, [...path, name], 'merge keys (`<<`) are not part of YAML 1.2', mend);
        throw new Stop();
      }
      if (name === '__proto__') {
        note('wrong-value', span, [...path, name], '`__proto__` cannot be a name', 'choose another');
        continue;
      }
      const earlier = children.get(name);
      if (earlier !== undefined) {
        const line = earlier.key?.line ?? 0;
        const says = `\`${name.slice(0, 60)}\` stands here twice${line === span.line ? '' : `; first on line ${line}`}`;
        note('duplicate-name', span, [...path, name], says, 'rename or remove one of the two');
        continue;
      }
      children.set(name, child(value, [...path, name], span, alias));
    }
    return children;
  }

  function child(value: unknown, path: Path, key: Span, alias: Alias | undefined): Written {
    // `key:` without a value, as yaml gives it in a flow mapping.
    if (value === null) return { path, key, span: { ...key, width: 0 }, value: null };
    return written(value as Node, path, key, alias);
  }
}

function placeOf({ range }: Node): [number, number] {
  return [range?.[0] ?? 0, range?.[1] ?? 1];
}
