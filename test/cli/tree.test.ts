/** What of a folder becomes a release, and what does not and is said. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TreeLimits } from '../../src/app/toolbox.ts';
import { createFiles } from '../../src/cli/files.ts';
import { repository } from '../blueprint/sofoot.ts';

const files = createFiles(repository);
const limits: TreeLimits = { mostBytes: 1e6, mostFiles: 50, leaveOut: [] };

let beside: string;
beforeEach(() => {
  beside = mkdtempSync(join(tmpdir(), 'spillway-tree-'));
  put('site/index.php');
});
afterEach(() => rmSync(beside, { recursive: true, force: true }));

function put(path: string, text = path): string {
  const at = join(beside, path);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, text);
  return at;
}
const link = (path: string, to: string) => {
  mkdirSync(dirname(join(beside, path)), { recursive: true });
  symlinkSync(to, join(beside, path));
};
const read = (more: Partial<TreeLimits> = {}) => files.readTree(join(beside, 'site'), beside, { ...limits, ...more });
const paths = (...asked: Parameters<typeof read>) => read(...asked).files.map(({ path }) => path);

describe('a release has', () => {
  test('every file, hidden ones too, in the order of their paths', () => {
    for (const path of ['.well-known/security.txt', '.htaccess', '.env', 'css/site.css']) put(`site/${path}`);
    expect(paths()).toEqual(['.env', '.htaccess', '.well-known/security.txt', 'css/site.css', 'index.php']);
  });

  test('of a file’s mode only whether it is a program', () => {
    chmodSync(put('site/bin/run'), 0o4755);
    expect(read().files.map(({ path, isExecutable }) => [path, isExecutable])).toEqual([
      ['bin/run', true],
      ['index.php', false],
    ]);
  });

  test('what links lead to, below the blueprint’s folder', () => {
    put('libraries/jquery/jquery.js');
    link('site/js', '../libraries/jquery');
    link('site/home.php', 'index.php');
    expect(paths()).toEqual(['home.php', 'index.php', 'js/jquery.js']);
    const [home, index] = read().files;
    expect(home?.sha256).toBe(index?.sha256);
  });
});

test('links to the own folder have an end', () => {
  for (const name of ['one', 'two', 'three']) link(`site/${name}`, '.');
  expect(paths()).toEqual(['index.php']);
  expect(read().leftOut).toHaveLength(3);
});

describe('left out, and named, are', () => {
  test.each<[string, () => void, string]>([
    ['folders of version control', () => put('site/.git/config'), '.git belongs to version control'],
    ['their settings', () => put('site/.gitignore'), '.gitignore belongs to version control'],
    [
      'a link out of the blueprint’s folder',
      () => link('site/passwd', '/etc/passwd'),
      'passwd is a link that leads out of the blueprint’s folder, or to nothing',
    ],
    [
      'a link to nothing',
      () => link('site/gone', 'nowhere'),
      'gone is a link that leads out of the blueprint’s folder, or to nothing',
    ],
    [
      'a link to a folder that it lies in',
      () => link('site/again', '.'),
      'again is a link to a folder that it lies in',
    ],
    [
      'two of them',
      () => {
        link('site/a/one', '..');
        link('site/a/two', '..');
      },
      'a/one is a link to a folder that it lies in',
    ],
    ['a FIFO', () => execFileSync('mkfifo', [join(beside, 'site/pipe')]), 'pipe is a FIFO'],
  ])('%s', (_, make, says) => {
    make();
    const { leftOut } = read();
    expect(leftOut.map(({ path, why }) => `${path} ${why}`)[0]).toBe(says);
    expect(paths()).toEqual(['index.php']);
  });

  test('a socket', async () => {
    const server = createServer().listen(join(beside, 'site/socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    expect(read().leftOut).toEqual([{ path: 'socket', why: 'is a socket' }]);
    server.close();
  });
});

test('what the blueprint leaves out needs no word', () => {
  for (const path of ['logo.psd', 'img/logo.psd', 'cache/x/y']) put(`site/${path}`);
  const { leftOut } = read({ leaveOut: ['**/*.psd', 'cache'] });
  expect(leftOut).toEqual([]);
  expect(paths({ leaveOut: ['**/*.psd', 'cache'] })).toEqual(['index.php']);
});

describe('refused is', () => {
  test.each<[string, () => void, string]>([
    ['a name with a line break', () => put('site/a\nb'), 'holds a line break'],
    ['a name with another control character', () => put('site/a\u001bb'), 'control character'],
    [
      'a name that is no UTF-8',
      () => execFileSync('sh', ['-c', `: >"${join(beside, 'site')}/$(printf '\\351')"`]),
      'no UTF-8',
    ],
    ['more than may be released', () => truncateSync(put('site/film'), 5e6), 'holds 5 MB; at most 1 MB are released'],
    [
      'more files than may be',
      () => Array.from({ length: 60 }, (_, n) => put(`site/f${n}`)),
      'holds 61 files; at most 50 are released',
    ],
  ])('%s', (_, make, says) => {
    make();
    expect(() => read()).toThrow(says);
  });

  test('a folder that is a link out of the blueprint’s', () => {
    rmSync(join(beside, 'site'), { recursive: true });
    link('site', '/etc');
    expect(() => read()).toThrow('is a link that leads out of the blueprint’s folder, to `/etc`');
  });

  test('links that lead to the same folders over and over', () => {
    for (let n = 0; n < 40; n++) {
      link(`many/${n}/one`, `../${n + 1}`);
      link(`many/${n}/other`, `../${n + 1}`);
    }
    put('many/40/file');
    link('site/many', '../many/0');
    expect(() => read()).toThrow('links there lead to the same folders');
  });

  test('a text that is', () => {
    link('schema.sql', '/etc/hostname');
    expect(() => files.readTextWithin(join(beside, 'schema.sql'), beside)).toThrow(
      'leads out of the blueprint’s folder',
    );
  });
});

test('a file that is changed while it is released is told, and not released half', () => {
  const tree = read();
  put('site/index.php', 'other');
  expect(() => tree.read(tree.files[0]!)).toThrow('`index.php` was changed while it was read');
});
