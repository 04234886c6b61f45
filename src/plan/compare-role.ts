/** What differs between a recipe and what was seen on the machine. */
import type { PathFact, RoleFacts } from '../model/facts.ts';
import type { Change, Reason } from '../model/plan.ts';
import { treeText, type ReleaseSpec } from '../model/release.ts';
import type { DirectorySpec, FileSpec, Recipe, TaskSpec, UnitSpec } from '../model/recipe.ts';

/** SHA-256, in hexadecimal, of what a file will hold once its secret marks are filled in. */
export type Digest = (file: Pick<FileSpec, 'content' | 'encoding'>) => string;

/** `facts` is undefined for a machine that is still to be made: then everything is to be done. */
export type Compare = (recipe: Recipe, facts: RoleFacts | undefined) => readonly Change[];

/** What it works out of a recipe serves all the machines that share it. */
export function comparer(digest: Digest): Compare {
  const marks = new Map<Recipe, Marks>();
  return (recipe, facts) => {
    const known = marks.get(recipe) ?? marksOf(recipe, digest);
    marks.set(recipe, known);
    return compare(recipe, known, facts);
  };
}

export const compareRole = (recipe: Recipe, facts: RoleFacts | undefined, digest: Digest): readonly Change[] =>
  compare(recipe, marksOf(recipe, digest), facts);

/** By what a recipe's wishes are recognised on a machine, each in the order in which it is wished. */
interface Marks {
  readonly digests: readonly string[];
  readonly trees: readonly string[];
  readonly unitStamps: readonly string[];
  readonly taskStamps: readonly string[];
}

function marksOf({ files, releases, units, tasks }: Recipe, digest: Digest): Marks {
  const digests = files.map(digest);
  const stampOf = (paths: readonly string[]) =>
    paths.map((path) => (digests[files.findIndex((file) => file.path === path)] ?? '').slice(0, 16)).join('-');
  return {
    digests,
    trees: releases.map((spec) => digest({ content: treeText(spec) })),
    unitStamps: units.map(({ reads }) => stampOf(reads)),
    taskStamps: tasks.map(({ inputs }) => stampOf(inputs ?? [])),
  };
}

function compare(recipe: Recipe, marks: Marks, facts: RoleFacts | undefined): readonly Change[] {
  const directories = recipe.directories.flatMap((directory): Change[] => {
    const why = facts === undefined ? fresh : whyDirectory(directory, facts.paths.get(directory.path));
    return why === undefined ? [] : [{ kind: 'directory', directory, why }];
  });
  const files = recipe.files.flatMap((file, index): Change[] => {
    const wanted = marks.digests[index] ?? '';
    const why = facts === undefined ? fresh : whyFile(file, wanted, facts.paths.get(file.path));
    return why === undefined ? [] : [{ kind: 'file', file, digest: wanted, why }];
  });
  const removals = recipe.absent.flatMap((path): Change[] => {
    if (facts !== undefined && !facts.paths.has(path)) return [];
    return [
      {
        kind: 'remove-file',
        path,
        why: facts === undefined ? fresh : { code: 'not-wanted', says: 'must not be there' },
      },
    ];
  });

  const releases = recipe.releases.flatMap((spec, index): Change[] => {
    const tree = marks.trees[index] ?? '';
    const why = facts === undefined ? fresh : whyRelease(spec, tree, facts);
    // Of a machine that serves nobody yet there is nothing to protect; the first of them is asked all the same.
    const isChecked = facts !== undefined || spec.isOrigin;
    return why === undefined ? [] : [{ kind: 'release', spec, tree, isChecked, why }];
  });

  const written = new Set(files.flatMap((change) => (change.kind === 'file' ? [change.file.path] : [])));
  const units = recipe.units.flatMap((unit, index): Change[] => {
    const stamp = marks.unitStamps[index] ?? '';
    const found = facts === undefined ? freshUnit : compareUnit(unit, stamp, facts, written);
    return found === undefined ? [] : [{ kind: 'unit', unit, stamp, ...found }];
  });
  const tasks = recipe.tasks.flatMap((task, index): Change[] => {
    const stamp = marks.taskStamps[index] ?? '';
    const why = facts === undefined ? fresh : whyTask(task, stamp, facts);
    return why === undefined ? [] : [{ kind: 'task', task, stamp, why }];
  });
  const tasksThat = (when: TaskSpec['when']) =>
    tasks.filter((change) => change.kind === 'task' && change.task.when === when);

  return [
    ...directories,
    ...files,
    ...removals,
    ...releases,
    ...tasksThat('before-units'),
    ...units,
    ...tasksThat('after-units'),
  ];
}

