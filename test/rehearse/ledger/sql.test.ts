import { expect, test } from 'vitest';
import { asRoot, dropSql, makeSql } from '../../../src/rehearse/ledger/sql.ts';

test('only the hash of the password leaves this process, and by standard input', () => {
  const script = asRoot(makeSql('secret'));
  expect(script).not.toContain('secret');
  // As `select password('secret')` has it.
  expect(script).toContain("IDENTIFIED BY PASSWORD '*14E65567ABDB5135D0CFD9A70B3032C179A49EE7'");
  const commands = script.slice(0, script.indexOf("<<'END'"));
  expect(commands).not.toContain('IDENTIFIED');
});

test('the account may write and count in its own database, and nothing else', () => {
  expect(makeSql('x').match(/GRANT .*/g)).toEqual([
    "GRANT INSERT, SELECT ON spillway_ledger.* TO spillway_ledger@'%';",
  ]);
});

test('an id may come twice, so that one that does is seen', () => {
  expect(makeSql('x')).not.toMatch(/UNIQUE|id INT NOT NULL PRIMARY/);
});

test('what a killed rehearsal left goes first', () => {
  expect(makeSql('x').startsWith(dropSql)).toBe(true);
});
