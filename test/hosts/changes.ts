/** Changes as a plan has them, for the tests of how they are made. */
import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { execFileSync } from 'node:child_process';
import type { Change } from '../../src/model/plan.ts';
import type { FileSpec, Owner, Recipe, TaskSpec, UnitSpec } from '../../src/model/recipe.ts';

const why = { code: 'test', says: 'is tested' };

/** Who runs the tests, so that they need not be root. */
export const owner = execFileSync('stat', ['-c', '%U:%G', userInfo().homedir], { encoding: 'utf8' }).trim() as Owner;

export const digestOf = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

export function fileChange(path: string, content: string | Buffer, more: Partial<FileSpec> = {}): Change {
  const spec: FileSpec = Buffer.isBuffer(content)
    ? { path, content: content.toString('base64'), encoding: 'base64', owner, mode: 0o640, ...more }
    : { path, content, owner, mode: 0o640, ...more };
  return { kind: 'file', file: spec, digest: digestOf(content), why };
}

export function taskChange(name: string, run: string, more: Partial<TaskSpec> = {}): Change {
  return { kind: 'task', task: { name, when: 'after-units', run, ...more }, stamp: 'stamp', why };
}

export function unitChange(name: string, action: 'start' | 'reload' | 'restart'): Change {
  const unit: UnitSpec = { name, reads: [], rereads: 'reload' };
  return { kind: 'unit', unit, action, stamp: 'stamp', why };
}

export function directoryChange(path: string, mode: number): Change {
  return { kind: 'directory', directory: { path, owner, mode }, why };
}

export const removeChange = (path: string): Change => ({ kind: 'remove-file', path, why });

export const emptyRecipe: Recipe = {
  role: 'test',
  packages: [],
  directories: [],
  files: [],
  releases: [],
  absent: [],
  synced: [],
  units: [],
  tasks: [],
  probes: [],
  after: [],
};

/** Text as it is, without a vault. */
export const plain = ({ content, encoding }: FileSpec): string =>
  encoding === 'base64' ? content : Buffer.from(content).toString('base64');
