import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeSshFiles } from '../../src/store/ssh-files.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'spillway-ssh-files-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const hosts = [{ machine: 'web-1', publicKey: 'ssh-ed25519 AAAA' }];
const write = (key: string, isKept: boolean) => writeSshFiles(join(folder, 'ssh'), { isKept, key: () => key, hosts });

test('they are for their owner alone, and follow what is kept', () => {
  write('first', true);
  const { identity, knownHosts } = write('second', true);
  expect(readFileSync(identity, 'utf8')).toBe('second');
  expect(readFileSync(knownHosts, 'utf8')).toBe('web-1 ssh-ed25519 AAAA\n');
  expect(statSync(identity).mode & 0o777).toBe(0o600);
});

test('the last copy of a key is not overwritten by one that was made just now', () => {
  write('the one that the machines know', true);
  const { identity } = write('made just now', false);
  expect(readFileSync(identity, 'utf8')).toBe('the one that the machines know');
});

test('where there is none, one that was made just now is written', () => {
  expect(readFileSync(write('made just now', false).identity, 'utf8')).toBe('made just now');
});
