/** A scenario by its name, beside the platform's blueprint, or by its path. */
import { suggest } from '../../blueprint/suggest.ts';
import { SpillwayError } from '../../model/errors.ts';
import { parseScenario } from '../../rehearse/scenario/parse.ts';
import type { Scenario } from '../../rehearse/scenario/scenario.ts';
import { BlueprintError } from '../load.ts';
import type { Toolbox } from '../toolbox.ts';
import type { Work } from '../work.ts';

/** Of those beside the blueprint. */
export function scenarioNames({
  toolbox: { files },
  file,
}: {
  readonly toolbox: Pick<Toolbox, 'files'>;
  readonly file: string;
}): readonly string[] {
  const folder = files.resolve(file, '..', 'scenarios');
  if (!files.exists(folder)) return [];
  return files.readTree(folder, folder, limits).files.flatMap((one) => /^([^/]+)\.yaml$/.exec(one.path)?.[1] ?? []);
}

export function findScenario(
  {
    toolbox: { files },
    file,
    blueprint,
  }: Pick<Work, 'file' | 'blueprint'> & { readonly toolbox: Pick<Toolbox, 'files'> },
  which: string,
): { name: string; scenario: Scenario } {
  const folder = files.resolve(file, '..', 'scenarios');
  const path = which.includes('/') ? which : files.resolve(folder, `${which}.yaml`);
  if (!files.exists(path)) {
    const names = scenarioNames({ toolbox: { files }, file });
    const meant = suggest(which, names);
    throw new SpillwayError({
      code: 'no-scenario',
      message: `${blueprint.platform} has no scenario \`${which}\``,
      mend: meant === undefined ? `known: ${names.join(', ') || 'none'}` : `did you mean \`${meant}\`?`,
      exit: 'wrongInput',
    });
  }
  const text = files.readText(path);
  const parsed = parseScenario(text, blueprint, (beside) => files.readText(files.resolve(file, '..', beside)));
  if (!parsed.ok) throw new BlueprintError(files.shorten(path), text, parsed.problems);
  const name = /([^/]+)\.ya?ml$/.exec(path)?.[1] ?? which;
  return { name, scenario: parsed.scenario };
}

/** Chosen: scenarios are pages of text. */
const limits = { mostBytes: 10_000_000, mostFiles: 10_000, leaveOut: [] };
