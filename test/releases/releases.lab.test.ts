/** What visitors write is kept, whatever happens to a machine; and a release that does not work is not shown. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContentName } from '../../src/model/ids.ts';
import { exchangeCommand } from '../../src/roles/content/exchange.ts';
import { machinesOf } from '../lab/machines.ts';
import { eventually, spillway, spillwayJson, start } from '../lab/spillway.ts';
import { visitorOf } from '../lab/visitor.ts';
import { whileAsked } from '../lab/while-asked.ts';

const platform = 'test-releases';
const folder = mkdtempSync(join(tmpdir(), 'spillway-releases-'));
const file = join(folder, 'blueprint.yaml');
const entry = join(folder, 'site/public/index.php');
const original = readFileSync(join(import.meta.dirname, 'site/public/index.php'), 'utf8');
const uploads = '/srv/site/public/uploads';
let lab: ReturnType<typeof machinesOf>;
let visitor: Awaited<ReturnType<typeof visitorOf>>;

beforeAll(async () => {
  cpSync(import.meta.dirname, folder, { recursive: true });
  await spillway('down', platform, '--yes');
  const { code, stdout, stderr } = await up();
  expect(code, stdout + stderr).toBe(0);
  lab = machinesOf(platform);
  visitor = await visitorOf(platform);
});

afterAll(async () => {
  await spillway('down', platform, '--yes');
  lab.close();
  rmSync(folder, { recursive: true });
});

const up = (...words: readonly string[]) => spillway('up', file, '--as', platform, ...words);
const release = (says: string) => writeFileSync(entry, original.replace('release one', says));
const shown = async () => (await visitor.curl('http://203.0.113.10/')).body;
const on = (machine: string, script: string) => lab.on(machine, script);
/** As PHP writes it there. */
const write = (machine: string, name: string, count = 1) =>
  on(
    machine,
    `setpriv --reuid=www-data --regid=www-data --clear-groups sh -c 'for n in $(seq ${count}); do echo "${name} $n" >${uploads}/${name}-$n; done'`,
  );
const names = async (machine: string) => (await on(machine, `ls ${uploads}`)).split('\n').filter((name) => name !== '');
const countOn = (machine: string, wanted: number) =>
  eventually(
    () => names(machine),
    (found) => found.length === wanted,
  );
const exchanged = (machine: string) => on(machine, exchangeCommand('site' as ContentName, 'once'));
const idShown = (machine: string) => on(machine, 'readlink /srv/site');

describe('what visitors upload', () => {
  test('is on the other machine as well, wherever it was written, and goes everywhere when it goes', async () => {
    const { body } = await visitor.curl('--data-binary', 'a picture', 'http://203.0.113.10/by-a-visitor.txt');
    expect(body).toBe('kept');
    await write('web-1', 'at-the-origin');
    await write('web-2', 'at-a-copy');
    await Promise.all([countOn('web-1', 3), countOn('web-2', 3)]);
    await exchanged('web-2');
    await on('web-2', `rm ${uploads}/at-the-origin-1`);
    await Promise.all([countOn('web-1', 2), countOn('web-2', 2)]);
    expect(await on('web-1', `cat ${uploads}/by-a-visitor.txt`)).toBe('a picture');
  });

  test('has its place, and PHP cannot write anywhere else', async () => {
    const tries = [
      '/srv/site/public/index.php',
      '/srv/site/public/shell.php',
      '/srv/site/new',
      '/var/lib/spillway-content/site/new',
    ];
    const said = await on(
      'web-2',
      tries
        .map(
          (path) =>
            `setpriv --reuid=www-data --regid=www-data --clear-groups sh -c 'echo x >>${path}' 2>/dev/null && echo ${path}`,
        )
        .join('\n'),
    );
    expect(said).toBe('');
  });

  test('is there when the origin was made anew, and was never away on the copy', async () => {
    await write('web-2', 'before', 100);
    await countOn('web-2', 102);
    await exchanged('web-2');
    const { code, stdout, stderr } = await up('--replace', 'web-1');
    expect(code, stdout + stderr).toBe(0);
    expect(await names('web-1')).toHaveLength(102);
    expect(await names('web-2')).toHaveLength(102);
    expect(await on('web-1', `stat -c %U ${uploads}/before-7`)).toBe('www-data');
  });

  test('goes only after a word when much of it is gone at once', async () => {
    await on('web-1', `rm ${uploads}/before-*`);
    const told = async () =>
      (await spillwayJson('content', platform)).machines as {
        machine: string;
        held: { files: number; where: string }[];
      }[];
    const held = (machines: Awaited<ReturnType<typeof told>>) => machines.flatMap((one) => one.held);
    expect(held(await eventually(told, (machines) => held(machines).length > 0))).toMatchObject([
      { where: 'origin', files: 100 },
    ]);
    expect(await names('web-2')).toHaveLength(102);
    expect((await spillway('status', platform)).stdout).toContain('100 of 102 files are gone at the origin');

    expect((await spillway('content', platform, 'site', '--restore')).code).toBe(0);
    await countOn('web-1', 102);

    await on('web-1', `rm ${uploads}/before-*`);
    await eventually(told, (machines) => held(machines).length > 0);
    expect((await spillway('content', platform, 'site', '--follow')).code).toBe(0);
    await countOn('web-2', 2);
  });
});

