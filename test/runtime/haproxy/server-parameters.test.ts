import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serverParameters } from '../../../src/runtime/haproxy/server-parameters.ts';

test('a server that is added is checked as those of the configuration', () => {
  const rendered = readFileSync(join(import.meta.dirname, '../../roles/golden/balancer-1.txt'), 'utf8');
  expect(rendered).toMatch(new RegExp(`default-server ${serverParameters({ checkEvery: 500 })}$`, 'm'));
});
