/** What keeps a text from being YAML, in the words of a person who writes blueprints. `noun` is what the text should be. */
import type { CST, Document } from 'yaml';
import type { Problem } from './problem.ts';
import type { Span } from './written.ts';

type YamlError = Document['errors'][number];
type SpanOf = (start: number, end: number) => Span;
interface Explained {
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly mend?: string;
}

/**
 * The first error, for what YAML makes of the text after it is guesswork; of
 * tabs all, for who uses them uses them everywhere.
 */
export function explainYamlErrors(
  text: string,
  noun: string,
  { errors, warnings }: Pick<Document, 'errors' | 'warnings'>,
  tokens: readonly CST.Token[],
  spanOf: SpanOf,
): readonly Problem[] {
  const problem = ({ from, to, message, mend }: Explained): Problem => {
    const span = spanOf(from, to);
    const rest = { ...span, width: Math.max(1, span.width), path: [] };
    return mend === undefined ? { code: 'not-yaml', message, ...rest } : { code: 'not-yaml', message, mend, ...rest };
  };
  if (errors.length === 0) return warnings.map((warning) => problem(explain(text, noun, warning)));
  const tabs = errors.some(({ code }) => code === 'TAB_AS_INDENT') ? tabsIn(text) : [];
  if (tabs.length > 0) return tabs.map(problem);
  const [first] = [...errors].sort((one, other) => one.pos[0] - other.pos[0]);
  if (first === undefined) return [];
  const marks = conflictMarks(text);
  if (marks.length > 0) return marks.map(problem);
  return [problem(unclosed(tokens, first) ?? explain(text, noun, first))];
}

/** Characters that no editor shows, or that show that this is not UTF-8. */
export function strangeCharacters(text: string): readonly Problem[] {
  const bad = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/u.exec(text);
  const hidden = bad ?? /(?<=^[ \t]*)[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/mu.exec(text);
  if (hidden === null) return [];
  const before = text.slice(0, hidden.index).split('\n');
  const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, width: 1, path: [] };
  if (hidden[0] === '\ufffd' || hidden[0] === '\0') {
    return [{ code: 'not-yaml', message: 'this is not text in UTF-8', mend: 'save the file as UTF-8', ...place }];
  }
  const number = `U+${hidden[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0') ?? ''}`;
  return bad === null
    ? [{ code: 'not-yaml', message: `this looks like a space and is none (${number})`, mend: 'type a space', ...place }]
    : [{ code: 'not-yaml', message: `this is a control character (${number})`, mend: 'remove it', ...place }];
}

function tabsIn(text: string): Explained[] {
  return [...text.matchAll(/^( *)(\t+)/gm)].slice(0, 20).map(({ index, 1: spaces = '', 2: tabs = '' }) => ({
    from: index + spaces.length,
    to: index + spaces.length + tabs.length,
    message: 'a tab; YAML is indented with spaces',
    mend: 'replace it by spaces, two for each level',
  }));
}

function conflictMarks(text: string): Explained[] {
  const marks = [...text.matchAll(/^(<{7} |={7}$|>{7} ).*$/gm)];
  return marks.slice(0, 20).map(({ index, 0: mark }) => ({
    from: index,
    to: index + mark.length,
    message: 'this is the mark of a merge conflict',
    mend: 'keep one of the two sides, and remove the marks',
  }));
}

/** The bracket or quote that is opened last before the error and never closed. */
function unclosed(tokens: readonly CST.Token[], { code, message, pos }: YamlError): Explained | undefined {
  const flow = /must be sufficiently indented and end with|expected to end with|BLOCK_IN_FLOW/.test(
    `${message} ${code}`,
  );
  const quote = message.startsWith('Missing closing');
  if (!flow && !quote) return undefined;
  const open = [...inside(tokens)].filter(
    (token) => token.offset < pos[0] && (quote ? openQuote(token) : openFlow(token)),
  );
  const last = open.at(-1);
  if (last === undefined) return undefined;
  const sign = last.type === 'flow-collection' ? last.start.source : last.type === 'double-quoted-scalar' ? '"' : "'";
  const closing = { '{': '}', '[': ']' }[sign] ?? sign;
  return {
    from: last.offset,
    to: last.offset + 1,
    message: `this \`${sign}\` is never closed`,
    mend: `add \`${closing}\` where it ends`,
  };
}

