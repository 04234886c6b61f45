/** What the services of a pool, of which one machine runs them, demand of the rest of a blueprint. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseBlueprint } from '../../src/blueprint/parse.ts';
import { layOut, noAssets, nothingTaken } from '../../src/blueprint/platform.ts';
import { lint } from '../../src/plan/lint.ts';

const text = readFileSync(join(import.meta.dirname, '../../blueprints/mobile-vpn/blueprint.yaml'), 'utf8');
const put = (before: string, after: string): string => {
  expect(text).toContain(before);
  return text.replace(before, after);
};
const problems = (changed: string) => {
  const parsed = parseBlueprint(changed);
  return parsed.ok ? [] : parsed.problems.map(({ message }) => message);
};

test.each<[string, string, string, string]>([
  ['nobody to stand by', 'count: 2, site: [rbx, sbg]', 'count: 1, site: rbx', 'nobody stands by in `server`'],
  [
    'machines that come and go',
    'site: [rbx, sbg], flavour: eg-64 }',
    'site: [rbx, sbg], flavour: eg-64 }\n    overflow: { count: 1, site: rbx, flavour: eg-64 }',
    '`server` holds documents, which cannot come and go with the load',
  ],
  [
    'no address between them',
    '  copies: { network: private, pool: server, ip: 10.20.0.100 }\n',
    '',
    'who stands by in `server` finds who runs the services by an address, and there is none on a private network',
  ],
  [
    'nobody to ask',
    '  - { from: monitoring, to: server }',
    '  []',
    'nobody outside of `server` can be asked whether its services answer, before they are moved',
  ],
  [
    'an address of others',
    'files: { network: public, pool: server',
    'files: { network: public, pool: monitoring',
    'the address `files` is that of `monitoring`',
  ],
  [
    'one address for two',
    'files: { address: files }',
    'files: { address: extranet }',
    'the service `extranet` answers there already, at port 80',
  ],
  [
    'no service',
    'services:\n          extranet: { address: extranet }\n          files: { address: files }\n          maintenance: { address: maintenance }',
    'services: {}',
    'name at least one service',
  ],
])('%s', (_, before, after, says) => {
  expect(problems(put(before, after))).toContain(says);
});

test('another port of the same address is another place, and by hand nobody has to be asked', () => {
  expect(problems(put('files: { address: files }', 'files: { address: extranet, port: 8080 }'))).toEqual([]);
  const byHand = put('every: 15s', 'failover: by hand\n        every: 15s');
  expect(problems(byHand.replace('  - { from: monitoring, to: server }', '  []'))).toEqual([]);
});

test.each<[string, string, readonly string[]]>([
  ['fetched more often than may be lost', '15s', []],
  ['more may be lost than is allowed', '5min', ['refused rpo:server']],
])('%s', (_, every, expected) => {
  const parsed = parseBlueprint(put('every: 15s', `every: ${every}`));
  if (!parsed.ok) throw new Error('no blueprint');
  const found = lint(layOut(parsed.blueprint, noAssets, nothingTaken)).filter(({ severity }) => severity === 'refused');
  expect(found.map(({ severity, name }) => `${severity} ${name}`)).toEqual(expected);
});
