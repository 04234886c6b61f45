/** A scenario's keys for the reference page, made from its schema. */
import { childrenOf, table } from '../../blueprint/reference-table.ts';
import { example } from './example.ts';
import { scenarioKind } from './schema.ts';

export function scenarioSection(): string {
  return [
    '# A scenario, key by key',
    '',
    'A scenario is one YAML file in `scenarios/` beside the blueprint. It describes a peak that is rehearsed on the platform: who comes, what goes wrong meanwhile, and what must hold. Its values are written as those of a blueprint.',
    '',
    '```yaml',
    example,
    '```',
    '',
    ...table(childrenOf(scenarioKind.json(), '')),
  ].join('\n');
}
