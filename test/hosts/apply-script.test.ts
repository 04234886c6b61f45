/** The script that makes changes: what it says, and what it does when a real shell runs it. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyScript } from '../../src/hosts/apply-script.ts';
import { stateFolder, writtenPath } from '../../src/hosts/inspect-script.ts';
import type { Change } from '../../src/model/plan.ts';
import { digestOf, directoryChange, fileChange, plain, removeChange, taskChange, unitChange } from './changes.ts';

test('what it says', async () => {
  const changes: Change[] = [
    directoryChange('/srv/site', 0o755),
    fileChange('/etc/app/app.conf', 'port = 1\n', { owner: 'root:root' }),
    fileChange('/etc/systemd/system/app.service', '[Service]\n', { owner: 'root:root', mode: 0o644 }),
    removeChange('/etc/app/old conf'),
    unitChange('app.service', 'reload'),
    taskChange('tell it', `echo 'told'`, { check: 'test -e /told', inputs: ['/etc/app/app.conf'] }),
    taskChange('tell again', 'echo again', { inputs: ['/etc/app/app.conf'] }),
  ].map((change) =>
    change.kind === 'directory' ? { ...change, directory: { ...change.directory, owner: 'root:root' } } : change,
  );
  await expect(`${applyScript('app', changes, plain)}\n`).toMatchFileSnapshot('golden/apply-script.sh');
});

test('a unit that was masked is unmasked, whether for good or until the next boot', () => {
  const change = { ...unitChange('app.service', 'restart'), why: { code: 'masked', says: '' } } as Change;
  const script = applyScript('app', [change], plain);
  expect(script).toContain('systemctl unmask --quiet app.service');
  expect(script).toContain('systemctl unmask --runtime --quiet app.service');
  expect(applyScript('app', [unitChange('app.service', 'restart')], plain)).not.toContain('unmask');
});

describe('run by a real shell', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'spillway-apply-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const at = (...parts: string[]) => join(folder, ...parts);
  const state = (path: string) => path.replace(stateFolder, at('state'));
  /** The state folder is the machine's own; here it is in the test's. */
  const script = (changes: readonly Change[]) =>
    applyScript('app', changes, plain).replaceAll(stateFolder, at('state'));
  const run = (text: string) => spawnSync('sh', ['-s'], { input: text, encoding: 'utf8' });
  const apply = (...changes: Change[]) => run(script(changes));

  test('a file has its content, owner and mode, and it is noted what was written', () => {
    const { stdout, status, stderr } = apply(directoryChange(at('d'), 0o711), fileChange(at('d/a'), 'one\n'));
    expect({ stdout, status, stderr }).toEqual({ stdout: 'begin 0\nbegin 1\nend\n', status: 0, stderr: '' });
    expect(readFileSync(at('d/a'), 'utf8')).toBe('one\n');
    expect(statSync(at('d/a')).mode & 0o7777).toBe(0o640);
    expect(statSync(at('d')).mode & 0o7777).toBe(0o711);
    expect(readFileSync(state(writtenPath(at('d/a'))), 'utf8')).toBe(`${digestOf('one\n')}\t${at('d/a')}\n`);
  });

  test('any bytes arrive as they are, under any name', () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 30 })
      .filter((text) => !/[\0/]/.test(text) && text !== '.' && text !== '..' && Buffer.byteLength(text) < 200);
    const files = fc.uniqueArray(fc.tuple(name, fc.uint8Array({ maxLength: 300 })), {
      selector: ([one]) => one,
      maxLength: 20,
    });
    fc.assert(
      fc.property(files, (all) => {
        const changes = all.map(([one, bytes], index) => fileChange(at('any', String(index), one), Buffer.from(bytes)));
        expect(apply(...changes).stderr).toBe('');
        for (const [index, [one, bytes]] of all.entries()) {
          expect(readFileSync(at('any', String(index), one)).equals(Buffer.from(bytes))).toBe(true);
          rmSync(at('any', String(index)), { recursive: true });
        }
      }),
      { numRuns: 15 },
    );
  });

  test.each(['', '\n', 'end', '.end\n', 'SPILLWAY\n', `it's $HOME \`id\` \\\n`])(
    'text like %j is no script',
    (text) => {
      expect(apply(fileChange(at('a'), text)).status).toBe(0);
      expect(readFileSync(at('a'), 'utf8')).toBe(text);
    },
  );

  test('no line of a file ends it, though it be one that base64 writes', () => {
    const word = Buffer.from('SPILLWAY', 'base64');
    expect(apply(fileChange(at('a'), word)).status).toBe(0);
    expect(readFileSync(at('a')).equals(word)).toBe(true);
  });

  test('a large file is one', () => {
    const bytes = Buffer.alloc(3_000_000, 'spillway');
    expect(apply(fileChange(at('a'), bytes)).status).toBe(0);
    expect(readFileSync(at('a')).equals(bytes)).toBe(true);
  });

  test('a path may be as long as the system lets it', () => {
    const long = at(...Array.from({ length: 12 }, () => 'x'.repeat(200)), 'a');
    expect(apply(fileChange(long, 'a')).stderr).toBe('');
    expect(readFileSync(long, 'utf8')).toBe('a');
  });

  test('a link is replaced by the file, and what it led to is left alone', () => {
    writeFileSync(at('far'), 'far');
    symlinkSync(at('far'), at('a'));
    expect(apply(fileChange(at('a'), 'near')).status).toBe(0);
    expect(readFileSync(at('a'), 'utf8')).toBe('near');
    expect(readFileSync(at('far'), 'utf8')).toBe('far');
  });

  test('it stops at the first change that fails, whose number was the last that it began', () => {
    const { stdout, status, stderr } = apply(
      taskChange('fine', 'true'),
      taskChange('bad', 'echo no such luck >&2; exit 3'),
      fileChange(at('after'), ''),
    );
    expect({ stdout, status }).toEqual({ stdout: 'begin 0\nbegin 1\n', status: 3 });
    expect(stderr).toContain('no such luck');
    expect(existsSync(at('after'))).toBe(false);
  });

  test('a file that cannot be laid leaves the old one, and no half one beside it', () => {
    writeFileSync(at('a'), 'old');
    const { status } = apply(fileChange(at('a'), 'new', { owner: 'nobody-of-this-name:root' }));
    expect(status).not.toBe(0);
    expect(readFileSync(at('a'), 'utf8')).toBe('old');
    expect(readdirSync(folder).filter((name) => name.startsWith('.spillway'))).toEqual([]);
  });

  test('wherever the script is cut off, nothing was done', () => {
    writeFileSync(at('a'), 'old');
    const whole = script([fileChange(at('a'), 'x'.repeat(600)), taskChange('t', `touch ${at('touched')}`)]);
    for (let length = 0; length < whole.length; length += 61) {
      const { status, stdout } = run(whole.slice(0, length));
      expect(stdout.endsWith('end\n') && status === 0).toBe(false);
      expect(readFileSync(at('a'), 'utf8')).toBe('old');
    }
    expect(existsSync(at('touched'))).toBe(false);
  });

  test('nobody hears it: it ends before the next change', () => {
    const text = script([taskChange('first', `touch ${at('first')}`), taskChange('second', `touch ${at('second')}`)]);
    // A pipe whose reader has gone, as a session that was lost.
    spawnSync('sh', ['-c', `{ sleep 0.2; sh -s; } | true`], { input: text });
    expect(existsSync(at('second'))).toBe(false);
  });

  test('a task is done once, until its check fails or its input changed', () => {
    const count = `echo x >> ${at('count')}`;
    const change = taskChange('count', count, { check: `test -e ${at('count')}`, inputs: ['/x'] });
    const counted = () => readFileSync(at('count'), 'utf8').length / 2;
    apply(change);
    apply(change);
    expect(counted()).toBe(1);
    apply({ ...change, stamp: 'other' } as Change);
    expect(counted()).toBe(2);
    rmSync(at('count'));
    apply({ ...change, stamp: 'other' } as Change);
    expect(counted()).toBe(1);
  });

  test('a task that failed is not noted as done, and a step of it that fails is no end of it', () => {
    const change = taskChange('fails', `false; touch ${at('went-on')}; exit 1`, { inputs: ['/x'] });
    expect(apply(change).status).toBe(1);
    expect(existsSync(at('went-on'))).toBe(true);
    expect(existsSync(at('state/tasks'))).toBe(true);
    expect(readdirSync(at('state/tasks'))).toEqual([]);
  });

  test('a task reads no further than its own text', () => {
    expect(apply(taskChange('reads', 'cat >&2'), fileChange(at('a'), 'a')).status).toBe(0);
    expect(readFileSync(at('a'), 'utf8')).toBe('a');
  });
});
