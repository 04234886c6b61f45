import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { brokenLinks, postponements, vagueNames } from './files.ts';

const root = resolve(import.meta.dirname, '../..');
const find = (...patterns: string[]) =>
  globSync(patterns, { cwd: root, exclude: ['**/node_modules/**', '.tools/**', 'coverage/**'] }).sort();
const read = (path: string) => ({ path, text: readFileSync(join(root, path), 'utf8') });

describe('this repository', () => {
  test('names its files by what is in them', () => {
    expect(vagueNames(find('src/**', 'test/**', 'web/**', 'docs/**'))).toEqual([]);
  });

  test('leaves no work behind in the sources', () => {
    expect(postponements(find('src/**/*.ts', 'web/src/**/*.{ts,svelte}').map(read))).toEqual([]);
  });

  test('links to files that are there', () => {
    expect(brokenLinks(find('**/*.md').map(read), (path) => existsSync(join(root, path)))).toEqual([]);
  });
});

describe('the rules bite', () => {
  test.each(['src/utils.ts', 'src/plan/helpers/x.ts', 'src/app/common.ts', 'src/cli/text-utils.ts', 'src/misc'])(
    '%s is a vague name',
    (path) => {
      expect(vagueNames([path])).toEqual([expect.stringContaining(`${path}: a name that says nothing`)]);
    },
  );

  test.each(['src/plan/utilisation.ts', 'src/model/commons-price.ts', 'src/model/uncommon.ts'])('%s is not', (path) => {
    expect(vagueNames([path])).toEqual([]);
  });

  test('postponed work is found by its line', () => {
    const word = 'TO' + 'DO';
    expect(postponements([{ path: 'src/a.ts', text: `one\n// ${word}: two\n` }])).toEqual([
      expect.stringMatching(/^src\/a\.ts:2: .*open one$/),
    ]);
  });

  test('links are followed from where they stand', () => {
    const text = [
      '[fine](../README.md#start) and [broken](missing.md) and ![broken](pictures/a.png "A")',
      '[elsewhere](https://example.org/x) and [here](#part) and `[code](none.md)`',
      '[reference]: gone.md',
      '```',
      '[in an example](none.md)',
      '```',
    ].join('\n');
    const broken = brokenLinks([{ path: 'docs/guide.md', text }], (path) => path === 'README.md');
    expect(broken.map((line) => /link to (\S+)/.exec(line)![1])).toEqual(['missing.md', 'pictures/a.png', 'gone.md']);
  });
});
