/** The schemas for editors, and the page of all keys for people. */
import { schemaRoot } from '../blueprint/blueprint-kind.ts';
import { referencePage } from '../blueprint/reference-page.ts';
import { scenarioSection } from '../rehearse/scenario/reference-section.ts';
import { scenarioKind } from '../rehearse/scenario/schema.ts';

export const schema = {
  json: schemaRoot,
  scenario: scenarioKind.json,
  reference: (): string => `${referencePage()}\n${scenarioSection()}`,
};
