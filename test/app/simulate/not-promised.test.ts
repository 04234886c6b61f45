import { expect, test } from 'vitest';
import { promisedPeak, whyNotPromised } from '../../../src/app/simulate/prove.ts';
import { shopWith } from '../../plan/shop.ts';

const peak = { requests: '500 requests/s' };
const overflow = { count: 2, site: 'east', flavour: 'small' };

test.each([
  { of: 'no peak', with: {}, says: 'promises no peak', mend: 'objectives: { peak:' },
  {
    of: 'a peak, and a pool that has no overflow',
    with: { objectives: { peak } },
    says: 'has no overflow',
    mend: 'pools.web.overflow',
  },
  {
    of: 'an overflow, and nobody says what a machine serves',
    with: { objectives: { peak }, pools: { web: { overflow } } },
    says: 'does not say what a machine serves',
    mend: '`serves` to pools.web.base',
  },
])('with $of it is said what lacks', ({ with: changes, says, mend }) => {
  const blueprint = shopWith(changes);
  expect(promisedPeak(blueprint)).toBeUndefined();
  expect(whyNotPromised(blueprint).lacks).toContain(says);
  expect(whyNotPromised(blueprint).mend).toContain(mend);
});
