/** `docs/page-cache.md` says what is met and what is not, as the cases have it; `-u` writes its tables anew. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheCases, type CacheCase } from './cache-cases.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/page-cache.md'), 'utf8');

const isOfTheSuite = ({ id }: CacheCase) => !id.startsWith('spillway-');

function counted(level: CacheCase['level']): string {
  const cases = cacheCases.filter((one) => one.level === level && isOfTheSuite(one));
  const met = cases.filter(({ notMet }) => notMet === undefined);
  return `${met.length} of ${cases.length}`;
}

test('the page counts what is met', () => {
  expect(page).toContain(`| must | ${counted('must')} |`);
  expect(page).toContain(`| may | ${counted('may')} |`);
});

test('the page lists what is not met, and why', () => {
  const rows = cacheCases.flatMap(({ id, level, notMet }) =>
    notMet === undefined ? [] : [`| \`${id}\` | ${level} | ${notMet} |`],
  );
  const listed = page.split('\n').filter((line) => /^\| `[a-zA-Z0-9-]+` \| (must|may) \|/.test(line));
  expect(listed).toEqual(rows);
});