const fresh: Reason = { code: 'new-machine', says: 'the machine is new' };
const freshUnit = { action: 'restart', why: fresh } as const;

function whyDirectory({ owner, mode }: DirectorySpec, fact: PathFact | undefined): Reason | undefined {
  if (fact === undefined) return missing;
  return whyAccess(owner, mode, fact);
}

function whyFile({ owner, mode }: FileSpec, wanted: string, fact: PathFact | undefined): Reason | undefined {
  if (fact === undefined) return missing;
  if (fact.digest === wanted) return whyAccess(owner, mode, fact);
  if (fact.written === undefined) return { code: 'not-ours', says: 'is not the one that the blueprint wants' };
  if (fact.written !== fact.digest) return { code: 'changed-by-hand', says: 'was changed by hand' };
  if (fact.validUntilMs !== undefined) return { code: 'renewed', says: 'there is a newer certificate' };
  return { code: 'blueprint-changed', says: 'the blueprint wants other content now' };
}

function whyRelease({ content, release }: ReleaseSpec, tree: string, { releases }: RoleFacts): Reason | undefined {
  const fact = releases.get(content);
  if (fact === undefined) return { code: 'no-release', says: 'has no release yet' };
  if (fact.id !== release.id) return { code: 'other-release', says: `shows release ${fact.id}, should ${release.id}` };
  if (fact.tree !== tree) return { code: 'release-damaged', says: 'its files were changed by hand' };
  return undefined;
}

function whyAccess(owner: string, mode: number, fact: PathFact): Reason | undefined {
  if (fact.owner !== owner) return { code: 'owner', says: `belongs to ${fact.owner}, should to ${owner}` };
  if (fact.mode !== mode) return { code: 'mode', says: `has mode ${octal(fact.mode)}, should have ${octal(mode)}` };
  return undefined;
}

const missing: Reason = { code: 'missing', says: 'is missing' };

function compareUnit(
  unit: UnitSpec,
  stamp: string,
  { units }: RoleFacts,
  written: ReadonlySet<string>,
): { action: 'start' | 'reload' | 'restart'; why: Reason } | undefined {
  const fact = units.get(unit.name);
  const changed = unit.reads.find((path) => written.has(path));
  if (fact?.masked === true)
    return { action: 'restart', why: { code: 'masked', says: 'is masked, so that nobody can start it' } };
  if (fact?.active !== true) {
    // One that is on its way, with the files as they are, shall not begin anew.
    const action = changed === undefined && fact?.stamp === stamp ? 'start' : 'restart';
    return { action, why: { code: 'stopped', says: 'does not run' } };
  }
  if (changed !== undefined) return { action: unit.rereads, why: { code: 'reads-changed', says: `reads ${changed}` } };
  if (fact.stamp !== stamp)
    return { action: unit.rereads, why: { code: 'not-read-yet', says: 'has not read its files yet' } };
  if (!fact.enabled) return { action: 'start', why: { code: 'not-enabled', says: 'would not start with the machine' } };
  return undefined;
}

function whyTask({ name, check, inputs }: TaskSpec, stamp: string, { tasks }: RoleFacts): Reason | undefined {
  const fact = tasks.get(name);
  if (inputs !== undefined && fact?.stamp !== stamp)
    return { code: 'inputs-changed', says: `${inputs.join(', ')} changed` };
  if (check !== undefined && fact?.checked !== true) return { code: 'not-so', says: fact?.says ?? 'is not so' };
  return undefined;
}

function octal(mode: number): string {
  return `0${mode.toString(8)}`;
}
