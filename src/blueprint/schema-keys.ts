/** The blueprint's schema as data: for editors, for the reference page, and to know what a key could have been. */
import { z } from 'zod';
import type { Section } from './fields.ts';
import { blueprintSchema } from './schema.ts';

export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly refersTo?: Section;
}

let root: JsonSchema | undefined;

/** JSON Schema (draft 2020-12) of what a person writes. */
export function schemaRoot(): JsonSchema {
  root ??= z.toJSONSchema(blueprintSchema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as JsonSchema;
  return root;
}

/** The keys that the schema knows at a path, in its order. */
export function keysAt(path: readonly (string | number)[]): readonly string[] {
  let schemas: readonly JsonSchema[] = [schemaRoot()];
  for (const step of path) {
    schemas = schemas.flatMap(forms).flatMap((schema) => {
      const child =
        typeof step === 'number' ? schema.items : (schema.properties?.[step] ?? schema.additionalProperties);
      return typeof child === 'object' ? [child] : [];
    });
  }
  return [...new Set(schemas.flatMap(forms).flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

/** A value may have several forms; each is tried. */
export function forms(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf ?? [schema];
}
