/** The script that looks, and how its answer is read. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyScript } from '../../src/hosts/apply-script.ts';
import { inspectScript, readInspection, stampPath, stateFolder } from '../../src/hosts/inspect-script.ts';
import type { Recipe } from '../../src/model/recipe.ts';
import { mark } from '../../src/model/secrets.ts';
import { createAuthority, issueCertificate } from '../../src/store/certificates.ts';
import { digestOf, emptyRecipe, fileChange, owner, plain, taskChange } from './changes.ts';

const recipe: Recipe = {
  ...emptyRecipe,
  role: 'app',
  packages: ['app', 'app-data'],
  directories: [{ path: '/srv/app', owner: 'app:app', mode: 0o750 }],
  files: [{ path: '/etc/app.conf', content: 'x', owner: 'root:root', mode: 0o644 }],
  absent: ['/etc/old.conf'],
  units: [{ name: 'app.service', reads: ['/etc/app.conf'], rereads: 'reload' }],
  tasks: [
    { name: 'fill it', when: 'after-units', run: 'true', check: 'test -e /filled' },
    { name: 'tell', when: 'after-units', run: 'true', inputs: ['/etc/app.conf'] },
  ],
  probes: [{ name: 'app & co answer', run: `curl -s localhost || echo 'no answer'` }],
};

test('what it says', async () => {
  await expect(`${inspectScript([recipe])}\n`).toMatchFileSnapshot('golden/inspect-script.sh');
});

describe('the answer', () => {
  const rows = (...lines: string[]) => [...lines, 'end', ''].join('\n');
  const roleOf = (output: string) => {
    const facts = readInspection([recipe], output);
    return facts?.reachable === true ? facts.roles.get('app')! : undefined;
  };

  test('of a machine where all is well', () => {
    const role = roleOf(
      rows(
        'path\tapp:app\t750\t/srv/app',
        'path\troot:root\t644\t/etc/app.conf',
        'digest\tab12\t/etc/app.conf',
        'written\tab12\t/etc/app.conf',
        'stamp\tunits/app.app.service\tab',
        'stamp\ttasks/app.tell\tcd',
        'unit\tId=app.service',
        'unit\tActiveState=active',
        'unit\tUnitFileState=enabled',
        'checked\tapp\tfill it',
      ),
    )!;
    expect(role.missingPackages).toEqual([]);
    expect(Object.fromEntries(role.paths)).toEqual({
      '/srv/app': { digest: '', owner: 'app:app', mode: 0o750 },
      '/etc/app.conf': { digest: 'ab12', owner: 'root:root', mode: 0o644, written: 'ab12' },
    });
    expect(role.units.get('app.service')).toEqual({ active: true, enabled: true, stamp: 'ab' });
    expect(role.tasks.get('fill it')).toEqual({ checked: true, stamp: '' });
    expect(role.tasks.get('tell')).toEqual({ checked: false, stamp: 'cd' });
    expect(role.probes.get('app & co answer')).toBe('');
  });

  test('of one where nothing is', () => {
    const role = roleOf(rows('lacks\tapp', 'lacks\tother'))!;
    expect(role.missingPackages).toEqual(['app']);
    expect(role.paths.size).toBe(0);
    expect(role.units.get('app.service')).toEqual({ active: false, enabled: false, stamp: '' });
    expect(role.tasks.get('fill it')).toEqual({ checked: false, stamp: '' });
  });

  test('why a probe fails, in one line', () => {
    const role = roleOf(rows('probe\tapp\tapp & co answer\tno\tanswer', 'probe\tapp\tapp & co answer\tat all'))!;
    expect(role.probes.get('app & co answer')).toBe('no answer; at all');
  });

  test.each([
    ['enabled', true],
    ['static', true],
    ['enabled-runtime', true],
    ['disabled', false],
    ['masked', false],
    ['', false],
  ])('a unit whose file is %j', (state, enabled) => {
    const role = roleOf(rows('unit\tId=app.service', 'unit\tActiveState=failed', `unit\tUnitFileState=${state}`))!;
    expect(role.units.get('app.service')).toMatchObject({ active: false, enabled });
  });

  test('several units are told apart by the empty line', () => {
    const [one, other] = ['one.service', 'other.service'].map((name) => ({
      name,
      reads: [],
      rereads: 'reload' as const,
    }));
    const facts = readInspection(
      [{ ...recipe, units: [one!, other!] }],
      rows(
        'unit\tId=one.service',
        'unit\tActiveState=active',
        'unit\t',
        'unit\tActiveState=inactive',
        'unit\tId=other.service',
      ),
    )!;
    const units = facts.reachable ? facts.roles.get('app')!.units : new Map();
    expect(units.get('one.service')).toMatchObject({ active: true });
    expect(units.get('other.service')).toMatchObject({ active: false });
  });

  test('that was cut off is none, wherever the cut is', () => {
    const whole = rows('path\troot:root\t644\t/etc/app.conf', 'probe\tapp\tapp & co answer\tend');
    for (let length = 0; length < whole.length; length++) expect(roleOf(whole.slice(0, length))).toBeUndefined();
    expect(roleOf(whole)).toBeDefined();
  });
});

describe('run by a real shell', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'spillway-inspect-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const inState = (script: string) => script.replaceAll(stateFolder, join(folder, 'state'));
  const run = (script: string) => spawnSync('sh', ['-s'], { input: inState(script), encoding: 'utf8' });
  function look(seen: Recipe) {
    const { stdout } = run(inspectScript([seen]));
    const facts = readInspection([seen], stdout.replaceAll(join(folder, 'state'), stateFolder));
    if (facts?.reachable !== true) throw new Error(`it did not come to its end: ${stdout}`);
    return facts.roles.get(seen.role)!;
  }

  // A name may hold whatever a file system allows but a line's end.
  const names = [
    'plain',
    'two words',
    `it's`,
    'a:b',
    '100%',
    'back\\slash',
    'tab\there',
    'ünï',
    '-n',
    '*',
    '$(id)',
    '"',
  ];

  test.each(names)('what was written to %j is seen there', (name) => {
    const file = { path: join(folder, name), content: 'text', owner, mode: 0o600 };
    expect(run(applyScript('app', [fileChange(file.path, 'text', { mode: 0o600 })], plain)).stderr).toBe('');
    const { paths } = look({ ...emptyRecipe, role: 'app', files: [file] });
    expect(paths.get(file.path)).toEqual({ digest: digestOf('text'), owner, mode: 0o600, written: digestOf('text') });
  });

  test('a file that was changed by hand differs from what was written', () => {
    const path = join(folder, 'a');
    run(applyScript('app', [fileChange(path, 'ours')], plain));
    writeFileSync(path, 'theirs');
    chmodSync(path, 0o4755);
    const fact = look({ ...emptyRecipe, files: [{ path, content: '', owner, mode: 0o644 }] }).paths.get(path);
    expect(fact).toEqual({ digest: digestOf('theirs'), owner, mode: 0o4755, written: digestOf('ours') });
  });

  test('a folder has no digest; what is not there is absent; what must not be there is seen', () => {
    mkdirSync(join(folder, 'd'), { mode: 0o755 });
    writeFileSync(join(folder, 'unwanted'), '');
    const { paths } = look({
      ...emptyRecipe,
      directories: [{ path: join(folder, 'd'), owner, mode: 0o755 }],
      files: [{ path: join(folder, 'none'), content: '', owner, mode: 0o644 }],
      absent: [join(folder, 'unwanted')],
    });
    expect([...paths.keys()]).toEqual([join(folder, 'd'), join(folder, 'unwanted')]);
    expect(paths.get(join(folder, 'd'))!.digest).toBe('');
  });

  test('when a certificate runs out, or the authority that it came with; its key is not told', async () => {
    const atMs = Date.UTC(2030, 0, 1);
    const authority = await createAuthority('shop', atMs);
    const pem = await issueCertificate(authority, ['shop.test'], atMs);
    const path = join(folder, 'it’s a pair.pem');
    const file = { path, content: mark({ kind: 'certificate', hosts: ['shop.test'] }), owner, mode: 0o600 };
    const seen: Recipe = { ...emptyRecipe, role: 'app', files: [file] };
    const until = () => look(seen).paths.get(path)?.validUntilMs;
    expect(until()).toBeUndefined();
    writeFileSync(path, pem);
    expect(until()).toBe(atMs + 397 * 86_400_000);
    const short = await createAuthority('shop', atMs - 3600 * 86_400_000, authority.key);
    writeFileSync(path, pem.replace(authority.certificate.trim(), short.certificate.trim()));
    expect(until()).toBe(atMs + 50 * 86_400_000);
    expect(run(inspectScript([seen])).stdout).not.toContain('PRIVATE');
    expect(Buffer.from(run(inspectScript([seen])).stdout, 'base64').toString()).not.toContain('PRIVATE');
    writeFileSync(path, '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n');
    expect(until()).toBeUndefined();
  });

  test('how much room there is', () => {
    const { stdout } = run(inspectScript([]));
    const facts = readInspection([], stdout);
    const disks = facts?.reachable === true ? (facts.disks ?? []) : [];
    const own = spawnSync('df', ['-P', '-k', folder], { encoding: 'utf8' }).stdout.split('\n')[1]!.split(/ +/);
    const disk = disks.find(({ path }) => path === own[5]);
    expect(disk).toMatchObject({ sizeBytes: Number(own[1]) * 1024 });
    expect(disk!.freeBytes).toBeGreaterThan(0);
    expect(disk!.freeBytes).toBeLessThanOrEqual(disk!.sizeBytes);
  });

  test('a task’s check and stamp', () => {
    run(applyScript('app', [taskChange('to do: it', 'true', { inputs: ['/x'] })], plain));
    const { tasks } = look({
      ...emptyRecipe,
      role: 'app',
      tasks: [
        { name: 'to do: it', when: 'after-units', run: 'false', check: 'exit 0' },
        { name: 'not done', when: 'after-units', run: 'false', check: 'echo loud; exit 1' },
      ],
    });
    expect(tasks.get('to do: it')).toEqual({ checked: true, stamp: 'stamp' });
    expect(tasks.get('not done')).toEqual({ checked: false, stamp: '', says: 'loud' });
  });

  test('a probe’s words come whole, whatever is in its name; and it cannot end the answer', () => {
    const name = 'a/b & c\\d';
    const { probes } = look({ ...emptyRecipe, probes: [{ name, run: `echo one; echo end; printf 'two\\tthree'` }] });
    expect(probes.get(name)).toBe('one; end; two three');
  });

  test('a probe that talks without end is cut short', () => {
    const { probes } = look({ ...emptyRecipe, probes: [{ name: 'loud', run: 'yes' }] });
    expect(probes.get('loud')!.length).toBeLessThan(4000);
  });

  test('a probe that exits does not end the script', () => {
    const { probes } = look({
      ...emptyRecipe,
      probes: [
        { name: 'one', run: 'exit 1' },
        { name: 'two', run: 'echo no' },
      ],
    });
    expect(probes.get('two')).toBe('no');
  });

  test('packages that are not there are named', () => {
    const packages = ['no-such-package', 'libc6', 'coreutils'];
    expect(look({ ...emptyRecipe, packages }).missingPackages).toEqual(['no-such-package']);
  });

  test.each(['half-configured', 'half-installed', 'unpacked', 'config-files'])(
    'nor is one there that is %s',
    (state) => {
      const dpkg = join(folder, 'dpkg');
      mkdirSync(join(dpkg, 'info'), { recursive: true });
      mkdirSync(join(dpkg, 'updates'));
      const stanza = (name: string, status: string) =>
        `Package: ${name}\nStatus: install ok ${status}\nMaintainer: nobody\nArchitecture: all\nVersion: 1\n${status === 'installed' ? '' : 'Config-Version: 1\n'}Description: none\n`;
      writeFileSync(join(dpkg, 'status'), [stanza('whole', 'installed'), stanza('half', state)].join('\n'));
      writeFileSync(join(dpkg, 'info/half.list'), '/.\n');
      const script = `export DPKG_ADMINDIR=${dpkg}\n${inspectScript([{ ...emptyRecipe, packages: ['whole', 'half'] }])}`;
      const { stdout } = spawnSync('sh', ['-s'], { input: script, encoding: 'utf8' });
      expect(stdout.split('\n').filter((row) => row.startsWith('lacks'))).toEqual(['lacks\thalf']);
    },
  );

  test('where stamps lie has no odd characters', () => {
    expect(stampPath('task', 'app', 'to do: it/now')).toBe(`${stateFolder}/tasks/app.to_do__it_now`);
  });
});
