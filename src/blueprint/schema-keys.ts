/** A schema as data: for editors, for the reference page, and to know what a key could have been. */
import { z } from 'zod';
import type { Section } from './fields.ts';
import type { Path } from './written.ts';

export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Ours, as all that starts with `x-`, which editors pass over: what kind of text it is. */
  readonly 'x-kind'?: string;
  /** The section that declares the name. */
  readonly 'x-refersTo'?: Section;
}

/** JSON Schema (draft 2020-12) of what a person writes, for people, for editors and for the checks here. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as JsonSchema;
}

/** The keys that the schema knows at a path, in its order. */
export function keysAt(root: JsonSchema, path: Path): readonly string[] {
  return [...new Set(schemasAt(root, path).flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

/** The forms that a value may have at a path; none where the schema knows no such path. */
export function schemasAt(root: JsonSchema, path: Path): readonly JsonSchema[] {
  return path.reduce<readonly JsonSchema[]>(
    (schemas, step) =>
      schemas.flatMap((schema) => {
        const child = typeof step === 'number' ? schema.items : childSchema(schema, step);
        return typeof child === 'object' ? forms(child) : [];
      }),
    forms(root),
  );
}

export function childSchema({ properties, additionalProperties }: JsonSchema, key: string): JsonSchema | undefined {
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/** A value may have several forms; each is tried. */
export function forms(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf ?? [schema];
}
