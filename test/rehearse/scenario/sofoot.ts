import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseBlueprint } from '../../../src/blueprint/parse.ts';
import { formatProblem } from '../../../src/blueprint/problem.ts';
import { SpillwayError } from '../../../src/model/errors.ts';
import { parseScenario } from '../../../src/rehearse/scenario/parse.ts';
import type { Scenario } from '../../../src/rehearse/scenario/scenario.ts';

export const folder = resolve(import.meta.dirname, '../../../blueprints/sofoot');
const read = (path: string) => readFileSync(resolve(folder, path), 'utf8');
const parsed = parseBlueprint(read('blueprint.yaml'));
if (!parsed.ok) throw new Error('the blueprint of SoFoot is wrong');

export const blueprint = parsed.blueprint;

export function beside(path: string): string {
  if (path !== './traces/worldcup98-26jun-minute.csv')
    throw new SpillwayError({ code: 'no-file', message: `there is no file ${path}`, mend: 'name one that is there' });
  return read(path);
}

export const scenarioText = (name: string): string => read(`scenarios/${name}.yaml`);

export function scenarioNamed(name: string): Scenario {
  const result = parseScenario(scenarioText(name), blueprint, beside);
  if (!result.ok) throw new Error(told(scenarioText(name)).join('\n'));
  return result.scenario;
}

/** What a person reads about a scenario, a text a problem; nothing when it is accepted. */
export function told(text: string): readonly string[] {
  const result = parseScenario(text, blueprint, beside);
  return result.ok ? [] : result.problems.map((problem) => formatProblem('peak.yaml', text, problem));
}
