/** The page of all keys of a blueprint, made from the schema. A test holds `docs/reference.md` equal to it. */
import { schemaRoot } from './blueprint-kind.ts';
import { examples } from './examples.ts';
import { aboutOf, childrenOf, shown, table, typeOf } from './reference-table.ts';
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
    'What is rehearsed on a platform is written in files beside it: [a scenario, key by key](#a-scenario-key-by-key).',
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