function* inside(tokens: readonly CST.Token[]): Generator<CST.Token> {
  const left = [...tokens].reverse();
  for (let token = left.pop(); token !== undefined; token = left.pop()) {
    yield token;
    if (token.type === 'document') left.push(...(token.value === undefined ? [] : [token.value]));
    else if ('items' in token) {
      for (const { key, value } of [...token.items].reverse())
        left.push(...[value, key].filter((one) => one !== undefined && one !== null));
    }
  }
}

function openFlow(token: CST.Token): boolean {
  return token.type === 'flow-collection' && !token.end.some(({ type }) => /^flow-(map|seq)-end$/.test(type));
}

function openQuote(token: CST.Token): boolean {
  if (token.type !== 'double-quoted-scalar' && token.type !== 'single-quoted-scalar') return false;
  return token.source.length < 2 || token.source.at(-1) !== token.source[0];
}

function explain(text: string, noun: string, { code, message, pos: [from, to] }: YamlError): Explained {
  const here = text.slice(from, to);
  const line = text.slice(from).split(/\r?\n/, 1)[0] ?? '';
  if (/^\*:?$/.test(here.trim())) {
    return {
      from,
      to: from + 1,
      message: '`*` alone means something else in YAML',
      mend: 'write `"*"`, with the quotes',
    };
  }
  switch (code) {
    case 'BAD_INDENT': {
      const [, indent = ''] = /^( *)/.exec(line) ?? [];
      const start = from + indent.length;
      return {
        from: start,
        to: start + Math.max(1, line.trim().length),
        message: 'this line is indented differently from those that it belongs to',
        mend: 'start it in the same column as its neighbours',
      };
    }
    case 'MULTIPLE_DOCS':
      return {
        from,
        to,
        message: `a second document begins here; a ${noun} is one`,
        mend: 'remove this line, or put what follows into a file of its own',
      };
    case 'MULTILINE_IMPLICIT_KEY':
      return {
        from,
        to: from + line.length,
        message: 'this line is no `key: value`',
        mend: /:\S/.test(line) ? 'put a space after the colon' : 'is the colon missing?',
      };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        from,
        to,
        message: 'a second `key: value` on the same line',
        mend: 'put it on a line of its own, or the value in quotes if it is text',
      };
    case 'BLOCK_IN_FLOW':
      return { from, to, message: 'a comma is missing here', mend: 'put one between the items' };
    case 'BAD_SCALAR_START':
      return { from, to, message: `text cannot start with \`${here}\``, mend: 'put the text in quotes' };
    case 'BAD_DQ_ESCAPE':
      return {
        from,
        to: to + 1,
        message: `\`${text.slice(from, to + 1)}\` means nothing in double quotes`,
        mend: 'use single quotes',
      };
    case 'NON_STRING_KEY':
      return text.slice(from - 1, from + 1) === '{{'
        ? { from: from - 1, to: from + 1, message: 'this is a template', mend: 'fill it in before Spillway reads it' }
        : { from, to, message: 'a key must be text', mend: 'put it in quotes if it is' };
    case 'TAG_RESOLVE_FAILED':
      return { from, to, message: `the tag \`${here.slice(0, 40)}\` means nothing here`, mend: 'remove it' };
    case 'MISSING_CHAR':
      return /Missing , or|Missing , between/.test(message)
        ? { from, to, message: 'a comma is missing here', mend: 'put one between the items' }
        : { from, to, message: `this is not YAML: ${inBrief(message)}` };
    case 'UNEXPECTED_TOKEN':
      return here.trim() === ''
        ? { from, to, message: `this is not YAML: ${inBrief(message)}` }
        : {
            from,
            to,
            message: `\`${here.trim().split('\n', 1)[0]?.slice(0, 40) ?? ''}\` is not expected here`,
            mend: 'remove it, or put it in quotes if it is text',
          };
    case 'RESOURCE_EXHAUSTION':
      return { from, to, message: 'this is nested far too deep', mend: `no key of a ${noun} is so deep` };
    case 'ALIAS_PROPS':
    case 'BAD_ALIAS':
    case 'BAD_COLLECTION_TYPE':
    case 'BAD_DIRECTIVE':
    case 'BAD_PROP_ORDER':
    case 'DUPLICATE_KEY':
    case 'IMPOSSIBLE':
    case 'KEY_OVER_1024_CHARS':
    case 'MULTIPLE_ANCHORS':
    case 'MULTIPLE_TAGS':
    case 'TAB_AS_INDENT':
      return { from, to, message: `this is not YAML: ${inBrief(message)}` };
  }
}

function inBrief(message: string): string {
  const first = message.split('\n', 1)[0] ?? message;
  return first.charAt(0).toLowerCase() + first.slice(1, 120);
}
