/** The schema for editors and the reference page are made from the one schema, and cannot go stale. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { examples } from '../../src/blueprint/examples.ts';
import { parseBlueprint } from '../../src/blueprint/parse.ts';
import { referencePage } from '../../src/blueprint/reference-page.ts';
import { schema } from '../../src/app/schema.ts';
import { schemaRoot } from '../../src/blueprint/blueprint-kind.ts';
import type { JsonSchema } from '../../src/blueprint/schema-keys.ts';
import { roleSettings } from '../../src/roles/settings.ts';
import { underlined } from './json-schema.ts';
import { repository, sofoot } from './sofoot.ts';

const read = (path: string) => readFileSync(join(repository, path), 'utf8');

describe('what is written down is up to date', () => {
  test('docs/reference.md', () => {
    const mend = 'docs/reference.md is out of date; renew it with: ./spillway schema --reference >docs/reference.md';
    expect(read('docs/reference.md') === schema.reference(), mend).toBe(true);
  });

  test('docs/blueprint.schema.json', () => {
    const mend =
      'docs/blueprint.schema.json is out of date; renew it with: ./spillway schema >docs/blueprint.schema.json; npx prettier --write docs/blueprint.schema.json';
    const written = JSON.parse(read('docs/blueprint.schema.json')) as unknown;
    expect(JSON.stringify(written) === JSON.stringify(schemaRoot()), mend).toBe(true);
  });

  test.each(globSync('blueprints/*/blueprint.yaml', { cwd: repository }))(
    '%s names the schema in its first line',
    (path) => {
      const [, named] = /^# yaml-language-server: \$schema=(.+)\n/.exec(read(path)) ?? [];
      expect(named && resolve(repository, dirname(path), named)).toBe(join(repository, 'docs/blueprint.schema.json'));
    },
  );
});

describe('the JSON Schema', () => {
  test.each(globSync('blueprints/*/blueprint.yaml', { cwd: repository }))('takes %s', (path) => {
    expect(underlined(parse(read(path)), schemaRoot())).toEqual([]);
  });

  test.each([
    {
      what: 'a misspelt key',
      from: 'knid: public',
      to: 'kind: public',
      wrong: ['/networks/public/kind: missing', '/networks/public/knid: unknown'],
    },
    {
      what: 'a misspelt setting',
      from: 'chekEvery',
      to: 'checkEvery',
      wrong: ['/pools/balancer/roles/balancer/chekEvery: unknown'],
    },
    {
      what: 'a wrong word',
      from: 'kind: pubic',
      to: 'kind: public',
      wrong: ['/networks/public/kind: not one of those allowed'],
    },
    { what: 'a missing unit', from: 'p99: 800', to: 'p99: 800ms', wrong: ['/objectives/p99: not string'] },
    { what: 'a name in capitals', from: '  Gra:', to: '  gra:', wrong: ['/sites/Gra: not in the form wanted'] },
    {
      what: 'an impossible count',
      from: 'count: 0, site: gra',
      to: 'count: 5, site: gra',
      wrong: ['/pools/web/overflow/count: out of range'],
    },
  ])('underlines $what', ({ from, to, wrong }) => {
    expect(sofoot).toContain(to);
    expect(underlined(parse(sofoot.replace(to, from)), schemaRoot())).toEqual(wrong);
  });

  test('takes a role without settings where none is required', () => {
    const text = sofoot.replace('balancer: { checkEvery: 1s }', 'balancer:');
    expect(underlined(parse(text), schemaRoot())).toEqual([]);
    expect(parseBlueprint(text)).toMatchObject({ ok: true });
  });

  test('has no keywords of ours but those that editors pass over', () => {
    const standard = [
      ...[
        '$schema',
        'type',
        'properties',
        'additionalProperties',
        'propertyNames',
        'required',
        'items',
        'anyOf',
        'enum',
      ],
      ...['const', 'description', 'default', 'examples', 'pattern', 'maxLength', 'minLength', 'minimum', 'maximum'],
      ...['exclusiveMinimum', 'minItems', 'uniqueItems', 'minProperties'],
    ];
    const ours = new Set(keywords(schemaRoot()).filter((keyword) => !standard.includes(keyword)));
    expect([...ours].sort()).toEqual(['x-kind', 'x-refersTo']);
  });
});

describe('the reference page', () => {
  test('has an example for every section and every role, and no other', () => {
    const wanted = [
      ...Object.keys(schemaRoot().properties ?? {}),
      ...Object.keys(roleSettings).map((role) => `roles.${role}`),
    ];
    expect(Object.keys(examples).sort()).toEqual(wanted.sort());
  });

  test('its sections together are a blueprint that is accepted', () => {
    const sections = Object.entries(examples).filter(([key]) => !key.startsWith('roles.'));
    const parsed = parseBlueprint(sections.map(([, text]) => text).join('\n'));
    expect(parsed.ok ? [] : parsed.problems).toEqual([]);
  });

  test.each(Object.keys(roleSettings))('its example of the role %s is accepted', (role) => {
    const settings = (parse(examples[`roles.${role}`]!) as { roles: Record<string, unknown> }).roles[role];
    expect(roleSettings[role as keyof typeof roleSettings].safeParse(settings)).toMatchObject({ success: true });
  });

  test('says something about every section and role', () => {
    expect(referencePage()).not.toMatch(/^(Required|May be left out)\.$/m);
  });
});

function keywords(schema: JsonSchema | boolean | undefined): readonly string[] {
  if (typeof schema !== 'object') return [];
  const { properties = {}, anyOf = [], items, additionalProperties, propertyNames } = schema;
  const inner = [...Object.values(properties), ...anyOf, items, additionalProperties, propertyNames];
  return [...Object.keys(schema), ...inner.flatMap(keywords)];
}
