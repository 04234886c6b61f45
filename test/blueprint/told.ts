import { parseBlueprint } from '../../src/blueprint/parse.ts';
import { formatProblem } from '../../src/blueprint/problem.ts';

/** What a person reads about a blueprint, a text a problem; nothing when it is accepted. */
export function told(text: string): readonly string[] {
  const parsed = parseBlueprint(text);
  return parsed.ok ? [] : parsed.problems.map((problem) => formatProblem('sofoot.yaml', text, problem));
}
