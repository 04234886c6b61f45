import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '../..');

/** The blueprint into which the tests put their mistakes. */
export const sofoot = readFileSync(join(repository, 'blueprints/sofoot/blueprint.yaml'), 'utf8');
