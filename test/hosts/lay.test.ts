/** The program that lays releases on a machine, as it stands there, in a folder of this host. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkScript, lackingIn, layOrder, layProgram, switchScript } from '../../src/hosts/lay-program.ts';
import { quote } from '../../src/hosts/quote.ts';
import type { ContentName, ReleaseId } from '../../src/model/ids.ts';
import type { ReleaseSpec } from '../../src/model/release.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'spillway-lay-'));
});
afterEach(() => rmSync(base, { recursive: true }));

const sumOf = (text: string) => createHash('sha256').update(text).digest('hex');

function releaseOf(id: string, files: Readonly<Record<string, string>>, checks: readonly string[] = []): ReleaseSpec {
  return {
    ...{ content: 'site' as ContentName, path: join(base, 'site'), folder: base, isOrigin: false, checks, rereads: [] },
    release: {
      id: id as ReleaseId,
      files: Object.entries(files).map(([path, text]) => ({
        ...{ path, sha256: sumOf(text), bytes: Buffer.byteLength(text), isExecutable: path.startsWith('bin/') },
        modifiedAtS: 1_000_000,
      })),
    },
    links: [{ path: 'public/media', target: join(base, 'written/media') }],
  };
}

/** What it answers, and which files it was sent. A first run says what it lacks, a second one gets it. */
function lay(spec: ReleaseSpec, files: Readonly<Record<string, string>>) {
  const run = (input: Buffer) =>
    spawnSync('perl', ['-e', layProgram, spec.folder, spec.release.id, spec.path], { input, encoding: 'utf8' });
  const [asked = '', then] = run(layOrder(spec)).stdout.split('\n');
  const lacking = lackingIn(asked, spec);
  if (lacking === undefined) return { answer: asked, sent: [] };
  if (lacking.length === 0) return { answer: then, sent: [] };
  const sent = lacking.map(({ path, bytes }) => Buffer.concat([Buffer.from(`${bytes}\0`), Buffer.from(files[path]!)]));
  const { stdout, stderr } = run(Buffer.concat([layOrder(spec), ...sent]));
  expect(stderr).toBe('');
  return { answer: stdout.split('\n')[1], sent: lacking.map(({ path }) => path) };
}

const sh = (lines: readonly string[]) => spawnSync('sh', ['-c', ['set -e', ...lines].join('\n')], { encoding: 'utf8' });
const use = (spec: ReleaseSpec) => expect(sh(switchScript(spec, quote)).stderr).toBe('');
const shown = (path: string) => readFileSync(join(base, 'site', path), 'utf8');

const first = { 'bin/run': '#!/bin/sh', 'public/index.php': 'one', "public/it's a \u00e9.css": 'same' };
const second = { ...first, 'public/index.php': 'two', 'public/new.php': 'new' };

