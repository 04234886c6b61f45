/** Two platforms from one blueprint, with the same addresses, on one host: neither knows of the other. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { machinesOf } from '../lab/machines.ts';
import { eventually, spillway, spillwayJson } from '../lab/spillway.ts';
import { tracesOf } from '../lab/traces-left.ts';
import { visitorOf } from '../lab/visitor.ts';

const [left, right] = ['test-left', 'test-right'];

interface Seen {
  readonly entrances: readonly { readonly url: string }[];
  readonly well: boolean;
}

beforeAll(async () => {
  await Promise.all([left, right].map((platform) => spillway('down', platform, '--yes')));
  const ended = await Promise.all([left, right].map((platform) => spillway('up', 'sofoot', '--as', platform)));
  expect(ended.map(({ code, stdout, stderr }) => (code === 0 ? 'up' : stdout + stderr))).toEqual(['up', 'up']);
});

afterAll(() => Promise.all([left, right].map((platform) => spillway('down', platform, '--yes'))));

test('both are well, each at an address of its own on this host', async () => {
  const [one, other] = (await Promise.all(
    [left, right].map((platform) => spillwayJson('status', platform)),
  )) as unknown as [Seen, Seen];
  expect([one.well, other.well]).toEqual([true, true]);
  expect(one.entrances[0]?.url).not.toBe(other.entrances[0]?.url);
});

test('a comment on one is not on the other', async () => {
  const [here, there] = await Promise.all([left, right].map((platform) => visitorOf(platform)));
  const words = `Only on the left ${Date.now()}`;
  await here?.curl(
    '--data-urlencode',
    'author=Tester',
    '--data-urlencode',
    `body=${words}`,
    'http://203.0.113.10/article/2/comments',
  );
  const comments = async (visitor: typeof here) =>
    (await visitor?.curl('http://203.0.113.10/article/2/comments.json'))?.body ?? '';
  expect(
    await eventually(
      () => comments(here),
      (found) => found.includes(words),
    ),
  ).toContain(words);
  expect(await comments(there)).not.toContain(words);
});

test('they share no secret and no key', () => {
  const [one, other] = [machinesOf(left), machinesOf(right)];
  expect(one.vault.clientKey().public).not.toBe(other.vault.clientKey().public);
  expect(one.vault.reveal({ kind: 'authority' })).not.toBe(other.vault.reveal({ kind: 'authority' }));
  one.close();
  other.close();
});

test('one goes, and the other stays as it was', async () => {
  expect((await spillway('down', left, '--yes')).code).toBe(0);
  expect(await tracesOf(left)).toEqual([]);
  expect(await spillwayJson('plan', right)).toMatchObject({ empty: true });
  expect(await spillwayJson('status', right)).toMatchObject({ well: true });
});
