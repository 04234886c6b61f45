/** Finds a platform's blueprint by the name or path that a person gave, reads it and what it refers to. */
import { formatProblem, type Finding, type Problem } from '../blueprint/problem.ts';
import { parseBlueprint, problemIn } from '../blueprint/parse.ts';
import type { Assets, ContentAsset } from '../blueprint/platform.ts';
import { entries } from '../blueprint/records.ts';
import { suggest } from '../blueprint/suggest.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import { SpillwayError } from '../model/errors.ts';
import type { ContentName, PlatformName, ReleaseId } from '../model/ids.ts';
import { firstFolder, releaseIdLength, describeRelease, type ReleaseFile } from '../model/release.ts';
import { fileBefore } from './origin.ts';
import type { Toolbox, Tree } from './toolbox.ts';

export interface Loaded {
  readonly file: string;
  /** The file's text. */
  readonly text: string;
  readonly blueprint: Blueprint;
  readonly assets: Assets;
  /** What the releases among the assets hold, by the SHA-256 of each file. */
  readonly released: Pick<Tree, 'read'>;
}

/** A blueprint that a person must mend. The message is the whole list, as a person wants to read it. */
export class BlueprintError extends SpillwayError {
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, text: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super({
      code: 'blueprint',
      message: `${problems.map((problem) => formatProblem(file, text, problem)).join('\n\n')}\n\n${count} in ${file}`,
      mend: 'docs/reference.md lists every key',
      exit: 'wrongInput',
    });
    this.file = file;
    this.problems = problems;
  }
}

/** `which` is a path, the name of a folder in `blueprints/`, or of a platform that was brought up before. */
export function load(toolbox: Toolbox, which: string, as?: string): Loaded {
  const file = toolbox.files.shorten(findBlueprint(toolbox, which));
  const text = toolbox.files.readText(file);
  const parsed = parseBlueprint(text);
  if (!parsed.ok) throw new BlueprintError(file, text, parsed.problems);
  const name = as ?? nameBefore(toolbox, which)?.as;
  if (name !== undefined && !/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/.test(name)) {
    throw new SpillwayError({
      code: 'platform-name',
      message: `\`${name}\` cannot be a platform's name`,
      mend: 'use lower-case letters, digits and hyphens, at most 20 characters',
      exit: 'wrongInput',
    });
  }
  const blueprint = name === undefined ? parsed.blueprint : { ...parsed.blueprint, platform: name as PlatformName };
  return { file, text, blueprint, ...readAssets(toolbox, file, text, blueprint) };
}

function findBlueprint(toolbox: Toolbox, which: string): string {
  const { files } = toolbox;
  if (which.includes('/') || /\.ya?ml$/.test(which)) {
    if (files.exists(which))
      return files.exists(files.resolve(which, 'blueprint.yaml')) ? files.resolve(which, 'blueprint.yaml') : which;
    throw notFound(which, 'give the path of a blueprint that exists');
  }
  const candidates = [
    files.resolve('blueprints', which, 'blueprint.yaml'),
    files.resolve(files.home, 'blueprints', which, 'blueprint.yaml'),
  ];
  const before = nameBefore(toolbox, which)?.file;
  const found = candidates.find((path) => files.exists(path)) ?? before;
  if (found === undefined) throw unknownName(toolbox, which);
  if (files.exists(found)) return found;
  throw new SpillwayError({
    code: 'no-blueprint',
    message: `${which} was brought up from ${files.shorten(found)}, which is not there any more`,
    mend: 'give the path at which it is now, or put it back',
    exit: 'wrongInput',
  });
}

function unknownName({ files, knownPlatforms, othersKeep }: Toolbox, which: string): SpillwayError {
  const names = [...new Set([...files.blueprints(), ...knownPlatforms()])].sort();
  const meant = suggest(which, names);
  if (meant !== undefined) return notFound(which, `did you mean \`${meant}\`?`);
  if (othersKeep())
    return notFound(which, `what root brought up only root sees: sudo spillway …; or give the path of a blueprint`);
  return notFound(which, 'name a folder in blueprints/, for example `sofoot`, or give the path of a blueprint');
}