describe('a release', () => {
  test('that PHP cannot read is used nowhere', async () => {
    const before = await Promise.all([idShown('web-1'), idShown('web-2')]);
    release("release' . (");
    const { result, lost } = await whileAsked(platform, () => up());
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/public\/index\.php line \d+: syntax error/);
    expect(lost).toEqual([]);
    expect(await Promise.all([idShown('web-1'), idShown('web-2')])).toEqual(before);
  });

  test('that fails when it is asked is taken back, with what its log says, and no visitor meets it', async () => {
    release("release two'); function_that_is_not_there('");
    writeFileSync(entry, original.replace("exit('release one')", 'exit(function_that_is_not_there())'));
    const { result, lost } = await whileAsked(platform, () => up());
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('the page / is answered with 500');
    expect(result.stderr).toContain('undefined function function_that_is_not_there');
    expect(lost).toEqual([]);
    expect(await shown()).toBe('release one');
    const { releases } = await spillwayJson('releases', platform);
    expect(releases).toMatchObject([
      { refused: { by: 'machines' } },
      { refused: { by: 'machines' } },
      { isInUse: true },
    ]);
  });

  test('that works comes to one machine after the other, and no visitor is lost', async () => {
    release('release two');
    const { result, lost } = await whileAsked(platform, () => up());
    expect(result.code, result.stderr).toBe(0);
    expect(lost).toEqual([]);
    expect(await shown()).toBe('release two');
    expect((await spillwayJson('plan', platform)).steps).toEqual([]);
  });

  test('is gone back from on all machines at once, and does not come again unless somebody means it', async () => {
    const { result, lost } = await whileAsked(platform, () => spillwayJson('rollback', platform));
    expect(result).toMatchObject({ switched: ['web-1', 'web-2'], missed: [] });
    expect(lost).toEqual([]);
    expect(await shown()).toBe('release one');
    const again = await up();
    expect(again).toMatchObject({ code: 3 });
    expect(again.stderr).toContain('rolled-back:site');
    expect((await up('--again')).code).toBe(0);
    expect(await shown()).toBe('release two');
  });

  test('whose `up` was killed in its midst is proven by the next one', async () => {
    release('release three');
    const killed = start('up', file, '--as', platform);
    await eventually(
      () => on('web-1', 'test -d /var/lib/spillway/before && echo yes'),
      (says) => says === 'yes',
    );
    killed.child.kill('SIGKILL');
    await killed.ended;
    const { result, lost } = await whileAsked(platform, () => up());
    expect(result.code, result.stderr).toBe(0);
    expect(lost).toEqual([]);
    expect(await on('web-1', 'test -d /var/lib/spillway/before || echo gone')).toBe('gone');
    expect(await shown()).toBe('release three');
  });
});
