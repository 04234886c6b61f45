/**
 * Does everything that a blueprint refers to exist? The schema marks what is a
 * reference (`x-refersTo`). This works on what YAML gave, so that an error
 * elsewhere hides nothing.
 */
import { schemaRoot } from './blueprint-kind.ts';
import { sections, type Section } from './fields.ts';
import type { Finding } from './problem.ts';
import { childSchema, forms, type JsonSchema } from './schema-keys.ts';
import { mendName, suggest } from './suggest.ts';
import type { Path } from './written.ts';

export interface Dangling {
  readonly finding: Finding;
  /** The declared name that was probably meant. */
  readonly meant: string | undefined;
}

export function checkReferences(raw: unknown): readonly Dangling[] {
  return walk(raw, schemaRoot(), [], (section) => declaredIn(raw, section));
}

/** Sections that make no sense without an entry. */
const neverEmpty = ['engines', 'pools'] as const satisfies readonly Section[];

export function checkEmptySections(raw: unknown): readonly Finding[] {
  return neverEmpty.flatMap((section): readonly Finding[] => {
    if (declaredNames(raw, section)?.length !== 0) return [];
    const message = `there is no ${sections[section]} here`;
    return [{ code: 'missing-key', message, mend: 'declare at least one', path: [section], at: 'value' }];
  });
}

/** The names that a section declares; undefined when that cannot be known, for it is itself wrong or missing. */
function declaredIn(raw: unknown, section: Section): readonly string[] | undefined {
  const names = declaredNames(raw, section);
  return names?.length === 0 && neverEmpty.some((one) => one === section) ? undefined : names;
}

function declaredNames(raw: unknown, section: Section): readonly string[] | undefined {
  const { required, properties } = schemaRoot();
  const declared = child(raw, section) ?? properties?.[section]?.default;
  if (declared === undefined) return required?.includes(section) === true ? undefined : [];
  return isMapping(declared) ? Object.keys(declared) : undefined;
}

function walk(
  value: unknown,
  schema: JsonSchema,
  path: Path,
  declared: (section: Section) => readonly string[] | undefined,
): readonly Dangling[] {
  if (typeof value === 'string') {
    const section = schema['x-refersTo'];
    if (section !== undefined) {
      const known = declared(section);
      if (known === undefined || known.includes(value)) return [];
      const kind = sections[section];
      const message = `there is no ${kind} \`${value.slice(0, 60)}\``;
      const mend = known.length === 0 ? `declare it in \`${section}\`` : mendName(value, known, kind);
      return [{ finding: { code: 'unknown-name', message, mend, path, at: 'value' }, meant: suggest(value, known) }];
    }
    return (schema.anyOf ?? []).flatMap((form) => walk(value, form, path, declared));
  }
  if (Array.isArray(value)) {
    return forms(schema).flatMap(({ items }) =>
      items === undefined ? [] : value.flatMap((item: unknown, index) => walk(item, items, [...path, index], declared)),
    );
  }
  if (!isMapping(value)) return [];
  return forms(schema).flatMap((form) =>
    Object.entries(value).flatMap(([key, inner]) => {
      const next = childSchema(form, key);
      return next === undefined ? [] : walk(inner, next, [...path, key], declared);
    }),
  );
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function child(value: unknown, key: string): unknown {
  return isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
