/** The guide shows commands, a scenario and figures; what it shows must be what is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { headroomNotes } from '../../src/plan/headroom-notes.ts';
import { repository, sofoot } from '../blueprint/sofoot.ts';
import { wrongCommands } from '../cli/wrong-commands.ts';
import { blueprintOf } from '../plan/imagined.ts';
import { told } from '../rehearse/scenario/sofoot.ts';

const read = (path: string) => readFileSync(join(repository, path), 'utf8');
const guide = read('docs/size-your-peak.md');
const blocks = [...guide.matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, text = '']) => text);

test.each(['README.md', 'docs/size-your-peak.md', 'docs/simulate.md', 'traces/README.md'])(
  '%s: Spillway has every command and option',
  (path) => {
    expect(wrongCommands(read(path))).toEqual([]);
  },
);

test.each([
  ['./spillway dance sofoot', 'dance sofoot: no such command'],
  ['`spillway plan sofoot --loud`', 'plan sofoot --loud: plan has no --loud'],
])('%s would be found', (text, says) => {
  expect(wrongCommands(text)).toEqual([says]);
});

test('what it shows of the plan is what SoFoot’s plan says', () => {
  const lines = headroomNotes(blueprintOf(sofoot)).flatMap(({ pool, says }) => says.map((one) => `${pool}: ${one}`));
  expect(lines).toHaveLength(3);
  expect(guide).toContain(`\`\`\`\n${lines.join('\n')}\n\`\`\``);
});

test('its scenario can be played', () => {
  expect(blocks.filter((text) => text.includes('traffic:')).map(told)).toEqual([[]]);
});

test.each([
  'base: { count: 3, site: rbx, flavour: host-32, serves: 450 requests/s }',
  'overflow: { count: 5, site: gra, flavour: cloud-30, serves: 350 requests/s, bake: true }',
  'scale: { ready: 8s, hold: { in: 2min } }',
  'queue: { beyond: 40, most: 6000, wait: 3s }',
  'shed: [search, comments]',
  'peak: { requests: 3000 requests/s, growth: 3, within: 20s, answer: 12kB }',
])('%s is of SoFoot’s blueprint', (line) => {
  expect(sofoot).toContain(line);
  expect(blocks.join('')).toContain(line);
});

test('hours can be written as it says', () => {
  const [, hours = ''] = /`(schedule: \[.*\])`/.exec(guide) ?? [];
  expect(hours).not.toBe('');
  const withHours = sofoot.replace('scale: { ready: 8s,', `scale: { ready: 8s, ${hours}, forecast: 10min,`);
  expect(blueprintOf(withHours).pools).toMatchObject({ web: { scale: { schedule: [{ machines: 6 }] } } });
});
