/**
 * Does everything that a blueprint refers to exist? The schema marks what is a
 * reference (`refersTo`). This works on what YAML gave, so that an error
 * elsewhere hides nothing.
 */
import { sections, type Section } from './fields.ts';
import type { Finding } from './problem.ts';
import { forms, schemaRoot, type JsonSchema } from './schema-keys.ts';
import { mendName } from './suggest.ts';

type Path = readonly (string | number)[];

export function checkReferences(raw: unknown): readonly Finding[] {
  return walk(raw, schemaRoot(), [], (section) => keys(child(raw, section)));
}

function walk(
  value: unknown,
  schema: JsonSchema,
  path: Path,
  declared: (section: Section) => readonly string[],
): readonly Finding[] {
  if (typeof value === 'string') {
    const section = schema.refersTo;
    if (section !== undefined) {
      const known = declared(section);
      if (known.includes(value)) return [];
      const kind = sections[section];
      const message = `there is no ${kind} \`${value.slice(0, 60)}\``;
      return [{ code: 'unknown-name', message, mend: mendName(value, known, kind), path, at: 'value' }];
    }
    return (schema.anyOf ?? []).flatMap((form) => walk(value, form, path, declared));
  }
  if (Array.isArray(value)) {
    return forms(schema).flatMap(({ items }) =>
      items === undefined ? [] : value.flatMap((item: unknown, index) => walk(item, items, [...path, index], declared)),
    );
  }
  return forms(schema).flatMap(({ properties, additionalProperties }) =>
    keys(value).flatMap((key) => {
      const next = properties?.[key] ?? additionalProperties;
      return typeof next === 'object' ? walk(child(value, key), next, [...path, key], declared) : [];
    }),
  );
}

function keys(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

function child(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
