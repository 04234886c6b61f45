/** What a node without a cluster does, from what each node says of itself: the program's one rule, asked as it stands on the machines. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program } from '../../src/roles/galera/program.ts';
import { clusterWith, fileOn } from './platforms.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-galera-'));
  writeFileSync(join(folder, 'galera-node'), program);
  writeFileSync(join(folder, 'nodes'), fileOn(clusterWith(), 'cluster-1', '/etc/spillway/galera.nodes'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** `cluster-2` decides; each line is what one said, and who has no line did not answer. */
function verdict(said: Readonly<Record<string, string>>): string {
  const input = Object.entries(said).map(([name, says]) => `${name} ${says}\n`);
  const env = { ...process.env, GALERA_NODES: join(folder, 'nodes') };
  const { stdout, stderr } = spawnSync('perl', [join(folder, 'galera-node'), 'verdict', 'cluster-2'], {
    ...{ env, input: input.join(''), encoding: 'utf8' },
  });
  expect(stderr).toBe('');
  return stdout.trim();
}

const one = '11111111-1111-1111-1111-111111111111';
const two = '22222222-2222-2222-2222-222222222222';
const waits = (seqno: number, uuid = one) => `is=waits uuid=${uuid} seqno=${seqno} has=cluster`;
const fresh = 'is=waits uuid=- seqno=-1 has=nothing';
const alone = 'is=waits uuid=- seqno=-1 has=alone';
const torn = 'is=waits uuid=- seqno=-1 has=torn';
const primary = (uuid = one) => `is=primary uuid=${uuid} seqno=90 local=synced`;
const parted = (seqno: number) => `is=parted uuid=${one} seqno=${seqno}`;
const votes = 'is=votes';
const idle = 'is=idle';

describe('a node joins', () => {
  test.each([
    ['a cluster that is there', { 'cluster-1': primary(), 'cluster-2': waits(80) }],
    ['though others do not answer', { 'cluster-3': primary(), 'cluster-2': waits(80) }],
    ['as a new machine', { 'cluster-1': primary(), 'cluster-2': fresh }],
    ['after a copy that was not finished', { 'cluster-1': primary(), 'cluster-2': torn }],
  ])('%s', (_, said) => {
    expect(verdict(said)).toMatch(/^join /);
  });
});

describe('a node begins the cluster', () => {
  test.each([
    ['when it has most', { 'cluster-1': waits(7), 'cluster-2': waits(9), 'cluster-3': waits(8) }],
    ['of two that have most, as the first', { 'cluster-1': waits(7), 'cluster-2': waits(9), 'cluster-3': waits(9) }],
    ['when the others are new machines', { 'cluster-1': fresh, 'cluster-2': waits(9), 'cluster-3': fresh }],
    [
      'when it lives, has no quorum, and all others came back with less',
      { 'cluster-1': waits(7), 'cluster-2': parted(9), 'cluster-3': waits(8) },
    ],
    [
      'when it alone holds databases, of no cluster yet',
      { 'cluster-1': fresh, 'cluster-2': alone, 'cluster-3': fresh },
    ],
    [
      'once the arbiters have given up their votes',
      { 'cluster-1': waits(7), 'cluster-2': waits(9), 'cluster-3': waits(8), 'votes-1': idle, 'votes-2': idle },
    ],
    [
      'though an arbiter does not answer',
      { 'cluster-1': waits(7), 'cluster-2': waits(9), 'cluster-3': waits(8), 'votes-2': idle },
    ],
  ])('%s', (_, said) => {
    expect(verdict(said)).toMatch(/^bootstrap /);
  });

  test('a new one, as the first of all', () => {
    const said = { 'cluster-1': fresh, 'cluster-2': fresh, 'cluster-3': fresh };
    expect(verdict(said)).toBe('wait cluster-1 begins the cluster: it has most');
  });
});

describe('a node waits', () => {
  test.each([
    [
      'for one that does not answer, for it may have more',
      { 'cluster-2': waits(9), 'cluster-3': waits(8) },
      'cluster-1 must answer before the node can be known that has most',
    ],
    [
      'for one that is on its way',
      { 'cluster-1': 'is=starting', 'cluster-2': waits(9), 'cluster-3': waits(8) },
      'on cluster-1 MariaDB is starting',
    ],
    [
      'for one that was stopped by hand',
      { 'cluster-1': 'is=stopped', 'cluster-2': waits(9), 'cluster-3': waits(8) },
      'on cluster-1 MariaDB is stopped',
    ],
    [
      'for one that has more',
      { 'cluster-1': waits(7), 'cluster-2': waits(8), 'cluster-3': waits(9) },
      'cluster-3 begins the cluster: it has most',
    ],
    [
      'until arbiters no longer vote for what is no more',
      { 'cluster-1': waits(7), 'cluster-2': waits(9), 'cluster-3': waits(8), 'votes-1': votes, 'votes-2': idle },
      'votes-1 must give up its vote for the old cluster first',
    ],
    [
      'for a person, when nodes are of different clusters',
      { 'cluster-1': waits(7, two), 'cluster-2': waits(9), 'cluster-3': fresh },
      'Which one is right, only a person can say',
    ],
    [
      'for a person, when several hold databases of no cluster',
      { 'cluster-1': alone, 'cluster-2': alone, 'cluster-3': fresh },
      'Drop by hand those that are not needed',
    ],
    [
      'for a person, when the only data may not be whole',
      { 'cluster-1': fresh, 'cluster-2': torn, 'cluster-3': fresh },
      'cluster-2 hold databases, and no node knows which are right',
    ],
    [
      'for a person, before it loses its own databases to a cluster',
      { 'cluster-1': primary(), 'cluster-2': alone },
      'to join cluster-1 would lose them',
    ],
    [
      'for a person, before it loses what it has of another cluster',
      { 'cluster-1': primary(two), 'cluster-2': waits(9) },
      'to join would lose what only this one has',
    ],
  ])('%s', (_, said, why) => {
    expect(verdict(said)).toMatch(/^wait /);
    expect(verdict(said)).toContain(why);
  });
});
