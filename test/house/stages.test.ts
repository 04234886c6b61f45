import { describe, expect, test } from 'vitest';
import { afterAnotherTry, countsOf, parseArguments, shortfallsIn, stageNames, worthAnotherTry } from '../stages.ts';

test.each([
  { args: '', stages: stageNames, vitest: [] },
  { args: 'fast', stages: ['fast'], vitest: [] },
  { args: 'lab types', stages: ['types', 'lab'], vitest: [] },
  { args: 'failover', stages: ['fast', 'lab'], vitest: ['failover'] },
  { args: 'lab failover -t primary', stages: ['lab'], vitest: ['failover', '-t', 'primary'] },
])('test $args', ({ args, stages, vitest }) => {
  const wanted = parseArguments(args.split(' ').filter(Boolean));
  expect(wanted).toEqual({ help: false, stages, vitest, narrowed: vitest.length > 0 });
});

const report = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1, testResults: [] };
const file = (status: string, ...tests: string[]) => ({
  name: 'x.test.ts',
  status,
  assertionResults: tests.map((status) => ({ status })),
});

test.each([
  { what: 'all is well', code: 0, report, counts: { passed: 5, failed: 0, skipped: 3 } },
  {
    what: 'a test fails',
    code: 1,
    report: { ...report, numFailedTests: 1, testResults: [file('failed', 'failed', 'passed')] },
    counts: { passed: 5, failed: 1, skipped: 3 },
  },
  {
    what: 'a file cannot be loaded',
    code: 1,
    report: { ...report, testResults: [file('failed'), file('passed', 'passed')] },
    counts: { passed: 5, failed: 1, skipped: 3 },
  },
  { what: 'an error stands outside of all tests', code: 1, report, counts: { passed: 5, failed: 1, skipped: 3 } },
  { what: 'vitest did not even start', code: 1, report: undefined, counts: { passed: 0, failed: 1, skipped: 0 } },
])('counts when $what', ({ code, report, counts }) => {
  expect(countsOf(code, report && JSON.stringify(report))).toEqual(counts);
});

test('what the doctor finds is why the lab is left out', () => {
  expect(shortfallsIn('{"shortfalls":[{"what":"no runc","mend":"apt-get install runc"}]}')).toEqual([
    'no runc: apt-get install runc',
  ]);
  expect(shortfallsIn('{"shortfalls":[]}')).toEqual([]);
});

test('a doctor that gives no answer does not hide the lab tests', () => {
  expect(shortfallsIn('error: unknown command doctor')).toEqual([]);
});

describe('files that failed', () => {
  const named = (name: string, status: string) => ({ ...file(status, status), name });

  test('are tried again when they are few', () => {
    const some = [named('a', 'passed'), named('b', 'failed'), named('c', 'failed')];
    expect(worthAnotherTry(JSON.stringify({ ...report, testResults: some }))).toEqual(['b', 'c']);
    const many = ['a', 'b', 'c', 'd'].map((name) => named(name, 'failed'));
    expect(worthAnotherTry(JSON.stringify({ ...report, testResults: many }))).toEqual([]);
  });

  test('have failed if they fail twice', () => {
    const first = { passed: 10, failed: 2, skipped: 1 };
    expect(afterAnotherTry(first, { passed: 5, failed: 0, skipped: 0 })).toEqual({ passed: 12, failed: 0, skipped: 1 });
    expect(afterAnotherTry(first, { passed: 4, failed: 1, skipped: 0 })).toEqual({ passed: 11, failed: 1, skipped: 1 });
  });
});
