/**
 * Whatever is done to a blueprint, a person gets a located error or a platform: no stack trace, no hang. Thousands
 * of blueprints are mutated, as trees and as text, always the same ones.
 */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseBlueprint } from '../../src/blueprint/parse.ts';
import { layOut, noAssets, nothingTaken } from '../../src/blueprint/platform.ts';
import { formatProblem } from '../../src/blueprint/problem.ts';
import { compile } from '../../src/roles/compile.ts';
import { sofoot } from './sofoot.ts';

// Some seconds on a quiet machine; others may be at work on this one.
vi.setConfig({ testTimeout: 120_000 });

const runs = { seed: 8, numRuns: 1000 };

const tree = parse(sofoot) as Tree;

test('a mutated tree is a platform, or has located problems', () => {
  const tally = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(fc.array(treeMutation(), { minLength: 1, maxLength: 3 }), (mutations) => {
      tally[judge(stringify(mutations.reduce((mutated, mutate) => mutate(mutated), structuredClone(tree))))]++;
    }),
    runs,
  );
  // Were nearly all refused, or accepted, the mutations would not test much.
  expect(tally.accepted).toBeGreaterThan(runs.numRuns / 50);
  expect(tally.refused).toBeGreaterThan(runs.numRuns / 2);
});

test('a mutated text is a platform, or has located problems', () => {
  const tally = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(fc.array(textMutation(), { minLength: 1, maxLength: 3 }), (mutations) => {
      tally[judge(mutations.reduce((mutated, mutate) => mutate(mutated), sofoot))]++;
    }),
    runs,
  );
  expect(tally.accepted).toBeGreaterThan(runs.numRuns / 50);
  expect(tally.refused).toBeGreaterThan(runs.numRuns / 4);
});

test('so is any text at all', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      judge(text);
    }),
    { ...runs, numRuns: 1000 },
  );
});

