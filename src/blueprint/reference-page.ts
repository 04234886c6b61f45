/** The page of all keys of a blueprint, made from the schema. A test holds `docs/reference.md` equal to it. */
import { schemaRoot } from './blueprint-kind.ts';
import { examples } from './examples.ts';
import { sections } from './fields.ts';
import type { JsonSchema } from './schema-keys.ts';

export function referencePage(): string {
  const root = schemaRoot();
  const keys = Object.keys(root.properties ?? {});
  return [
    '# The blueprint, key by key',
    '',
    '<!-- Made by `./spillway schema --reference >docs/reference.md`; a test fails when it is out of date. -->',
    '',
    'A blueprint is one YAML file that describes one hosting platform. `./spillway check FILE` says what is wrong with it, and where. [SoFoot’s](../blueprints/sofoot/blueprint.yaml) is one to copy.',
    '',
    `Sections: ${keys.map((key) => `[${key}](#${key.toLowerCase()})`).join(' · ')}`,
    '',
    'Roles: ' +
      Object.keys(rolesOf(root))
        .map((role) => `[${role}](#role-${role})`)
        .join(' · '),
    '',
    '## How values are written',
    '',
    '| value | for example | |',
    '|---|---|---|',
    '| name | `web`, `host-32` | Lower-case letters, digits and hyphens, starting with a letter. `NAME` in the tables stands for one of your choice. |',
    '| duration | `300ms`, `10s`, `5min`, `2h`, `7d` | `1m` is refused: minutes or months? |',
    '| size | `12kB`, `64MB`, `2GB`, `1TB` | Decimal, as disks and price lists are: 1 kB is 1000 bytes. |',
    '| cores | `6 cores`, `0.5 cores` | |',
    '| bandwidth | `250Mbit/s`, `1Gbit/s` | Bits, not bytes. |',
    '| rate | `3000 requests/s`, `90 requests/min` | |',
    '| percentage | `5 %` | |',
    '| price | `0.12 EUR/hour`, `89 EUR/month` | A month is 730 hours. One currency in a blueprint. |',
    '| network | `10.8.0.0/24` | IPv4. |',
    '',
    'A quantity without its unit is refused. In the tables, what is neither required nor has a default may be left out.',
    '',
    ...keys.flatMap((key) => section(key, root)),
  ].join('\n');
}

function section(key: string, root: JsonSchema): readonly string[] {
  const schema = root.properties?.[key];
  if (schema === undefined) return [];
  const required = root.required?.includes(key) === true;
  const rows = childrenOf(schema, '');
  const items = schema.items === undefined ? [] : ['A list; the keys of each item:', ''];
  const below = rows.length === 0 ? simple(schema) : [...items, ...table(rows)];
  const roles =
    key === 'pools' ? Object.entries(rolesOf(root)).flatMap(([role, settings]) => roleSection(role, settings)) : [];
  return [
    `## ${key}`,
    '',
    `${aboutOf(schema)} ${required ? 'Required.' : 'May be left out.'}`,
    '',
    ...yaml(examples[key]),
    ...below,
    ...roles,
  ];
}

function roleSection(role: string, settings: JsonSchema): readonly string[] {
  return [
    `### role ${role}`,
    '',
    settings.description ?? '',
    '',
    ...yaml(examples[`roles.${role}`]),
    ...table(childrenOf(settings, '')),
  ];
}

function rolesOf({ properties }: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const pool = properties?.pools?.additionalProperties;
  return (typeof pool === 'object' ? pool.properties?.roles?.properties : undefined) ?? {};
}

function yaml(text: string | undefined): readonly string[] {
  return text === undefined ? [] : ['```yaml', text, '```', ''];
}

function simple(schema: JsonSchema): readonly string[] {
  const fallback = schema.default === undefined ? '' : ` Default: ${shown(schema.default)}.`;
  return [`Value: ${typeOf(schema)}.${fallback}`, ''];
}

interface Row {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

function table(rows: readonly Row[]): readonly string[] {
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
function childrenOf(schema: JsonSchema, path: string): readonly Row[] {
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
  return schema.items?.properties === undefined ? [] : childrenOf(schema.items, path === '' ? '' : `${path}[]`);
}

/** What is said of the value, and of each entry or item if it has several. */
function aboutOf({ description, additionalProperties, items }: JsonSchema): string {
  const entry = typeof additionalProperties === 'object' ? additionalProperties.description : undefined;
  return [description, entry, items?.description].filter((text) => text !== undefined).join(' ');
}

function typeOf(schema: JsonSchema): string {
  const section = schema['x-refersTo'];
  if (section !== undefined) return `${article(sections[section])} of [${section}](#${section})`;
  if (schema.enum !== undefined) return schema.enum.map(shown).join(', ');
  if (schema.const !== undefined) return shown(schema.const);
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
function shown(value: unknown): string {
  if (typeof value === 'string') return `\`${value}\``;
  return `\`${JSON.stringify(value).replaceAll('"', '').replaceAll(':', ': ')}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
