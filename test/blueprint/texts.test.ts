/** Whole texts that are no blueprint, or one in another dress. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseBlueprint } from '../../src/blueprint/parse.ts';
import { sofoot } from './sofoot.ts';
import { told } from './told.ts';

const empty = [
  'this blueprint is empty',
  'start with `platform: NAME`, or copy blueprints/sofoot/blueprint.yaml',
] as const;
const noMapping = 'this must be a mapping (`key: value` lines)';
const knownSections =
  'known here: `platform`, `about`, `sites`, `networks`, `engines`, `flavours`, `pools`, `addresses`, `routes`, `flows`, `data`, `content`, `objectives`, `accept`, `timeZone`';

/** Nine lists, each nine times the one before: 9^9 values in a few lines. */
const aliasBomb = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi'].map(
    (pair) => `${pair[1]!}: &${pair[1]!} [${Array(9).fill(`*${pair[0]!}`).join(', ')}]`,
  ),
].join('\n');

describe('texts that are no blueprint', () => {
  test.each([
    { what: 'an empty file', text: '', says: empty },
    { what: 'blank lines', text: '\n\n  \n', says: empty },
    { what: 'comments only', text: '# a blueprint\n# to be\n', says: empty },
    { what: 'a document without content', text: '---\n', says: empty },
    { what: 'null', text: 'null\n', says: empty },
    { what: 'a word', text: 'hello', says: [noMapping, knownSections] },
    { what: 'a number', text: '42', says: [noMapping, knownSections] },
    { what: 'a list', text: '- platform: sofoot\n- sites: {}\n', says: [noMapping, knownSections] },
    {
      what: '10 MB',
      text: 'a: b\n'.repeat(2_000_000),
      says: ['this is 10,000 kB; a blueprint has at most 100 kB', 'is it the right file?'],
    },
    {
      what: '10 MB of spaces',
      text: ' '.repeat(1e7),
      says: ['this is 10,000 kB; a blueprint has at most 100 kB', 'is it the right file?'],
    },
    {
      what: 'an alias bomb',
      text: aliasBomb,
      says: ['this blueprint has more than 20,000 values once its aliases are followed', 'make it smaller'],
    },
    {
      what: 'many values',
      text: `a: [${'1,'.repeat(30_000)}]`,
      says: ['this blueprint has more than 20,000 values', 'make it smaller'],
    },
    {
      what: 'deep nesting',
      text: `a: ${'['.repeat(30)}${']'.repeat(30)}`,
      says: ['this is nested more than 20 levels deep', 'no key of a blueprint is so deep'],
    },
    {
      what: 'bytes that are not UTF-8',
      text: Buffer.from('platform: caf\xe9', 'latin1').toString('utf8'),
      says: ['this is not text in UTF-8', 'save the file as UTF-8'],
    },
    {
      what: 'UTF-16',
      text: Buffer.from('platform: sofoot', 'utf16le').toString('utf8'),
      says: ['this is not text in UTF-8', 'save the file as UTF-8'],
    },
    {
      what: 'a picture',
      text: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('utf8'),
      says: ['this is not text in UTF-8', 'save the file as UTF-8'],
    },
  ])('$what', ({ text, says: [message, mend] }) => {
    const parsed = parseBlueprint(text);
    expect(parsed.ok ? [] : parsed.problems.map((problem) => [problem.message, problem.mend])).toEqual([
      [message, mend],
    ]);
  });
});

test('the alias bomb is shown where it goes off', () => {
  expect(told(aliasBomb)).toEqual([
    `sofoot.yaml:5:12: this blueprint has more than 20,000 values once its aliases are followed
  5 | e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]
    |            ^^
  mend: make it smaller`,
  ]);
});

describe('the same blueprint in another dress', () => {
  const accepted = parseBlueprint(sofoot);
  test.each([
    { what: 'lines end in CRLF', text: sofoot.replaceAll('\n', '\r\n') },
    { what: 'a byte order mark at the start', text: `\ufeff${sofoot}` },
    { what: 'no line break at the end', text: sofoot.trimEnd() },
    { what: 'between document marks', text: `---\n${sofoot}...\n` },
    { what: 'with a directive', text: `%YAML 1.2\n---\n${sofoot}` },
    { what: 'as JSON', text: JSON.stringify(parse(sofoot)) },
    {
      what: 'with an alias',
      text: sofoot
        .replace('base: { count: 2, site: rbx', 'base: { count: 2, site: &here rbx')
        .replace('base: { count: 3, site: rbx', 'base: { count: 3, site: *here'),
    },
  ])('$what', ({ text }) => {
    expect(parseBlueprint(text)).toEqual(accepted);
  });
});

describe('the place is right', () => {
  const wrong = sofoot.replace('checkEvery: 1s', 'chekEvery: 1s');
  const shown = `sofoot.yaml:33:19: unknown key \`chekEvery\`
  33 |       balancer: { chekEvery: 1s }
     |                   ^^^^^^^^^
  mend: did you mean \`checkEvery\`?`;
  test.each([
    { what: 'where lines end in LF', text: wrong },
    { what: 'where they end in CRLF', text: wrong.replaceAll('\n', '\r\n') },
    { what: 'after a byte order mark', text: `\ufeff${wrong}` },
  ])('$what', ({ text }) => {
    expect(told(text)).toEqual([shown]);
  });

  test('on the line of the byte order mark itself', () => {
    expect(told(`\ufeffplatfrom: sofoot\n${sofoot.replace('platform: sofoot\n', '')}`)).toEqual([
      `sofoot.yaml:1:1: unknown key \`platfrom\`
  1 | platfrom: sofoot
    | ^^^^^^^^
  mend: did you mean \`platform\`?`,
    ]);
  });
});
