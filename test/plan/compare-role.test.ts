/** What differs between a recipe and a machine, and why: one row a reason. */
import { describe, expect, test } from 'vitest';
import type { RoleFacts } from '../../src/model/facts.ts';
import type { ContentName, ReleaseId } from '../../src/model/ids.ts';
import { changeSubject } from '../../src/model/plan.ts';
import type { ReleaseSpec } from '../../src/model/release.ts';
import type { Recipe } from '../../src/model/recipe.ts';
import { compareRole } from '../../src/plan/compare-role.ts';

const site: ReleaseSpec = {
  content: 'site' as ContentName,
  release: {
    id: 'cafe' as ReleaseId,
    files: [{ path: 'index.php', sha256: 'abc', bytes: 3, isExecutable: false, modifiedAtS: 7 }],
  },
  path: '/srv/site',
  folder: '/var/lib/releases',
  links: [{ path: 'media', target: '/var/lib/written/media' }],
  checks: ['exit 0'],
  isOrigin: false,
  rereads: ['php.service'],
};

const recipe: Recipe = {
  role: 'web',
  packages: ['nginx-light'],
  directories: [{ path: '/srv', owner: 'www-data:www-data', mode: 0o755 }],
  files: [
    { path: '/etc/a.conf', content: 'a', owner: 'root:root', mode: 0o644 },
    { path: '/etc/b.conf', content: 'b', owner: 'root:root', mode: 0o600 },
  ],
  releases: [site],
  synced: [],
  absent: ['/etc/default.conf'],
  units: [
    { name: 'one.service', reads: ['/etc/a.conf', '/etc/b.conf'], rereads: 'reload' },
    { name: 'two.service', reads: ['/etc/b.conf'], rereads: 'restart' },
  ],
  tasks: [
    { name: 'load', when: 'after-units', run: 'load', inputs: ['/etc/a.conf'] },
    { name: 'name', when: 'before-units', check: 'test', run: 'set' },
  ],
  probes: [],
  after: [],
};

/** Stands in for SHA-256. */
const digest = ({ content }: { content: string }) => `digest-of-${content}`;
/** The first 16 characters of each digest that a unit or task reads. */
const stamps = { a: 'digest-of-a', b: 'digest-of-b', both: 'digest-of-a-digest-of-b' };

const path = (content: string, mode: number) => ({
  ...{ owner: 'root:root', mode },
  digest: digest({ content }),
  written: digest({ content }),
});

const asWanted: RoleFacts = {
  missingPackages: [],
  paths: new Map<string, ReturnType<typeof path> | { digest: string; owner: string; mode: number }>([
    ['/srv', { digest: '', owner: 'www-data:www-data', mode: 0o755 }],
    ['/etc/a.conf', path('a', 0o644)],
    ['/etc/b.conf', path('b', 0o600)],
  ]),
  releases: new Map([
    [
      site.content,
      {
        id: 'cafe',
        tree: 'digest-of-index.php\t3\t7.0000000000\t644\troot:root\nmedia\tlink\t/var/lib/written/media\n',
      },
    ],
  ]),
  units: new Map([
    ['one.service', { active: true, enabled: true, stamp: stamps.both }],
    ['two.service', { active: true, enabled: true, stamp: stamps.b }],
  ]),
  tasks: new Map([
    ['load', { checked: false, stamp: stamps.a }],
    ['name', { checked: true, stamp: '' }],
  ]),
  probes: new Map(),
};

/** The facts as wanted, but for one of them; undefined takes it away. */
function but(of: 'paths' | 'releases' | 'units' | 'tasks', name: string, changed: object | undefined): RoleFacts {
  const facts: ReadonlyMap<string, object> = asWanted[of];
  const rest = [...facts].filter(([key]) => key !== name);
  return { ...asWanted, [of]: new Map(changed ? [...rest, [name, { ...facts.get(name), ...changed }]] : rest) };
}

function show(facts: RoleFacts | undefined, wanted = recipe): string[] {
  return compareRole(wanted, facts, digest).map((change) => {
    const action = change.kind === 'unit' ? ` ${change.action}` : '';
    return `${change.kind} ${changeSubject(change)}${action}: ${change.why.code}`;
  });
}

test('nothing differs', () => {
  expect(show(asWanted)).toEqual([]);
});

test('on a new machine everything is to be done, in this order', () => {
  expect(show(undefined)).toEqual([
    'directory /srv: new-machine',
    'file /etc/a.conf: new-machine',
    'file /etc/b.conf: new-machine',
    'remove-file /etc/default.conf: new-machine',
    'release site cafe: new-machine',
    'task name: new-machine',
    'unit one.service restart: new-machine',
    'unit two.service restart: new-machine',
    'task load: new-machine',
  ]);
});

