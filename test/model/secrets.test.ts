import { describe, expect, test } from 'vitest';
import { fillMarks, mark, secretsIn, type Secret } from '../../src/model/secrets.ts';

const secrets: readonly Secret[] = [
  { kind: 'password', name: 'sofoot/site' },
  { kind: 'certificate', hosts: ['www.sofoot.test', 'sofoot.test', '203.0.113.10'] },
  { kind: 'certificate', hosts: ['sofoot.test'] },
  { kind: 'authority' },
  { kind: 'client-key' },
];

test.each([
  { secret: secrets[0]!, written: '⟦password sofoot/site⟧' },
  { secret: secrets[1]!, written: '⟦certificate www.sofoot.test sofoot.test 203.0.113.10⟧' },
  { secret: secrets[3]!, written: '⟦authority⟧' },
  { secret: secrets[4]!, written: '⟦client-key⟧' },
])('$written is found as it was put', ({ secret, written }) => {
  expect(mark(secret)).toBe(written);
  expect(secretsIn(`before ${written} after`)).toEqual([secret]);
});

test('all marks of a text are found, in their order, also side by side', () => {
  expect(secretsIn(secrets.map(mark).join(''))).toEqual(secrets);
});

describe('marks are filled in', () => {
  const reveal = (secret: Secret) => `<${secret.kind}>`;
  test.each([
    ['password = ⟦password a⟧\n', 'password = <password>\n'],
    ['⟦password a⟧⟦password b⟧', '<password><password>'],
    ['⟦authority⟧', '<authority>'],
    ['no marks, and [brackets]', 'no marks, and [brackets]'],
    ['', ''],
    ['⟦unknown a⟧', '⟦unknown a⟧'],
    ['⟦password a', '⟦password a'],
  ])('%j becomes %j', (text, filled) => {
    expect(fillMarks(text, reveal)).toBe(filled);
  });

  test('a secret that looks like a pattern or a mark stands as it is', () => {
    expect(fillMarks('⟦password a⟧ ⟦authority⟧', () => '$& $1 ⟦password b⟧')).toBe(
      '$& $1 ⟦password b⟧ $& $1 ⟦password b⟧',
    );
  });
});
