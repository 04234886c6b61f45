import { describe, expect, test } from 'vitest';
import {
  counted,
  formatDuration,
  formatMoney,
  formatSize,
  parsePrice,
  parseQuantity,
  perMonth,
  quantityKinds,
  type QuantityKind,
} from '../../src/model/quantities.ts';

describe('quantities are read into their base unit', () => {
  test.each<[QuantityKind, string, number]>([
    ['duration', '300ms', 300],
    ['duration', '10s', 10_000],
    ['duration', '5min', 300_000],
    ['duration', '1.5h', 5_400_000],
    ['duration', '7 d', 604_800_000],
    ['duration', '0s', 0],
    ['duration', '.5s', 500],
    ['size', '12kB', 12_000],
    ['size', '12KB', 12_000],
    ['size', '2GB', 2e9],
    ['size', '0.3GB', 3e8],
    ['size', '60_000 MB', 6e10],
    ['size', '1B', 1],
    ['cores', '6 cores', 6],
    ['cores', '1 core', 1],
    ['cores', '0.5 cores', 0.5],
    ['bandwidth', '1Gbit/s', 1e9],
    ['bandwidth', '250 Mbit/s', 2.5e8],
    ['rate', '3000 requests/s', 3000],
    ['rate', '3000/s', 3000],
    ['rate', '90 requests/min', 1.5],
    ['share', '5 %', 0.05],
    ['share', '100%', 1],
    ['share', '0.1 %', 0.001],
    // 0.07 * 100 and its like are not what they seem; nobody shall see that.
    ['share', '7 %', 0.07],
    ['share', '29 %', 0.29],
    ['size', '1.1TB', 1.1e12],
  ])('%s: %s', (kind, text, value) => {
    expect(parseQuantity(kind, text)).toEqual({ ok: true, value });
  });

  test.each(Object.entries(quantityKinds))('the example of %s is one', (kind, { example }) => {
    expect(parseQuantity(kind as QuantityKind, example)).toMatchObject({ ok: true });
  });
});

describe('what is no quantity is told with a mend', () => {
  const asDuration = 'write a duration with its unit, for example `300ms`';
  test.each<[QuantityKind, string, string, string]>([
    ['duration', '', '`` is not a duration', asDuration],
    ['duration', 'soon', '`soon` is not a duration', asDuration],
    ['duration', '500', 'the unit is missing', asDuration],
    ['duration', '1m', '`m` is no unit of a duration', 'did you mean `1min`?'],
    ['duration', '2 hours', '`hours` is no unit of a duration', 'did you mean `2h`?'],
    ['duration', '2 weeks', '`weeks` is no unit of a duration', 'use one of ms, s, min, h, d'],
    ['duration', '2 constructor', '`constructor` is no unit of a duration', 'use one of ms, s, min, h, d'],
    ['duration', '-1s', '`-1s` is less than nothing', asDuration],
    ['duration', '1min 30s', '`1min 30s` is not a duration', asDuration],
    ['duration', '1e3s', '`e3s` is no unit of a duration', 'use one of ms, s, min, h, d'],
    ['duration', '5000d', '`5000d` is more than can be', 'write at most `3650d`'],
    ['size', '2gb', '`gb` is no unit of a size', 'did you mean `2GB`?'],
    ['size', '2GiB', '`GiB` is no unit of a size', 'did you mean `2GB`?'],
    ['size', '1,5GB', '`1,5GB` is not a size', 'did you mean `1.5GB`?'],
    ['cores', '6 vCPU', '`vCPU` is no unit of a number of cores', 'did you mean `6 cores`?'],
    ['bandwidth', '100Mbps', '`Mbps` is no unit of a bandwidth', 'did you mean `100Mbit/s`?'],
    ['rate', '100 rps', '`rps` is no unit of a rate', 'did you mean `100 requests/s`?'],
    ['share', '0.4', 'the unit is missing', 'write a percentage with its unit, for example `5 %`'],
    ['share', '101 %', '`101 %` is more than can be', 'write at most `100 %`'],
    ['size', '9'.repeat(60), `\`${'9'.repeat(40)}…\` is not a size`, 'write a size with its unit, for example `2GB`'],
  ])('%s: %s', (kind, text, says, mend) => {
    expect(parseQuantity(kind, text)).toEqual({ ok: false, says, mend });
  });
});

describe('prices', () => {
  test.each([
    ['0.12 EUR/hour', 0.12, 'hour', 'EUR'],
    ['.12 EUR / h', 0.12, 'hour', 'EUR'],
    ['73 USD/month', 0.1, 'month', 'USD'],
    ['730 CHF/mo', 1, 'month', 'CHF'],
    ['0 EUR/month', 0, 'month', 'EUR'],
  ])('%s', (text, perHour, per, currency) => {
    expect(parsePrice(text)).toEqual({ ok: true, value: { perHour, per, currency } });
  });

  const example = 'write amount, currency and period, for example `0.12 EUR/hour` or `89 EUR/month`';
  test.each([
    ['90 EUR', 'per what? write `90 EUR/hour` or `90 EUR/month`'],
    ['90 eur/month', 'did you mean `90 EUR/month`?'],
    ['€90/month', 'did you mean `90 EUR/month`?'],
    ['90 € per month', 'did you mean `90 EUR/month`?'],
    ['$0.12/hr', 'did you mean `0.12 USD/hour`?'],
    ['0,12 EUR/hour', 'did you mean `0.12 EUR/hour`?'],
    ['90/month', example],
    ['900 EUR/year', example],
    ['90', example],
    ['free', example],
    ['', example],
    ['-1 EUR/month', example],
  ])('%s is none: %s', (text, mend) => {
    expect(parsePrice(text)).toEqual({ ok: false, says: `\`${text}\` is not a price`, mend });
  });

  test('a month has 730 hours', () => {
    expect(perMonth(0.1)).toBeCloseTo(73, 9);
  });
});

describe('quantities are shown', () => {
  test.each([
    [0, '0 ms'],
    [0.4, '0 ms'],
    [999, '999 ms'],
    [999.6, '1.0 s'],
    [1000, '1.0 s'],
    [9949, '9.9 s'],
    [9960, '10 s'],
    [10_000, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min 0 s'],
    [90_000, '1 min 30 s'],
    [119_700, '2 min 0 s'],
    [3_599_700, '1 h 0 min'],
    [5_400_000, '1 h 30 min'],
    [7_199_000, '2 h 0 min'],
    [172_799_000, '2 d'],
    [604_800_000, '7 d'],
  ])('%d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1500, '1.5 kB'],
    [999_960, '1 MB'],
    [1e6, '1 MB'],
    [2.5e8, '250 MB'],
    [123_456_789, '123 MB'],
    [999_999_999, '1 GB'],
    [1.1e12, '1.1 TB'],
    [5e15, '5000 TB'],
  ])('%d bytes as %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  test.each([
    [0, '0.000 EUR'],
    [0.1234, '0.123 EUR'],
    [9.9999, '10.00 EUR'],
    [12.345, '12.35 EUR'],
    [1200, '1200.00 EUR'],
  ])('%d as %s', (amount, text) => {
    expect(formatMoney(amount, 'EUR')).toBe(text);
  });

  test.each([
    [0, '0 files'],
    [1, '1 file'],
    [2, '2 files'],
  ])('%d as %s', (count, text) => {
    expect(counted(count, 'file')).toBe(text);
  });
});
