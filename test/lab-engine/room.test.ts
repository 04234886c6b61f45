import { describe, expect, test } from 'vitest';
import {
  lacksFor,
  mostFor,
  raisedAsFar,
  raiseTo,
  roomFor,
  shortfallOf,
  type Supply,
} from '../../src/engines/lab/room.ts';

const plenty: readonly Supply[] = [
  { name: 'inotify', most: 128, used: 4 },
  { name: 'watches', most: 200_000, used: 200 },
  { name: 'pids', most: 32_768, used: 500 },
  { name: 'files', most: 2_000_000, used: 3000 },
  { name: 'conntrack', most: 262_144, used: 0 },
  { name: 'memory', most: 24_000, used: 0 },
  { name: 'disk', most: 80_000, used: 0 },
];
const having = (...changes: readonly Supply[]) =>
  plenty.map((supply) => changes.find(({ name }) => name === supply.name) ?? supply);
const short = (more: number, supplies = plenty) => lacksFor(more, supplies).map(({ supply }) => supply.name);

describe('a host lacks', () => {
  test.each<readonly [string, number, readonly Supply[], readonly Supply['name'][]]>([
    ['nothing for a small platform', 9, plenty, []],
    ['inotify instances for forty', 40, plenty, ['inotify']],
    ['them for nine when others hold them', 9, having({ name: 'inotify', most: 128, used: 120 }), ['inotify']],
    ['process numbers', 9, having({ name: 'pids', most: 4096, used: 3000 }), ['pids']],
    ['memory', 9, having({ name: 'memory', most: 1000, used: 0 }), ['memory']],
    ['disk', 9, having({ name: 'disk', most: 2000, used: 0 }), ['disk']],
    ['connections, however few machines', 1, having({ name: 'conntrack', most: 8192, used: 0 }), ['conntrack']],
    [
      'files and watches',
      9,
      having({ name: 'files', most: 30_000, used: 9000 }, { name: 'watches', most: 1000, used: 0 }),
      ['watches', 'files'],
    ],
    ['nothing of what it does not tell', 900, [], []],
  ])('%s', (_, more, supplies, lacking) => {
    expect(short(more, supplies)).toEqual(lacking);
  });
});

test('what it lacks is said with its number and a mend that is enough', () => {
  const [lack] = lacksFor(40, plenty);
  expect(shortfallOf(lack!, 40)).toEqual({
    what: 'There are too few inotify instances for 40 machines more: 128, of which 4 are used.',
    mend: 'sysctl -w fs.inotify.max_user_instances=220',
  });
  expect(short(40, having({ name: 'inotify', most: 220, used: 4 }))).toEqual([]);
  const [memory] = lacksFor(1, having({ name: 'memory', most: 300, used: 0 }));
  expect(shortfallOf(memory!, 1).what).toBe('There is too little memory for one machine more: 300 MB are free.');
});

test('a limit that is raised is raised for as many again, and no higher than it may be', () => {
  const [lack] = lacksFor(40, plenty);
  expect(raiseTo(lack!)).toBe(440);
  const [many] = lacksFor(1_000_000, plenty);
  expect(raiseTo(many!)).toBe(1_048_576);
});

test('how many more fit, and what ends first', () => {
  expect(mostFor(plenty)).toEqual({ most: 21, by: 'inotify instances' });
  expect(mostFor(raisedAsFar(plenty))).toEqual({ most: 237, by: 'memory' });
  expect(mostFor(having({ name: 'memory', most: 100, used: 0 }))).toEqual({ most: 0, by: 'memory' });
});

test('of this host, a look changes nothing and finds room or says what is short', async () => {
  const { raised, shortfalls, most } = await roomFor('/tmp', 0, false);
  expect(raised).toEqual([]);
  if (shortfalls.length === 0) expect(most).toBeGreaterThanOrEqual(0);
  const crowd = await roomFor('/tmp', 10_000_000, false);
  expect(crowd.shortfalls.map(({ what }) => what).join()).toContain('memory');
});
