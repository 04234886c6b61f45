/** A kind of YAML file that people write: all are read, explained and offered to editors in one way. */
import type { z } from 'zod';
import { jsonSchemaOf, type JsonSchema } from './schema-keys.ts';
import type { Words } from './read-yaml.ts';

export interface FileKind<Output> extends Words {
  readonly schema: z.ZodType<Output>;
  /** The same as data. */
  readonly json: () => JsonSchema;
}

export function fileKind<Output>(words: Words, schema: z.ZodType<Output>): FileKind<Output> {
  let json: JsonSchema | undefined;
  return { ...words, schema, json: () => (json ??= jsonSchemaOf(schema)) };
}