function notFound(which: string, mend: string): SpillwayError {
  return new SpillwayError({
    code: 'no-blueprint',
    message: `there is no blueprint \`${which}\``,
    mend,
    exit: 'wrongInput',
  });
}

/** From which blueprint a platform of that name comes. */
function nameBefore(toolbox: Toolbox, which: string): { file: string; as: string } | undefined {
  if (!toolbox.knownPlatforms().includes(which as PlatformName)) return undefined;
  const state = toolbox.openToLook(which as PlatformName);
  try {
    const file = fileBefore(state.store, which as PlatformName);
    return file === undefined ? undefined : { file, as: which };
  } finally {
    state.close();
  }
}

/** Chosen: a site's programs with all their libraries, and not the pictures of its visitors. */
const largestRelease = { mostBytes: 1e9, mostFiles: 100_000 };

function readAssets(
  { files }: Toolbox,
  file: string,
  text: string,
  blueprint: Blueprint,
): Pick<Loaded, 'assets' | 'released'> {
  const folder = files.resolve(file, '..');
  const beside = (path: string) => files.resolve(folder, path);
  const trees: Tree[] = [];
  const problems: Problem[] = [];
  const attempt = <Result>(path: Finding['path'], mend: string, read: () => Result): readonly Result[] => {
    try {
      return [read()];
    } catch (error) {
      if (!(error instanceof SpillwayError)) throw error;
      const missing = error.code === 'cannot-read';
      const code = error.code === 'too-large' ? 'too-large' : missing ? 'missing-file' : 'unusable-file';
      problems.push(
        problemIn(text, { code, message: error.message, mend: missing ? mend : error.mend, path, at: 'value' }),
      );
      return [];
    }
  };
  const content = entries(blueprint.content).flatMap(([name, { source, leaveOut, writable }]) =>
    attempt(['content', name, 'source'], mendContent, (): [ContentName, ContentAsset] => {
      const tree = files.readTree(beside(source), folder, { ...largestRelease, leaveOut });
      trees.push(tree);
      const released = firstOfWritable(tree.files, writable);
      const id = files.hash(describeRelease(released)).slice(0, releaseIdLength) as ReleaseId;
      return [name, { release: { id, files: released }, leftOut: tree.leftOut }];
    }),
  );
  const schemas = entries(blueprint.data).flatMap(([name, { schema }]) =>
    schema === undefined
      ? []
      : attempt(['data', name, 'schema'], mendSchema, (): [typeof name, string] => [
          name,
          files.readTextWithin(beside(schema), folder),
        ]),
  );
  if (problems.length > 0)
    throw new BlueprintError(
      file,
      text,
      problems.sort((one, other) => one.line - other.line),
    );
  const treeOf = new Map(trees.flatMap((tree) => tree.files.map(({ sha256 }) => [sha256, tree] as const)));
  return {
    assets: { content: new Map(content), schemas: new Map(schemas) },
    released: {
      read(wanted) {
        const tree = treeOf.get(wanted.sha256);
        if (tree === undefined) throw new Error(`no content holds the file ${wanted.path}`);
        return tree.read(wanted);
      },
    },
  };
}

const mendContent =
  'name a folder beside the blueprint, with a site’s programs; what is large, let `fill` make or fetch on its origin';
const mendSchema = 'name a file of SQL beside the blueprint';

/** What the folder holds of folders that applications write is what these begin with, and lies beside the rest. */
function firstOfWritable(files: readonly ReleaseFile[], writable: readonly string[]): readonly ReleaseFile[] {
  const isFirst = ({ path }: ReleaseFile) => writable.some((folder) => path.startsWith(`${folder}/`));
  return files
    .map((file) => (isFirst(file) ? { ...file, path: `${firstFolder}/${file.path}` } : file))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}
