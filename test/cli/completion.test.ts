import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { bakingPoolNames, faultTargets, machineNames, platformNames, poolNames } from '../../src/app/names.ts';
import { candidates } from '../../src/cli/candidates.ts';
import { commands } from '../../src/cli/commands.ts';
import { run } from '../../src/cli/completion.ts';
import type { PlatformName } from '../../src/model/ids.ts';
import { partOf } from '../../src/sim/imagined-world.ts';
import { imaginedToolbox } from '../app/imagined-toolbox.ts';

const names = {
  platform: () => ['shop', 'sofoot'],
  machine: ([platform]: readonly string[]) => [`${platform ?? ''}-web-1`, `${platform ?? ''}-web-2`],
  pool: ([platform]: readonly string[]) => [`${platform ?? ''}-web`],
  'pool-or-machine': ([platform]: readonly string[]) => [`${platform ?? ''}-web`, `${platform ?? ''}-web-1`],
  'baking-pool': ([platform]: readonly string[]) => [`${platform ?? ''}-web`],
  fault: () => ['freeze', 'kill'],
  'fault-target': ([platform, verb]: readonly string[]) => (verb === 'freeze' ? [`${platform ?? ''}-web-1`] : []),
  what: () => ['plan', 'up'],
  part: ([what]: readonly string[]) => (what === 'failover' ? ['address', 'power'] : []),
  shell: () => ['bash', 'zsh', 'fish'],
};

test.each([
  ['', ['check', 'up', 'test', 'certificate']],
  ['ce', ['certificate']],
  ['up ', ['shop', 'sofoot']],
  ['up so', ['sofoot']],
  ['up --', ['--as', '--yes', '--replace', '--again', '--from-here', '--no-controller', '--json', '--help']],
  ['up --y', ['--yes']],
  ['up --yes ', ['shop', 'sofoot']],
  ['up sofoot ', []],
  ['up sofoot --as ', []],
  ['up --as other s', ['shop', 'sofoot']],
  ['ssh shop ', ['shop-web-1', 'shop-web-2']],
  ['ssh shop shop-web-2', ['shop-web-2']],
  ['ssh shop web-1 ', []],
  ['ssh shop web-1 -- sys', []],
  ['explain sofoot ', ['sofoot-web', 'sofoot-web-1']],
  ['scale sofoot ', ['sofoot-web']],
  ['scale sofoot web 5 --', ['--for', '--release', '--json', '--help']],
  ['fault sofoot ', ['freeze', 'kill']],
  ['fault sofoot freeze ', ['sofoot-web-1']],
  ['fault sofoot freeze web-1 --', ['--for', '--to', '--undo', '--json', '--help']],
  ['simulate --s', ['--seed', '--seeds', '--smooth', '--start', '--spread']],
  ['simulate --trace ', []],
  ['simulate --trace a.csv ', ['shop', 'sofoot']],
  ['bake sofoot ', ['sofoot-web']],
  ['bench ', ['plan', 'up']],
  ['bench plan ', []],
  ['bench failover ', ['address', 'power']],
  ['completion ', ['bash', 'zsh', 'fish']],
  ['doctor ', []],
  ['nonsense ', []],
])('spillway %s<TAB>', async (line, wanted) => {
  const words = line.split(' ');
  const found = await candidates(commands, names, words.slice(0, -1), words.at(-1)!);
  if (line === '') expect(found).toEqual(expect.arrayContaining(wanted));
  else expect(found).toEqual(wanted);
});

test('what is for programs is not offered', async () => {
  expect(await candidates(commands, names, [], 'c')).toEqual([
    'check',
    'content',
    'cost',
    'certificate',
    'compare',
    'control',
    'completion',
  ]);
});

describe('names', () => {
  test('of a platform that is up and has a blueprint stand there once', async () => {
    const { toolbox, world } = imaginedToolbox();
    toolbox.open('sofoot' as PlatformName);
    toolbox.open('other' as PlatformName);
    partOf(world, 'sofoot' as PlatformName);
    expect(await platformNames(toolbox)).toEqual(['erp', 'mobile-vpn', 'other', 'sofoot', 'wimi']);
  });

  test('of machines are known before the platform is up', async () => {
    expect(await machineNames(imaginedToolbox().toolbox, 'sofoot')).toContain('web-1');
  });

  test('of pools are those that scale', () => {
    expect(poolNames(imaginedToolbox().toolbox, 'sofoot')).toEqual(['web']);
    expect(poolNames(imaginedToolbox().toolbox, 'nothing')).toEqual([]);
  });

  test('of pools that bake', () => {
    expect(bakingPoolNames(imaginedToolbox().toolbox, 'sofoot')).toEqual(['web']);
    expect(bakingPoolNames(imaginedToolbox().toolbox, 'nothing')).toEqual([]);
  });

  test('of what a fault may be done to', () => {
    expect(faultTargets(imaginedToolbox().toolbox, 'sofoot', 'slow')).toEqual(['rbx', 'sbg', 'gra']);
    expect(faultTargets(imaginedToolbox().toolbox, 'sofoot', 'crash')).toContain('database-1/');
    expect(faultTargets(imaginedToolbox().toolbox, 'sofoot', 'nonsense')).toEqual([]);
    expect(faultTargets(imaginedToolbox().toolbox, 'nothing', 'kill')).toEqual([]);
  });

  test('of what does not exist there are none', async () => {
    expect(await machineNames(imaginedToolbox().toolbox, 'nothing')).toEqual([]);
  });
});

test('bash offers what Spillway answers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-completion-'));
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await run({ toolbox: imaginedToolbox().toolbox, operands: ['bash'], options: {}, json: false, commands });
  const script = write.mock.calls.map(([text]) => String(text)).join('');
  write.mockRestore();
  writeFileSync(join(folder, 'spillway'), '#!/bin/sh\nshift 2; echo "asked: $*"; echo web-1', { mode: 0o755 });
  const asked = `${script}\nCOMP_WORDS=(${folder}/spillway ssh sofoot ''); COMP_CWORD=3; _spillway; printf '%s|' "\${COMPREPLY[@]}"`;
  expect(execFileSync('bash', ['-c', asked], { encoding: 'utf8' })).toBe('asked: ssh sofoot |web-1|');
  rmSync(folder, { recursive: true });
});
