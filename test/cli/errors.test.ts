/** How the command line tells of errors: to a person by words, to a program by JSON on standard output. */
import { describe, expect, test } from 'vitest';
import { imaginedToolbox } from '../app/imagined-toolbox.ts';
import { run } from './run-words.ts';

describe('with --json', () => {
  test.each([
    ['a word is missing', ['plan', '--json'], 'usage', 2],
    ['an option is unknown', ['plan', 'sofoot', '--hurry', '--json'], 'usage', 2],
    ['a command is unknown', ['fly', '--json'], 'usage', 2],
    ['there is no blueprint', ['plan', 'nothing', '--json'], 'no-blueprint', 2],
    ['there is no platform', ['down', 'nothing', '--json'], 'no-platform', 2],
    ['a measurement has no such part', ['bench', 'failover', 'luck', '--json'], 'no-bench-part', 2],
    ['a measurement has no parts', ['bench', 'plan', 'power', '--json'], 'no-bench-part', 2],
    ['a count is none', ['events', 'sofoot', '--last', 'many', '--json'], 'wrong-count', 2],
  ])('%s', async (_, words, error, exit) => {
    const { code, stdout, stderr } = await run(words);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: error,
        message: expect.stringMatching(/./) as unknown,
        mend: expect.stringMatching(/./) as unknown,
      },
    });
    expect({ code, stderr }).toEqual({ code: exit, stderr: '' });
  });

  test('a bug is JSON too, and its stack goes beside it', async () => {
    const { toolbox } = imaginedToolbox();
    const broken = { ...toolbox, knownPlatforms: () => JSON.parse('{') as [] };
    const { code, stdout, stderr } = await run(['plan', 'sofoot', '--json'], broken);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'bug' } });
    expect(stderr).toContain('This is a bug in Spillway');
    expect(code).toBe(1);
  });
});

test('the same to a person goes to standard error', async () => {
  expect(await run(['plan', 'nothing'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^there is no blueprint `nothing`\nmend: /) as unknown,
  });
  expect(await run(['plan'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('platform') as unknown,
  });
});

test('what stands after -- is for the machine', async () => {
  const { stdout } = await run(['ssh', 'sofoot', 'web-1', '--', 'nginx', '--json']);
  expect(stdout).toBe('');
});
