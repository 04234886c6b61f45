import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { generateKeyPair } from '../../src/store/ssh-keys.ts';

test('every one of 2,000 pairs can be read again, where one in 256 of ssh2’s own cannot', () => {
  const pairs = Array.from({ length: 2000 }, () => generateKeyPair('test'));
  const unreadable = pairs
    .flatMap((pair) => [pair.private, pair.public])
    .filter((key) => ssh2.utils.parseKey(key) instanceof Error);
  expect(unreadable).toEqual([]);
});
