/** What a blueprint may accept is what the plan can find. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findingKinds } from '../../src/blueprint/findings.ts';

test('every kind of finding can be accepted, and nothing else', () => {
  const lint = readFileSync(join(import.meta.dirname, '../../src/plan/lint.ts'), 'utf8');
  const kinds = (pattern: RegExp) => [...new Set([...lint.matchAll(pattern)].map(([, kind]) => kind))].sort();
  expect(kinds(/name: `([a-z-]+):\$\{name\}`/g)).toEqual([...findingKinds.pool].sort());
  expect(kinds(/name: '([a-z-]+)'/g)).toEqual([...findingKinds.platform].sort());
});
