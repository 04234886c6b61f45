import { expect, test } from 'vitest';
import { makeRoom } from '../../src/app/make-room.ts';
import type { EngineName } from '../../src/model/ids.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Engine, Shortfall } from '../../src/ports/engine.ts';
import { blueprint } from '../rehearse/scenario/sofoot.ts';

const lab = 'lab' as EngineName;
const planOf = (count: number) =>
  ({ steps: Array.from({ length: count }, () => ({ kind: 'create-machine', engine: lab })) }) as unknown as Plan;

function engines(shortfalls: readonly Shortfall[]) {
  const asked: (readonly [number, boolean])[] = [];
  const room: Engine['room'] = async (more, raise) => {
    asked.push([more, raise]);
    return { raised: [], shortfalls, most: 0, by: 'memory' };
  };
  return { asked, engines: new Map([[lab, { room } as unknown as Engine]]) };
}

test('limits are raised for what may come with the load; what is made now must fit', async () => {
  const seen = engines([]);
  await makeRoom({ ...seen, blueprint }, planOf(8));
  // SoFoot's overflow is five.
  expect(seen.asked).toEqual([
    [13, true],
    [8, false],
  ]);
});

test('what does not fit is refused before anything is made, with the mend', async () => {
  const { engines: full } = engines([{ what: 'There is too little memory', mend: 'end what else takes memory' }]);
  await expect(makeRoom({ engines: full, blueprint }, planOf(8))).rejects.toMatchObject({
    code: 'host-cannot',
    message: expect.stringContaining('There is too little memory: end what else takes memory') as string,
  });
});

test('who makes nothing is asked nothing', async () => {
  const seen = engines([]);
  await makeRoom({ ...seen, blueprint }, planOf(0));
  expect(seen.asked).toEqual([]);
});
