import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quote } from '../../src/hosts/quote.ts';

test.each([
  ['plain', 'plain'],
  ['/srv/site/index.php', '/srv/site/index.php'],
  ['', `''`],
  ['two words', `'two words'`],
  [`it's`, `'it'\\''s'`],
  ['$(reboot)', `'$(reboot)'`],
  ['-n', '-n'],
])('%s', (text, quoted) => {
  expect(quote(text)).toBe(quoted);
});

test('whatever it is, sh takes it for one word, unchanged', () => {
  // A word of a shell cannot hold the null character; nor UTF-8 half a surrogate pair.
  const word = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', ''));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 50 }), (words) => {
      const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${words.map(quote).join(' ')}`]).toString();
      expect(printed.split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 40 },
  );
});
