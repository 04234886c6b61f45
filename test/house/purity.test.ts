/** Shows that eslint.config.js keeps clocks, chance and the outside world out of the pure folders. */
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';
import tseslint from 'typescript-eslint';

// The lines stand for files that do not exist, so there are no types to ask.
const eslint = new ESLint({
  cwd: `${import.meta.dirname}/../..`,
  overrideConfig: [tseslint.configs.disableTypeChecked],
});

const impure = [
  'export const now = Date.now();',
  'export const now = new Date();',
  'export const now = Date();',
  'export const now = performance.now();',
  'export const now = Temporal.Now.instant();',
  'export const chance = Math.random();',
  'export const chance = crypto.randomUUID();',
  'setTimeout(() => {}, 1);',
  'setInterval(() => {}, 1);',
  'export const home = process.env;',
  `console.log('hello');`,
  `export const page = fetch('https://example.org/');`,
  'export const hidden = globalThis.Date;',
];

test.each(impure)('%s', async (line) => {
  for (const folder of ['model', 'blueprint', 'plan', 'control/scale', 'roles/web', 'sim/policies/hpa']) {
    expect(await rulesBrokenBy(`src/${folder}/a.ts`, line), folder).toContainEqual(
      expect.stringMatching(/^no-restricted-(globals|syntax)$/),
    );
  }
  expect(await rulesBrokenBy('src/runtime/a.ts', line)).toEqual([]);
});

test('a moment that is given may be shown', async () => {
  expect(await rulesBrokenBy('src/control/a.ts', 'export const day = (now: number) => new Date(now);')).toEqual([]);
});

test('src/ has no default exports: a thing has one name wherever it is used', async () => {
  expect(await rulesBrokenBy('src/app/a.ts', 'export default 1;')).toEqual(['no-restricted-exports']);
  expect(await rulesBrokenBy('test/a.ts', 'export default 1;')).toEqual([]);
});

test('there is no any', async () => {
  expect(await rulesBrokenBy('src/app/a.ts', 'export const a = (b: any): unknown => b;')).toEqual([
    '@typescript-eslint/no-explicit-any',
  ]);
});

async function rulesBrokenBy(filePath: string, text: string): Promise<(string | null)[]> {
  const results = await eslint.lintText(`${text}\n`, { filePath });
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => ruleId ?? message));
}