describe('no text takes long', () => {
  /** As long as is allowed, of what makes parsers and patterns slow. */
  const size = 99_000;
  const fill = (unit: string) => unit.repeat(Math.floor(size / unit.length));
  test.each([
    ...[
      '[',
      '{a: ',
      '- ',
      '? ',
      ': ',
      '&a ',
      '*a ',
      '"',
      "'",
      ']',
      '}',
      '%\n',
      '-\n',
      '\n',
      'a: ',
      '[a,',
      '{a,',
      '\t:{,',
      '|\n',
      '!',
      '<<: *a\n',
      '# ',
      '`',
    ].map((unit) => ({ what: JSON.stringify(unit), text: fill(unit) })),
    { what: 'a flow list', text: `a: [${fill('b,').slice(9)}]` },
    { what: 'a list', text: `a:\n${fill('- b\n').slice(9)}` },
    { what: 'different keys', text: Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n') },
    { what: 'steps down', text: Array.from({ length: 600 }, (_, index) => `${' '.repeat(index)}a:`).join('\n') },
    ...['a', '1 ', 'a.', '/a'].flatMap((unit) =>
      [
        'platform: sofoot',
        'timeZone: Europe/Paris',
        'price: 60 EUR/month',
        'memory: 64GB',
        'cidr: 10.8.0.0/24',
        'host: redaction.sofoot.test',
        'root: /srv/site/backoffice',
        'writable: [public/media]',
        'ip: 203.0.113.10',
        'finding: one-site:web',
      ].map((line) => ({
        what: `${JSON.stringify(unit)} as ${line.split(':')[0]!}`,
        text: sofoot.replace(line, `${line.split(':')[0]!}: "${fill(unit).slice(0, 90_000)}!"`),
      })),
    ),
  ])('of $what', ({ text }) => {
    const began = process.cpuUsage();
    judge(text);
    const { user, system } = process.cpuUsage(began);
    // A second would do on a quiet machine; what hangs takes minutes.
    expect((user + system) / 1e6).toBeLessThan(10);
  });
});

/** Throws where a person would see a stack trace, or nothing that helps. */
function judge(text: string): 'accepted' | 'refused' {
  const parsed = parseBlueprint(text);
  if (parsed.ok) {
    const platform = layOut(parsed.blueprint, noAssets, nothingTaken);
    compile(platform);
    const ips = platform.machines.flatMap(({ interfaces }) => interfaces.map(({ ip }) => ip));
    if (new Set(ips).size < ips.length) expect.fail('an address is given twice');
    return 'accepted';
  }
  expect(parsed.problems.length).toBeGreaterThan(0);
  const lines = text.replace(/^\ufeff/, '').split('\n');
  for (const problem of parsed.problems) {
    const { line, column, message, mend, width } = problem;
    const shown = lines[line - 1];
    const located = shown !== undefined && column >= 1 && column <= shown.length + 1 && width >= 1;
    const says = message.trim() !== '' && mend?.trim() !== '';
    const fewLines = formatProblem('x.yaml', text, problem).split('\n').length <= 4;
    if (!located || !says || !fewLines) expect.fail(JSON.stringify(problem));
  }
  return 'refused';
}

type Tree = null | string | number | boolean | Tree[] | { [key: string]: Tree };
type Holder = Tree[] | { [key: string]: Tree };

const oddValues: readonly Tree[] = [
  ...[
    null,
    true,
    0,
    -1,
    1.5,
    1e30,
    Infinity,
    NaN,
    '',
    ' ',
    'a',
    'A b',
    '0',
    '1m',
    '5 %',
    '0 %',
    '1 core',
    '1GB',
    '0s',
    '1 EUR',
    '1 USD/hour',
  ],
  ...[
    'constructor',
    '__proto__',
    'toString',
    'web',
    'public',
    'rbx',
    'sofoot',
    'lab',
    '*',
    '10.0.0.0/8',
    '10.8.0.0/30',
    '203.0.113.2',
    '/',
    '..',
  ],
  ...[[], {}, [[]], [null], { a: null }, 'a'.repeat(300), '\u001b[31m', 'ü', '😀', '\u2028'],
];
const oddKeys = [
  '',
  'a',
  'constructor',
  '__proto__',
  'toString',
  'Web',
  'web',
  'base',
  'count',
  '<<',
  '*',
  '1',
  'ü',
  'a b',
  'x'.repeat(100),
];

/** Takes one place of the tree, by chance, and does one thing to it. */
function treeMutation(): fc.Arbitrary<(tree: Tree) => Tree> {
  const place = fc.nat();
  return fc.oneof(
    place.map((n) =>
      at(n, (holder, key) => {
        remove(holder, key);
      }),
    ),
    fc.tuple(place, fc.constantFrom(...oddValues)).map(([n, value]) =>
      at(n, (holder, key) => {
        set(holder, key, value);
      }),
    ),
    fc.tuple(place, fc.constantFrom(...oddKeys)).map(([n, name]) =>
      at(n, (holder, key) => {
        rename(holder, key, name);
      }),
    ),
    fc.tuple(place, fc.constantFrom(...oddKeys)).map(([n, name]) =>
      at(n, (holder, key) => {
        if (!Array.isArray(holder)) set(holder, name, structuredClone(get(holder, key)));
      }),
    ),
    fc.tuple(place, place).map(
      ([n, m]) =>
        (tree: Tree) =>
          swap(tree, n, m),
    ),
    fc.tuple(place, place).map(
      ([n, m]) =>
        (tree: Tree) =>
          copy(tree, n, m),
    ),
    place.map((n) =>
      at(n, (holder, key) => {
        const value = get(holder, key);
        set(holder, key, typeof value === 'string' ? misspell(value, n) : value);
      }),
    ),
    place.map((n) =>
      at(n, (holder, key) => {
        if (!Array.isArray(holder)) rename(holder, key, misspell(key, n));
      }),
    ),
    place.map((n) =>
      at(n, (holder, key) => {
        set(holder, key, [get(holder, key)]);
      }),
    ),
  );
}

function places(tree: Tree): [Holder, string][] {
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.keys(tree).flatMap((key): [Holder, string][] => [[tree, key], ...places(get(tree, key))]);
}

function at(n: number, change: (holder: Holder, key: string) => void): (tree: Tree) => Tree {
  return (tree) => {
    const all = places(tree);
    const place = all[n % Math.max(1, all.length)];
    if (place !== undefined) change(...place);
    return tree;
  };
}

function swap(tree: Tree, n: number, m: number): Tree {
  const all = places(tree);
  const [one, other] = [all[n % all.length], all[m % all.length]];
  if (one === undefined || other === undefined) return tree;
  const [first, second] = [structuredClone(get(...one)), structuredClone(get(...other))];
  set(...one, second);
  set(...other, first);
  return tree;
}

function copy(tree: Tree, n: number, m: number): Tree {
  const all = places(tree);
  const [one, other] = [all[n % all.length], all[m % all.length]];
  if (one !== undefined && other !== undefined) set(...one, structuredClone(get(...other)));
  return tree;
}

function get(holder: Holder, key: string): Tree {
  return (holder as { [key: string]: Tree })[key] ?? null;
}

function set(holder: Holder, key: string, value: Tree): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function remove(holder: Holder, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
}

function rename(holder: Holder, key: string, name: string): void {
  if (Array.isArray(holder)) return;
  const value = get(holder, key);
  remove(holder, key);
  set(holder, name, value);
}

function misspell(word: string, n: number): string {
  const position = n % Math.max(1, word.length);
  return `${word.slice(0, position)}${word.slice(position + 1)}`;
}

const fragments = [
  '\t',
  '\r',
  '\n',
  '\n---\n',
  ': ',
  ':',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '#',
  '&a ',
  '*a',
  '!',
  '|',
  '>',
  '%',
  '@',
  '`',
  ',',
  '\u0000',
  '\ufeff',
  '\ufffd',
  '  ',
  '0',
  'x',
  '<<: ',
  '? ',
  '😀',
];

function textMutation(): fc.Arbitrary<(text: string) => string> {
  const place = fc.nat({ max: sofoot.length });
  const length = fc.nat({ max: 30 });
  return fc.oneof(
    fc.tuple(place, fc.constantFrom(...fragments)).map(
      ([n, piece]) =>
        (text: string) =>
          text.slice(0, n) + piece + text.slice(n),
    ),
    fc.tuple(place, length).map(
      ([n, l]) =>
        (text: string) =>
          text.slice(0, n) + text.slice(n + l),
    ),
    fc.tuple(place, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })).map(
      ([n, unit]) =>
        (text: string) =>
          text.slice(0, n) + unit + text.slice(n + 1),
    ),
    place.map((n) => (text: string) => text.slice(0, n)),
    fc.tuple(place, place, length).map(
      ([n, m, l]) =>
        (text: string) =>
          text.slice(0, n) + text.slice(m, m + l) + text.slice(n),
    ),
    place.map((n) => (text: string) => withoutLine(text, n)),
  );
}

function withoutLine(text: string, n: number): string {
  const all = text.split('\n');
  all.splice(n % all.length, 1);
  return all.join('\n');
}
