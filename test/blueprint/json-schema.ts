/** As much of JSON Schema (draft 2020-12) as an editor needs for a blueprint: what it would underline, by path. */
import type { JsonSchema } from '../../src/blueprint/schema-keys.ts';

type Schema = Omit<JsonSchema, 'type'> & {
  readonly type?: string | readonly string[];
  readonly pattern?: string;
  readonly maxLength?: number;
};

export function underlined(value: unknown, given: JsonSchema, path = ''): readonly string[] {
  const schema = given as Schema;
  if (schema.anyOf !== undefined) {
    const forms = schema.anyOf.map((form) => underlined(value, form, path));
    return forms.find((wrong) => wrong.length === 0) ?? forms[0] ?? [];
  }
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => isOf(type, value))) return [`${path}: not ${types.join(' or ')}`];
  if (typeof value === 'string') {
    if (schema.enum?.includes(value) === false) return [`${path}: not one of those allowed`];
    if (schema.const !== undefined && schema.const !== value) return [`${path}: not ${JSON.stringify(schema.const)}`];
    const fits = schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(value);
    return fits && value.length <= (schema.maxLength ?? Infinity) ? [] : [`${path}: not in the form wanted`];
  }
  if (typeof value === 'number') {
    const fits = value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity);
    return fits ? [] : [`${path}: out of range`];
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? [] : value.flatMap((item, index) => underlined(item, items, `${path}/${index}`));
  }
  if (typeof value !== 'object' || value === null) return [];
  const missing = (schema.required ?? []).filter((key) => !Object.hasOwn(value, key));
  return [
    ...missing.map((key) => `${path}/${key}: missing`),
    ...Object.entries(value).flatMap(([key, child]) => {
      const named = schema.propertyNames === undefined ? [] : underlined(key, schema.propertyNames, `${path}/${key}`);
      const known = schema.properties?.[key] ?? schema.additionalProperties;
      if (known === false) return [`${path}/${key}: unknown`];
      return [...named, ...(typeof known === 'object' ? underlined(child, known, `${path}/${key}`) : [])];
    }),
  ];
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}
