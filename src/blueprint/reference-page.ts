/** The page of all keys of a blueprint, made from the schema. A test holds `docs/reference.md` equal to it. */
import { schemaRoot, type JsonSchema } from './schema-keys.ts';

export function referencePage(): string {
  const root = schemaRoot();
  const parts = Object.entries(root.properties ?? {}).map(([key, schema]) => section(key, schema, root.required ?? []));
  return `${[
    '# The blueprint, key by key',
    '',
    '<!-- Made by `./spillway schema --reference`; a test fails when it is out of date. -->',
    '',
    'Quantities carry their unit (`300ms`, `2GB`, `6 cores`, `0.12 EUR/hour`, `3000 requests/s`, `5 %`). Names are lower-case letters, digits and hyphens. `NAME` stands for a name of your choice. A key without a default and without “required” may be left out.',
    ...parts,
  ].join('\n')}\n`;
}

function section(key: string, schema: JsonSchema, required: readonly string[]): string {
  const rows = rowsOf(schema, key, required.includes(key)).filter(({ path }) => path !== key);
  const { about, isRequired } = rowsOf(schema, key, required.includes(key))[0] ?? { about: '', isRequired: false };
  const head = ['', `## \`${key}\``, '', `${about}${isRequired ? ' Required.' : ''}`];
  if (rows.length === 0) return [...head, '', typeOf(schema)].join('\n');
  return [
    ...head,
    '',
    '| key | value | default | |',
    '|---|---|---|---|',
    ...rows.map(({ path, value, fallback, about: says }) => `| \`${path}\` | ${value} | ${fallback} | ${says} |`),
  ].join('\n');
}

interface Row {
  readonly path: string;
  readonly value: string;
  readonly fallback: string;
  readonly about: string;
  readonly isRequired: boolean;
}

function rowsOf(schema: JsonSchema, path: string, isRequired: boolean): readonly Row[] {
  const fallback =
    schema.default === undefined ? (isRequired ? 'required' : '') : `\`${JSON.stringify(schema.default)}\``;
  const named =
    typeof schema.additionalProperties === 'object' && schema.properties === undefined
      ? schema.additionalProperties
      : undefined;
  const about = [schema.description, named?.description, schema.items?.description]
    .filter((text) => text !== undefined)
    .join(' ');
  const own: Row = {
    path,
    value: typeOf(schema),
    fallback: fallback.length > 40 ? '' : fallback,
    about: about.replaceAll('|', '\\|'),
    isRequired,
  };
  return [own, ...childrenOf(schema, path)];
}

function childrenOf(schema: JsonSchema, path: string): readonly Row[] {
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([key, child]) =>
      rowsOf(
        child,
        path === '' ? key : `${path}.${key}`,
        schema.required?.includes(key) === true && child.default === undefined,
      ),
    );
  }
  if (typeof schema.additionalProperties === 'object') return childrenOf(schema.additionalProperties, `${path}.NAME`);
  if (schema.items?.properties !== undefined) return childrenOf(schema.items, `${path}[]`);
  return [];
}

function typeOf(schema: JsonSchema): string {
  if (schema.refersTo !== undefined) return `a name in [\`${schema.refersTo}\`](#${schema.refersTo})`;
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${String(one)}\``).join(', ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`;
  if (schema.examples !== undefined) return schema.examples.map((one) => `\`${String(one)}\``).join(', ');
  if (schema.properties !== undefined) return 'mapping';
  if (typeof schema.additionalProperties === 'object') return `mapping of names`;
  return (
    { string: 'text', integer: 'whole number', number: 'number', boolean: '`true`, `false`' }[schema.type ?? ''] ??
    schema.type ??
    ''
  );
}
