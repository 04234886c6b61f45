/** Keys and what may stand there, as tables of the reference page. */
import { sections } from './fields.ts';
import type { JsonSchema } from './schema-keys.ts';

interface Row {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

export function table(rows: readonly Row[]): readonly string[] {
  const line = ({ path, schema, isRequired }: Row) => {
    const fallback = isRequired ? 'required' : isPlain(schema.default) ? shown(schema.default) : '';
    return `| \`${path}\` | ${typeOf(schema)} | ${fallback} | ${cell(aboutOf(schema))} |`;
  };
  return ['| key | value | default | |', '|---|---|---|---|', ...rows.map(line), ''];
}

/** Of a mapping, each key has its own default. */
function isPlain(fallback: unknown): boolean {
  return fallback !== undefined && (typeof fallback !== 'object' || Array.isArray(fallback));
}

/** Keys below a schema; a mapping whose keys are listed has a row of its own only where it says something. */
export function childrenOf(schema: JsonSchema, path: string): readonly Row[] {
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([key, child]) => {
      const isRequired = schema.required?.includes(key) === true && child.default === undefined;
      const own: Row = { path: path === '' ? key : `${path}.${key}`, schema: child, isRequired };
      // Each role has a table of its own.
      return key === 'roles' ? [own] : [own, ...childrenOf(child, own.path)];
    });
  }
  if (typeof schema.additionalProperties === 'object') {
    const named = path === '' ? 'NAME' : `${path}.NAME`;
    const entry = schema.additionalProperties;
    const rows = childrenOf(entry, named);
    return rows.length === 0 ? [{ path: named, schema: entry, isRequired: false }] : rows;
  }
  if (schema.anyOf !== undefined) return merged(schema.anyOf.map((form) => childrenOf(form, path)));
  return schema.items === undefined ? [] : childrenOf(schema.items, path === '' ? '' : `${path}[]`);
}

/** Several forms may have the same key; what one of them does without is not required. */
function merged(forms: readonly (readonly Row[])[]): readonly Row[] {
  const rows = new Map(
    forms
      .flat()
      .toReversed()
      .map((row) => [row.path, row]),
  );
  const mappings = forms.filter((form) => form.length > 0);
  const always = (path: string) => mappings.every((form) => form.some((row) => row.path === path && row.isRequired));
  return [...rows.values()].reverse().map((row) => ({ ...row, isRequired: row.isRequired && always(row.path) }));
}

/** What is said of the value, and of each entry or item if it has several. */
export function aboutOf({ description, additionalProperties, items }: JsonSchema): string {
  const entry = typeof additionalProperties === 'object' ? additionalProperties.description : undefined;
  return [description, entry, items?.description].filter((text) => text !== undefined).join(' ');
}

export function typeOf(schema: JsonSchema): string {
  const section = schema['x-refersTo'];
  if (section !== undefined) return `${article(sections[section])} of [${section}](#${section})`;
  if (schema.enum !== undefined) return schema.enum.map(shown).join(', ');
  if (schema.const !== undefined) return shown(schema.const);
  if (schema['x-kind'] !== undefined && schema.anyOf !== undefined) return schema['x-kind'];
  if (schema.anyOf !== undefined) return oneOrSeveral(schema.anyOf);
  if (schema.items !== undefined) return `list: ${typeOf(schema.items)}`;
  if (schema.properties !== undefined) return 'mapping';
  if (schema.additionalProperties !== undefined) return 'mapping of names';
  if (schema.minimum !== undefined && schema.maximum !== undefined) {
    const whole = schema.type === 'integer' ? 'whole number, ' : '';
    return `${whole}${schema.minimum.toLocaleString('en')} to ${schema.maximum.toLocaleString('en')}`;
  }
  const kind = schema['x-kind'] ?? 'text';
  // The default is example enough.
  if (schema.default !== undefined && schema['x-kind'] !== undefined) return kind;
  if (schema.examples !== undefined) return `${kind}, for example ${schema.examples.map(shown).join(' or ')}`;
  return { string: 'text', number: 'number', boolean: '`true`, `false`' }[schema.type ?? ''] ?? schema.type ?? '';
}

function oneOrSeveral(forms: readonly JsonSchema[]): string {
  const [one] = forms.filter(({ items, type }) => items === undefined && type !== 'null').map(typeOf);
  return forms.some(({ items }) => items !== undefined) ? `${one ?? ''}, or a list of several` : (one ?? '');
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** As it is written in YAML. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `\`${value}\``;
  return `\`${JSON.stringify(value).replaceAll('"', '').replaceAll(':', ': ')}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
