/** What every verb of faults must be. What each does shows on real machines: `verbs.lab.test.ts`. */
import { describe, expect, test } from 'vitest';
import { entries } from '../../../src/blueprint/records.ts';
import type { EngineName, PlatformName } from '../../../src/model/ids.ts';
import { faultKinds, prepare, readMeasure, readyOrThrow, verbOf } from '../../../src/rehearse/faults/index.ts';
import type { Scene } from '../../../src/rehearse/faults/scene.ts';
import { knownTo } from '../../../src/rehearse/scenario/names.ts';
import { imaginedEngine } from '../../../src/sim/imagined-engine.ts';
import { allWell, createCaller } from '../../../src/sim/imagined-world.ts';
import { upWorld } from '../../plan/imagined.ts';
import { shopWith } from '../../plan/shop.ts';
import { blueprint } from '../scenario/sofoot.ts';

const known = knownTo(blueprint);

function scene(more: Partial<Scene> = {}): Scene {
  return {
    platform: 'shop' as PlatformName,
    engines: new Map([['lab' as EngineName, imaginedEngine(upWorld(shopWith({})), createCaller(allWell))]]),
    spared: new Set(),
    hosts: { forget: () => undefined, run: () => Promise.reject(new Error('nobody answers')) },
    controller: { kill: () => Promise.resolve() },
    ...more,
  };
}

describe.each(faultKinds)('%s', (kind) => {
  const verb = verbOf(kind);

  test('is one plain word, and is told in sentences', () => {
    expect(kind).toMatch(/^[a-z]+$/);
    expect(verb.about).toMatch(/^[A-Z].*\.$/s);
    expect(Object.values(verb.says).every((says) => /^[a-z].*[^.]$/.test(says))).toBe(true);
    expect(entries(verb.on)).not.toEqual([]);
  });

  test('its example is one of SoFoot’s, and its measure can be read', () => {
    expect(prepare({ kind, target: verb.example }, known)).toMatchObject({ ok: true });
    const { to } = verb;
    expect(readMeasure(kind, to?.example)).toMatchObject({ ok: true });
    if (to?.usual !== undefined) expect(readMeasure(kind, undefined)).toMatchObject({ ok: true });
  });

  test('machines that the blueprint spares are not touched', async () => {
    const target = verb.example.replace('rbx/sbg', 'east/west').replace(/^(sbg|rbx)$/, 'west');
    const ready = readyOrThrow({ kind, target }, { machines: [target.split('/')[0]!], sites: ['east', 'west'] });
    const engines = new Map([...scene().engines].map(([name, engine]) => [name, { ...engine, faults: noFaults }]));
    await expect(ready.begin(scene({ engines, spared: new Set(['lab']) }))).rejects.toMatchObject({
      ...{ code: 'faults-refused', exit: 'refused' },
      mend: expect.stringContaining('engines.lab.faults: allowed') as string,
    });
  });
});

const noFaults = {} as NonNullable<ReturnType<typeof imaginedEngine>['faults']>;

test.each(['freeze web-1', 'hide web-1', 'part east/west', 'slow west', 'cut west'])(
  '`%s` is refused by an engine that has no such power',
  async (words) => {
    const [kind, target = ''] = words.split(' ') as [(typeof faultKinds)[number], string?];
    const ready = readyOrThrow({ kind, target }, { machines: ['web-1'], sites: ['east', 'west'] });
    await expect(ready.begin(scene())).rejects.toMatchObject({ code: 'engine-cannot-break', exit: 'refused' });
  },
);

test.each([
  ['kill', 'web-x1', 'a machine that is not there any more has nothing to end'],
  ['freeze', 'web-x1', 'nor has one that hung'],
  ['forget', 'web-x1', 'nor one that knew no names'],
  ['crash', 'web-x1/nginx', 'nor one on which something crashed'],
] as const)('%s %s: %s', async (kind, target, _) => {
  await readyOrThrow({ kind, target }, { machines: ['web-x1'], sites: [] }).end(scene());
});

describe('what a person writes', () => {
  test.each([
    ['kill', 'web-1', true],
    ['kill', 'web-x5', true],
    ['kill', 'rbx', true],
    ['kill', 'controller', true],
    ['hide', 'all', true],
    ['part', 'rbx/gra', true],
    ['part', 'rbx/rbx', false],
    ['part', 'rbx/sbg/gra', false],
    ['crash', 'database-1/mariadbd', true],
    ['crash', 'database-1', false],
    ['crash', "database-1/x'; reboot", false],
    ['crash', 'database-1/a-name-too-long-for-a-process', false],
    ['stop', 'web-1/nginx.service', true],
    ['stop', 'web-1/$(reboot)', false],
    ['fill', 'database-1/tmp', true],
    ['fill', 'database-1/var/lib/mysql', true],
    ['fill', 'database-1/../etc', false],
    ['freeze', 'all', false],
    ['slow', 'web-1', false],
  ] as const)('%s %s: %s', (kind, target, ok) => {
    expect(prepare({ kind, target }, known).ok).toBe(ok);
  });

  test.each([
    ['kill', 'wbe-1', 'did you mean `web-1`?'],
    ['kill', 'contoller', 'did you mean `controller`?'],
    ['slow', 'sgb', 'did you mean `sbg`?'],
    ['part', 'rbx/sgb', 'did you mean `rbx/sbg`?'],
    ['crash', 'databse-1/mariadbd', 'did you mean `database-1/mariadbd`?'],
    ['crash', 'database-1', 'write for example `database-1/mariadbd`'],
    ['stop', 'web-1', 'write for example `web-1/nginx.service`'],
  ] as const)('%s %s: %s', (kind, target, mend) => {
    expect(prepare({ kind, target }, known)).toMatchObject({ ok: false, mend });
  });

  test.each([
    ['slow', undefined, '`slow` needs a `to`: what the link still carries'],
    ['slow', '1', 'the unit is missing'],
    ['slow', '0Mbit/s', 'this must be more than nothing'],
    ['kill', '50 %', '`kill` has no `to`'],
    ['exhaust', '120 %', '`120 %` is more than can be'],
  ] as const)('%s to %s: %s', (kind, text, message) => {
    expect(readMeasure(kind, text)).toMatchObject({ ok: false, message });
  });
});
