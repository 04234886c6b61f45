import { expect, test } from 'vitest';
import { mendName, suggest } from '../../src/blueprint/suggest.ts';

const pools = ['balancer', 'web', 'database', 'backoffice'];

test.each([
  { what: 'a letter too few', word: 'databse', meant: 'database' },
  { what: 'a letter too many', word: 'webb', meant: 'web' },
  { what: 'a wrong letter', word: 'balanser', meant: 'balancer' },
  { what: 'two letters swapped', word: 'wbe', meant: 'web' },
  { what: 'capitals', word: 'BackOffice', meant: 'backoffice' },
  { what: 'a hyphen', word: 'back-office', meant: 'backoffice' },
  { what: 'another word', word: 'cache', meant: undefined },
  { what: 'half a word', word: 'data', meant: undefined },
  { what: 'nothing', word: '', meant: undefined },
  { what: 'what every object has', word: 'constructor', meant: undefined },
  { what: 'a long text', word: 'database'.repeat(1000), meant: undefined },
])('$what: `$word` is meant to be $meant', ({ word, meant }) => {
  expect(suggest(word, pools)).toBe(meant);
});

test('of several that are near, the nearest', () => {
  expect(suggest('host-33', ['host-31', 'cost-33', 'host-3', 'host-333'])).toBe('host-31');
  expect(suggest('site1', ['sites', 'site-1', 'site1s'])).toBe('sites');
});

test.each([
  { word: 'wbe', known: pools, mend: 'did you mean `web`?' },
  { word: 'cache', known: pools, mend: 'known: `balancer`, `web`, `database`, `backoffice`' },
  { word: 'cache', known: [], mend: 'declare the pool first' },
  {
    word: 'x',
    known: Array.from({ length: 14 }, (_, index) => `pool-${index}`),
    mend: 'known: `pool-0`, `pool-1`, `pool-2`, `pool-3`, `pool-4`, `pool-5`, `pool-6`, `pool-7`, `pool-8`, `pool-9`, `pool-10`, `pool-11`, …',
  },
])('the mend for `$word`: $mend', ({ word, known, mend }) => {
  expect(mendName(word, known, 'pool')).toBe(mend);
});
