/** The blueprint's schema for editors, and the page of its keys for people. */
import { referencePage } from '../blueprint/reference-page.ts';
import { schemaRoot } from '../blueprint/blueprint-kind.ts';

export const schema = { json: schemaRoot, reference: referencePage };