describe('a release', () => {
  test('is laid beside what is shown, and shown once it is switched to', () => {
    const spec = releaseOf('aa', first);
    expect(lay(spec, first)).toEqual({ answer: 'laid', sent: Object.keys(first) });
    expect(existsSync(join(base, 'site'))).toBe(false);
    use(spec);
    expect(shown('public/index.php')).toBe('one');
    expect(statSync(join(base, 'site/bin/run')).mode & 0o777).toBe(0o755);
    expect(statSync(join(base, 'site/public/index.php'))).toMatchObject({ mtimeMs: 1_000_000_000 });
    expect(readlinkSync(join(base, 'site/public/media'))).toBe(join(base, 'written/media'));
  });

  test('costs what changed', () => {
    const [old, next] = [releaseOf('aa', first), releaseOf('bb', second)];
    lay(old, first);
    use(old);
    expect(lay(next, second).sent).toEqual(['public/index.php', 'public/new.php']);
    expect(shown('public/index.php')).toBe('one');
    use(next);
    expect(shown('public/index.php')).toBe('two');
    expect(lstatSync(join(base, 'aa/bin/run')).ino).toBe(lstatSync(join(base, 'bb/bin/run')).ino);
    // And back: nothing has to be sent.
    expect(lay(old, first)).toEqual({ answer: 'there', sent: [] });
    use(old);
    expect(shown('public/index.php')).toBe('one');
  });

  test('is laid once, however often it is asked for before it is used', () => {
    const spec = releaseOf('aa', first);
    lay(spec, first);
    expect(lay(spec, first)).toEqual({ answer: 'laid', sent: [] });
  });

  test.each<[string, (folder: string) => void]>([
    ['changed', (folder) => appendFileSync(join(folder, 'public/index.php'), 'more')],
    ['added', (folder) => writeFileSync(join(folder, 'public/shell.php'), 'x')],
    ['removed', (folder) => rmSync(join(folder, 'bin/run'))],
  ])('of which a file was %s by hand is laid anew, and takes nothing of that over', (_, change) => {
    const spec = releaseOf('aa', first);
    lay(spec, first);
    use(spec);
    change(join(base, 'aa'));
    expect(lay(spec, first).answer).toBe('laid');
    use(spec);
    expect(shown('public/index.php')).toBe('one');
    expect(readdirSync(join(base, 'aa/public')).sort()).toEqual(['index.php', "it's a \u00e9.css", 'media']);
    expect(existsSync(join(base, 'aa/bin/run'))).toBe(true);
  });

  test('that was cut off on its way is begun anew', () => {
    const spec = releaseOf('aa', first);
    const input = Buffer.concat([layOrder(spec), Buffer.from('9\0#!/b')]);
    const cut = spawnSync('perl', ['-e', layProgram, base, 'aa', spec.path], { input, encoding: 'utf8' });
    expect(cut).toMatchObject({ stderr: 'the release was cut off\n' });
    expect(cut.status).not.toBe(0);
    expect(lay(spec, first).answer).toBe('laid');
  });

  test('makes room: the one in use stays, and the two before it', () => {
    for (const id of ['aa', 'bb', 'cc', 'dd', 'ee', 'ff']) {
      const files = { 'index.php': id };
      const spec = releaseOf(id, files);
      lay(spec, files);
      if (id !== 'ff') use(spec);
    }
    expect(readdirSync(base).filter((name) => /^[a-f]+$/.test(name))).toHaveLength(3);
    expect(shown('index.php')).toBe('ee');
  });

  test('takes the place of a folder that nobody released, which stays beside', () => {
    const spec = releaseOf('aa', first);
    sh([`mkdir ${join(base, 'site')}`, `echo old >${join(base, 'site/old')}`]);
    lay(spec, first);
    use(spec);
    expect(shown('public/index.php')).toBe('one');
    expect(existsSync(join(base, 'site.before-spillway/old'))).toBe(true);
  });
});

describe('the checks of a release', () => {
  const refusing = `tr '\\0' '\\n' <"$2" | while read -r path; do ! grep -l broken "$1/$path" || exit 1; done`;

  test('see what is new in it; one that they refuse is not laid any more', () => {
    const [old, bad] = [releaseOf('aa', first), releaseOf('bb', { ...first, 'public/new.php': 'broken' }, [refusing])];
    lay(old, first);
    use(old);
    lay(bad, { ...first, 'public/new.php': 'broken' });
    const { status, stdout } = sh(checkScript(bad, quote));
    expect(status).not.toBe(0);
    expect(stdout).toContain('public/new.php');
    expect(lay(bad, { ...first, 'public/new.php': 'broken' }).sent).toEqual(['public/new.php']);
    expect(shown('public/index.php')).toBe('one');
  });

  test('are not asked about what was shown before', () => {
    const files = { 'public/old.php': 'broken' };
    const [old, next] = [releaseOf('aa', files), releaseOf('bb', { ...files, 'public/new.php': 'well' }, [refusing])];
    lay(old, files);
    use(old);
    lay(next, { ...files, 'public/new.php': 'well' });
    expect(sh(checkScript(next, quote)).status).toBe(0);
  });
});
