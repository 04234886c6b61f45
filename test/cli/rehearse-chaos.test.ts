/** `spillway rehearse … --chaos`: what it refuses, and what its help says. What it does shows on machines. */
import { describe, expect, test } from 'vitest';
import { run } from './run-words.ts';

const rehearse = (...words: readonly string[]) => run(['rehearse', 'sofoot', 'any-day', ...words]);

describe('refuses', () => {
  test.each([
    [['--seed', '4'], '`--seed` is about faults by chance', 'add `--chaos`, or leave it out'],
    [['--for', '10min'], '`--for` is about faults by chance', 'add `--chaos`, or leave it out'],
    [['--chaos', '--seed', 'four'], '--seed: `four` is not what can be', 'a whole number from 0 to 4294967295'],
    [['--chaos', '--for', '10m'], '--for: `m` is no unit of a duration', 'did you mean `10min`?'],
    [['--chaos', '--for', '20s'], 'within 20 s no fault begins and ends', 'for example `--for 10min`'],
  ])('%j', async (words, says, mend) => {
    const { code, stderr } = await rehearse(...words);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).toContain(mend);
  });

  test('a platform that is not up, as without chance, and leaves no trace of it', async () => {
    const { code, stderr } = await rehearse('--chaos', '--seed', '1', '--for', '10min');
    expect(code).toBe(3);
    expect(stderr).toContain('spillway up sofoot');
  });
});

test('says before it begins how many faults there are, and how to have the same again', async () => {
  const { stdout } = await rehearse('--chaos', '--seed', '1', '--for', '10min');
  expect(stdout).toMatch(/^1\d faults by chance within 10 min 0 s; the same again:\n/);
  expect(stdout).toContain('\n  spillway rehearse sofoot any-day --chaos --seed 1 --for 10min\n');
});

test('without a seed draws one, and says which', async () => {
  const withTime = /--seed (\d+) --for 10min/;
  const [one, other] = [await rehearse('--chaos', '--for', '10min'), await rehearse('--chaos', '--for', '10min')];
  expect(withTime.exec(one.stdout)?.[1]).toBeDefined();
  expect(withTime.exec(one.stdout)?.[1]).not.toBe(withTime.exec(other.stdout)?.[1]);
});

test('its help has an example with chance', async () => {
  const { code, stdout } = await run(['rehearse', '--help']);
  expect(code).toBe(0);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('rehearse sofoot any-day --chaos --for 10min');
});
