/** Faults by chance: the same for the same seed, one after the other, of every kind, and none that ends all. */
import { describe, expect, test } from 'vitest';
import { entries } from '../../../src/blueprint/records.ts';
import type { MachineName } from '../../../src/model/ids.ts';
import { drawables } from '../../../src/rehearse/chaos/drawable.ts';
import { drawFaults, firstAtMs, quietMs } from '../../../src/rehearse/chaos/draw-faults.ts';
import { groundsOf } from '../../../src/rehearse/chaos/grounds.ts';
import { faultKinds, prepare, readMeasure, verbOf } from '../../../src/rehearse/faults/index.ts';
import type { Fault } from '../../../src/rehearse/scenario/faults.ts';
import { knownTo } from '../../../src/rehearse/scenario/names.ts';
import { blueprint } from '../scenario/sofoot.ts';

const grounds = groundsOf(blueprint, 'web-3' as MachineName);
const hourMs = 3_600_000;
const draw = (seed: number, forMs = hourMs) => drawFaults(grounds, { seed, forMs });
const told = ({ kind, target }: Fault) => `${kind} ${target}`;
const many = draw(1, 3 * hourMs).slice(0, 200);
const among = (faults: readonly Fault[]) => new Set(faults.map(told));

describe('of one seed', () => {
  test('they are the same each time, byte for byte', () => {
    expect(JSON.stringify(draw(7))).toBe(JSON.stringify(draw(7)));
  });

  test('the first ten minutes of seed 1 are known', () => {
    const lines = draw(1, 600_000).map(({ atMs, forMs = 0, to, ...fault }) =>
      [`${atMs / 1000} s`, told(fault as Fault), ...(to === undefined ? [] : [to]), `${forMs / 1000} s`].join('  '),
    );
    expect(lines).toMatchInlineSnapshot(`
      [
        "10 s  kill controller  3.7 s",
        "42.5 s  stop backoffice-1/php8.2-fpm.service  3.3 s",
        "80 s  kill web-2  13.7 s",
        "123.3 s  hide web-2  3.9 s",
        "155.3 s  slow sbg  870000  8.7 s",
        "198.9 s  kill web-2  7.8 s",
        "237 s  pause database-2/mariadbd  9.4 s",
        "276.7 s  slow sbg  7700000  8.2 s",
        "315.1 s  part rbx/sbg  2.2 s",
        "345.8 s  crash balancer-2/keepalived  0 s",
        "379.9 s  hide web-2  5.1 s",
        "414.4 s  stop balancer-1/keepalived.service  2.9 s",
        "451.4 s  stop backoffice-1/php8.2-fpm.service  8 s",
        "488.4 s  cut balancer-2  8.6 s",
        "530.1 s  freeze sbg  7 s",
        "569.5 s  cut balancer-2  4.6 s",
      ]
    `);
  });

  test.each([60_000, 90_000, 600_000, 1_234_567])('a longer time begins with the faults of %i ms', (forMs) => {
    const some = draw(3, forMs);
    expect(draw(3).slice(0, some.length)).toEqual(some);
  });

  test('another seed has others', () => {
    expect(draw(1)).not.toEqual(draw(2));
  });
});

test('they come one after the other, with a pause after each in which the platform becomes whole', () => {
  for (const seed of [1, 2, 3]) {
    const forMs = 900_000;
    const faults = draw(seed, forMs);
    expect(faults[0]?.atMs).toBe(firstAtMs);
    const pauses = faults.map(({ atMs, forMs: lastsMs = 0 }, index) => {
      const nextMs = faults[index + 1]?.atMs;
      return (nextMs ?? forMs) - atMs - lastsMs;
    });
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(quietMs[0]);
    expect(Math.max(...pauses.slice(0, -1))).toBeLessThanOrEqual(quietMs[1]);
  }
});

test('one begins about every 40 seconds', () => {
  const meanMs = many.at(-1)!.atMs / many.length;
  expect(meanMs).toBeGreaterThan(33_000);
  expect(meanMs).toBeLessThan(45_000);
});

