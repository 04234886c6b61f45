import { fileKind } from './file-kind.ts';
import { blueprintSchema } from './schema.ts';

const begin = 'start with `platform: NAME`, or copy blueprints/sofoot/blueprint.yaml';

export const blueprintKind = fileKind({ noun: 'blueprint', begin }, blueprintSchema);

export const schemaRoot = blueprintKind.json;
