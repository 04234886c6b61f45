/** What makes two releases the same, and what a machine is asked to have of one. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ContentName, ReleaseId } from '../../src/model/ids.ts';
import {
  describeRelease,
  differenceOf,
  listTree,
  treeText,
  withKnownTimes,
  type Release,
  type ReleaseFile,
  type ReleaseSpec,
} from '../../src/model/release.ts';

const file = (path: string, holds: string, rest: Partial<ReleaseFile> = {}): ReleaseFile => ({
  ...{ path, sha256: holds, bytes: holds.length, isExecutable: false, modifiedAtS: 100 },
  ...rest,
});
const release = (...files: ReleaseFile[]): Release => ({ id: 'any' as ReleaseId, files });

describe('a release is the same', () => {
  const text = describeRelease([file('a', 'x'), file('b', 'y')]);
  test.each([
    ['when a file was only touched', [file('a', 'x', { modifiedAtS: 200 }), file('b', 'y')], true],
    ['not when a file holds something else', [file('a', 'z'), file('b', 'y')], false],
    ['not when a file has another name', [file('c', 'x'), file('b', 'y')], false],
    ['not when a file became a program', [file('a', 'x', { isExecutable: true }), file('b', 'y')], false],
    ['not when a file is gone', [file('a', 'x')], false],
  ])('%s', (_, files, same) => {
    expect(describeRelease(files) === text).toBe(same);
  });
});

describe('the times of files', () => {
  const [oldest, newest] = [release(file('a', 'x', { modifiedAtS: 10 })), release(file('a', 'y', { modifiedAtS: 20 }))];
  test.each([
    ['are kept of a file that did not change', [file('a', 'y', { modifiedAtS: 99 })], [20]],
    ['come back with what it held', [file('a', 'x', { modifiedAtS: 99 })], [10]],
    ['are its own of a file that is new', [file('b', 'x', { modifiedAtS: 99 })], [99]],
  ])('%s', (_, files, times) => {
    expect(withKnownTimes(files, [newest, oldest]).map(({ modifiedAtS }) => modifiedAtS)).toEqual(times);
  });
});

test('two releases differ by what was added, changed and removed', () => {
  const before = release(file('gone', 'x'), file('same', 'x'), file('other', 'x'));
  const after = release(file('new', 'x'), file('same', 'x', { modifiedAtS: 5 }), file('other', 'y'));
  expect(differenceOf(before, after)).toEqual({ added: ['new'], changed: ['other'], removed: ['gone'] });
  expect(differenceOf(undefined, after).added).toHaveLength(3);
});

describe('a machine has a release whole', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-release-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const names = ['index.php', 'a/deep/file', 'a b', "it's", 'z\\n', 'é', 'ﬀ', '😀', 'Z', '_'];
  const spec: ReleaseSpec = {
    ...{
      content: 'site' as ContentName,
      path: '/srv/site',
      folder: '/releases',
      checks: [],
      rereads: [],
      isOrigin: false,
    },
    release: release(...names.map((path, index) => file(path, path, { isExecutable: index === 0 }))),
    links: [{ path: 'media', target: '/var/written/media' }],
  };
  for (const { path, isExecutable, sha256 } of spec.release.files) {
    const at = join(folder, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, sha256.slice(0, spec.release.files.find((one) => one.path === path)?.bytes));
    chmodSync(at, isExecutable ? 0o755 : 0o644);
    utimesSync(at, 100, 100);
  }
  symlinkSync('/var/written/media', join(folder, 'media'));
  const listed = () => execFileSync('sh', ['-c', listTree], { cwd: folder, encoding: 'utf8' });
  // Whoever runs the tests owns these files, and root those of a machine.
  const owner = execFileSync('sh', ['-c', 'echo $(id -un):$(id -gn)'], { encoding: 'utf8' }).trim();
  const bytesOf = (text: string) => Buffer.byteLength(text);
  const wanted = () =>
    treeText({
      ...spec,
      release: release(...spec.release.files.map((one) => ({ ...one, bytes: bytesOf(one.path.slice(0, one.bytes)) }))),
    }).replaceAll('root:root', owner);

  test('when its files are listed as the release lists them, whatever their names', () => {
    expect(listed()).toBe(wanted());
  });

  test.each<[string, () => void]>([
    ['a file was written to', () => writeFileSync(join(folder, 'Z'), 'y')],
    ['a file was added', () => writeFileSync(join(folder, 'shell.php'), '')],
    [
      'a link leads elsewhere',
      () => {
        rmSync(join(folder, 'media'));
        symlinkSync('/etc', join(folder, 'media'));
      },
    ],
  ])('not when %s', (_, change) => {
    change();
    expect(listed()).not.toBe(wanted());
  });
});