describe('one thing differs', () => {
  test.each<[string, RoleFacts, string[]]>([
    ['a directory is gone', but('paths', '/srv', undefined), ['directory /srv: missing']],
    ['a directory has another owner', but('paths', '/srv', { owner: 'root:root' }), ['directory /srv: owner']],
    ['a directory has another mode', but('paths', '/srv', { mode: 0o700 }), ['directory /srv: mode']],
    [
      'a file is gone',
      but('paths', '/etc/a.conf', undefined),
      ['file /etc/a.conf: missing', 'unit one.service reload: reads-changed'],
    ],
    [
      'a file has other content than was written',
      but('paths', '/etc/a.conf', { digest: 'x' }),
      ['file /etc/a.conf: changed-by-hand', 'unit one.service reload: reads-changed'],
    ],
    [
      'a file is as it was written, for an older blueprint',
      but('paths', '/etc/b.conf', { digest: 'x', written: 'x' }),
      [
        'file /etc/b.conf: blueprint-changed',
        'unit one.service reload: reads-changed',
        'unit two.service restart: reads-changed',
      ],
    ],
    [
      'a file was there before Spillway',
      but('paths', '/etc/a.conf', { digest: 'x', written: undefined }),
      ['file /etc/a.conf: not-ours', 'unit one.service reload: reads-changed'],
    ],
    [
      'a file has another owner',
      but('paths', '/etc/a.conf', { owner: 'www-data:www-data' }),
      ['file /etc/a.conf: owner', 'unit one.service reload: reads-changed'],
    ],
    [
      'a file has another mode',
      but('paths', '/etc/a.conf', { mode: 0o666 }),
      ['file /etc/a.conf: mode', 'unit one.service reload: reads-changed'],
    ],
    [
      'a file that must not be is there',
      but('paths', '/etc/default.conf', { digest: 'x', owner: 'root:root', mode: 0o644 }),
      ['remove-file /etc/default.conf: not-wanted'],
    ],
    [
      'a unit was stopped, or is on its way',
      but('units', 'one.service', { active: false }),
      ['unit one.service start: stopped'],
    ],
    [
      'a unit was stopped that has read other files than there are',
      but('units', 'one.service', { active: false, stamp: 'x' }),
      ['unit one.service restart: stopped'],
    ],
    ['a unit is not there', but('units', 'two.service', undefined), ['unit two.service restart: stopped']],
    [
      'a unit would not start with the machine',
      but('units', 'one.service', { enabled: false }),
      ['unit one.service start: not-enabled'],
    ],
    [
      'its file was written, and then the controller died',
      but('units', 'one.service', { stamp: 'older' }),
      ['unit one.service reload: not-read-yet'],
    ],
    ['a content has no release yet', but('releases', 'site', undefined), ['release site cafe: no-release']],
    ['a content shows another release', but('releases', 'site', { id: 'old' }), ['release site cafe: other-release']],
    [
      'a file of a release was changed by hand',
      but('releases', 'site', { tree: 'x' }),
      ['release site cafe: release-damaged'],
    ],
    ['a task ran with other inputs', but('tasks', 'load', { stamp: 'older' }), ['task load: inputs-changed']],
    ['a task never ran', but('tasks', 'load', undefined), ['task load: inputs-changed']],
    ['what a task did is undone', but('tasks', 'name', { checked: false }), ['task name: not-so']],
  ])('%s', (_, facts, changes) => {
    expect(show(facts)).toEqual(changes);
  });
});

test('who changed a file by hand is told, whatever the blueprint wants now', () => {
  const wanted = { ...recipe, files: recipe.files.map((file) => ({ ...file, content: 'new' })) };
  const facts = but('paths', '/etc/a.conf', { digest: 'x' });
  expect(show(facts, wanted)).toContain('file /etc/a.conf: changed-by-hand');
  expect(show(facts, wanted)).toContain('file /etc/b.conf: blueprint-changed');
});

test('the order of what a unit reads is part of its stamp, so that no two sets look alike', () => {
  const changes = compareRole(recipe, undefined, digest);
  const stampOf = (name: string) =>
    changes.flatMap((change) => (change.kind === 'unit' && change.unit.name === name ? [change.stamp] : []));
  expect(stampOf('one.service')).toEqual([stamps.both]);
  expect(stampOf('two.service')).toEqual([stamps.b]);
});