test('each can be done, for as long and as much as its verb says', () => {
  const known = knownTo(blueprint);
  for (const { kind, target, to, forMs } of many) {
    expect(prepare({ kind, target }, known)).toMatchObject({ ok: true });
    const ranges = entries(verbOf(kind).on).flatMap(([, { drawn }]) => drawn ?? []);
    const within = (value: number | undefined, range: readonly [number, number] | undefined) =>
      range === undefined ? value === undefined : value !== undefined && value >= range[0] && value <= range[1];
    expect(ranges.some(({ lastsMs }) => within(forMs, lastsMs))).toBe(true);
    expect(ranges.some((range) => within(to, range.to))).toBe(true);
  }
});

describe('within 200 draws on SoFoot occur', () => {
  const drawn = faultKinds.filter((kind) => entries(verbOf(kind).on).some(([, deed]) => deed.drawn !== undefined));

  test('all verbs but `fill`, which is never drawn', () => {
    expect(faultKinds.filter((kind) => !drawn.includes(kind))).toEqual(['fill']);
  });

  test.each(drawn)('`%s`', (kind) => {
    expect(many.filter((fault) => fault.kind === kind).length).toBeGreaterThan(0);
  });

  test.each([
    ['the primary of the database', /^(kill|freeze|cut) database-1$/],
    ['its replica', /^(kill|freeze|cut) database-2$/],
    ['balancers', /^(kill|freeze|cut) balancer-[12]$/],
    ['web machines', /^(kill|freeze|cut) web-[12]$/],
    ['the back-office', /^(kill|freeze|cut) backoffice-1$/],
    ['a whole site', /^(kill|freeze|cut) sbg$/],
    ['links between sites', /^part (rbx\/sbg|sbg)$/],
    ['a slow link', /^slow sbg$/],
    ['the controller', /^kill controller$/],
    ['its sight', /^hide (all|sbg|[a-z]+-\d)$/],
    ['processes of databases', /^(crash|pause) database-[12]\/mariadbd$/],
    ['processes of balancers', /^(crash|pause) balancer-[12]\/(haproxy|keepalived)$/],
    ['processes of web machines', /^(crash|pause) web-[12]\/(nginx|php-fpm8\.2)$/],
    ['units', /^stop [a-z]+-\d\/[a-z0-9.-]+\.service$/],
  ])('faults of %s', (_, pattern) => {
    expect([...among(many)].filter((fault) => pattern.test(fault))).not.toEqual([]);
  });
});

describe('never drawn is', () => {
  const all = among(draw(5, 20 * hourMs));

  test.each([
    ['what a ledger is written from', /web-3/],
    ['a machine of the overflow', /-x\d/],
    ['a site with all machines of a pool', /^(kill|freeze|cut|slow|hide|part) rbx$/],
    ['a site without machines of the base', /gra/],
  ])('%s', (_, pattern) => {
    expect([...all].filter((fault) => pattern.test(fault))).toEqual([]);
  });

  test('anything where the blueprint refuses it', () => {
    const lab = Object.values(blueprint.engines)[0]!;
    const spared = { ...blueprint, engines: { ...blueprint.engines, lab: { ...lab, faults: 'refused' as const } } };
    const left = drawables(groundsOf(spared)).map(({ kind, groups }) => `${kind} ${groups.flat().join(' ')}`);
    expect(left).toEqual(['kill controller', 'hide all']);
  });
});

test('a verb that lasts says for how long, one with a measure how much', () => {
  for (const kind of faultKinds) {
    const { isOverAtOnce, to, on } = verbOf(kind);
    for (const [, { drawn }] of entries(on)) {
      if (drawn === undefined) continue;
      expect(drawn.lastsMs === undefined).toBe(isOverAtOnce === true);
      expect(drawn.to === undefined).toBe(readMeasure(kind, to?.example).ok && to === undefined);
    }
  }
});
