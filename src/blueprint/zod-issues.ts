/** Turns zod's issues into findings in the words of a person who writes blueprints. */
import type { z } from 'zod';
import type { Finding } from './problem.ts';
import { keysAt, schemasAt, type JsonSchema } from './schema-keys.ts';
import { suggest } from './suggest.ts';
import type { Path } from './written.ts';

type Issue = z.core.$ZodIssue;

export interface BadKey {
  /** Of the mapping in which the key stands. */
  readonly path: Path;
  readonly key: string;
  /** The name that would be allowed, if the key is a name. */
  readonly near?: string;
  readonly finding: Finding;
}

/** Keys that are not known here, or cannot be names. */
export function badKeys(issues: readonly Issue[], raw: unknown, root: JsonSchema): readonly BadKey[] {
  return issues.flatMap((issue): readonly BadKey[] => {
    const path = pathOf(issue);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path, key, finding: unknownKey(path, key, root) }));
    }
    if (issue.code === 'invalid_union') return badKeys(formMeant(issue, raw), raw, root);
    const inner = issue.code === 'invalid_key' ? issue.issues[0] : undefined;
    const near: unknown = inner?.code === 'custom' ? inner.params?.near : undefined;
    if (inner === undefined || typeof near !== 'string') return [];
    return [
      {
        path: path.slice(0, -1),
        key: String(path.at(-1)),
        near,
        finding: { ...wrong(path, inner.message), at: 'key' },
      },
    ];
  });
}

/** `root` is the schema as data: what could stand there. */
export function explainIssue(issue: Issue, raw: unknown, root: JsonSchema): readonly Finding[] {
  const path = pathOf(issue);
  const value = valueAt(raw, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key, root));
    case 'invalid_type':
      return [value === undefined ? missing(path, raw, root) : wrongType(issue, path, value, root)];
    case 'invalid_value': {
      if (value === undefined) return [missing(path, raw, root)];
      const choices = issue.values.map(String);
      const says = ownWords(issue.message) ?? `this must be one of ${list(choices)}`;
      return [wrong(path, says, didYouMean(typeof value === 'string' ? suggest(value, choices) : undefined))];
    }
    case 'invalid_union': {
      const inner = formMeant(issue, raw);
      return inner.length === 0
        ? [wrong(path, 'this is not one of the forms allowed here')]
        : inner.flatMap((one) => explainIssue(one, raw, root));
    }
    case 'invalid_key':
      return issue.issues
        .slice(0, 1)
        .map((inner) => ({ ...wrong(path, inner.message, mendOf(inner)), at: 'key' as const }));
    case 'too_small':
      return [wrong(path, ownWords(issue.message) ?? tooSmall(issue))];
    case 'too_big':
      return [wrong(path, ownWords(issue.message) ?? `this must be at most ${issue.maximum}`)];
    case 'custom':
      return [wrong(path, issue.message, mendOf(issue))];
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_element':
      return [wrong(path, ownWords(issue.message) ?? 'this is not in the form wanted here')];
  }
}

/** All forms of a value refuse it: what the one says that was probably meant. */
function formMeant({ path, errors }: Extract<Issue, { code: 'invalid_union' }>, raw: unknown): readonly Issue[] {
  const forms = errors.map((form) => form.map((inner) => ({ ...inner, path: [...path, ...inner.path] })));
  const depth = path.length;
  const value = valueAt(raw, pathOf({ path }));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const mappings = forms.filter(
      (form) => !form.some((one) => one.code === 'invalid_type' && one.path.length === depth),
    );
    // Of mappings it is the one to whose keys those that are there come nearest.
    const oddKeys = (form: readonly Issue[]) =>
      form.reduce(
        (sum, one) =>
          sum +
          (one.path.length > depth + 1
            ? 0
            : one.code === 'unrecognized_keys'
              ? one.keys.length
              : isAbsent(one, raw)
                ? 1
                : 0),
        0,
      );
    return mappings.toSorted((one, other) => oddKeys(one) - oddKeys(other))[0] ?? forms[0]?.slice(0, 1) ?? [];
  }
  const within = forms.filter((form) => !form.some((inner) => inner.path.length === depth));
  const [form] = within.length > 0 ? within : forms.filter((one) => one.some(({ code }) => code !== 'invalid_type'));
  const [first, ...others] = form ?? forms[0] ?? [];
  if (first === undefined) return [];
  return first.path.length > depth ? [first, ...others] : [first];
}

function isAbsent({ path }: Issue, raw: unknown): boolean {
  return valueAt(raw, pathOf({ path })) === undefined;
}

function tooSmall({ origin, minimum }: Extract<Issue, { code: 'too_small' }>): string {
  if (origin === 'array') return 'this list must have at least one item';
  return origin === 'string' ? 'this must not be empty' : `this must be at least ${minimum}`;
}

const typeWords: Readonly<Record<string, string>> = {
  object: 'a mapping (`key: value` lines)',
  record: 'a mapping of names (`name:` lines)',
  array: 'a list (`- …` lines, or `[a, b]`)',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
};

const switches: Readonly<Record<string, string>> = {
  yes: 'true',
  on: 'true',
  y: 'true',
  no: 'false',
  off: 'false',
  n: 'false',
};

function wrongType(
  issue: Extract<Issue, { code: 'invalid_type' }>,
  path: Path,
  value: unknown,
  root: JsonSchema,
): Finding {
  const wanted = ownWords(issue.message) ?? `this must be ${typeWords[issue.expected] ?? issue.expected}`;
  if (value === null) {
    const key = String(path.at(-1) ?? '');
    return { ...wrong(path, `\`${key}\` is empty; ${wanted}`, mendEmpty(path, root)), at: 'key' };
  }
  if (issue.expected === 'object') return wrong(path, wanted, `known here: ${list(keysAt(root, path))}`);
  if (issue.expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return wrong(path, wanted, wanted.endsWith('text') ? `put it in quotes: \`"${value}"\`` : undefined);
  }
  if (issue.expected === 'boolean' && typeof value === 'string') {
    return wrong(path, wanted, didYouMean(switches[value.toLowerCase()] ?? suggest(value, ['true', 'false'])));
  }
  if (issue.expected === 'array' && typeof value === 'string')
    return wrong(path, wanted, `write \`[${value.slice(0, 60)}]\``);
  if (
    (issue.expected === 'number' || issue.expected === 'int') &&
    typeof value === 'string' &&
    /^\d{1,9}\b/.test(value)
  ) {
    return wrong(path, wanted, `write ${parseInt(value, 10)}, without quotes or unit`);
  }
  return wrong(path, wanted);
}

function mendEmpty(path: Path, root: JsonSchema): string {
  const [schema] = schemasAt(root, path);
  if (schema?.properties !== undefined) return `known here: ${list(keysAt(root, path))}`;
  const name = schema?.propertyNames?.examples?.[0];
  return typeof name === 'string'
    ? `declare names below it, for example \`${name}:\``
    : 'write a value, or remove the line';
}

const ownAuthority =
  'leave it out: certificates are those of the platform’s own authority, and others are not possible yet; `spillway certificate` prints what browsers have to know';

/** Keys that people look for and that mean nothing yet, with the nearest way. */
const notYet: ReadonlyMap<string, string> = new Map([
  ...['certificates', 'certificate', 'cert', 'acme', 'letsencrypt'].map((key) => [key, ownAuthority] as const),
  ...['ipv6', 'cidr6', 'ip6'].map(
    (key) =>
      [
        key,
        'leave it out: only IPv4 is possible yet; what visitors send over IPv6, something before it has to take',
      ] as const,
  ),
]);

function unknownKey(path: Path, key: string, root: JsonSchema): Finding {
  const known = keysAt(root, path);
  if (known.includes(key)) {
    // It is a key of another form of the same.
    const message = `\`${key}\` does not go with the other keys here`;
    return { code: 'unknown-key', message, mend: 'remove it, or them', path: [...path, key], at: 'key' };
  }
  return {
    code: 'unknown-key',
    message: `unknown key \`${key.slice(0, 60)}\``,
    mend: notYet.get(key) ?? didYouMean(suggest(key, known)) ?? `known here: ${list(known)}`,
    path: [...path, key],
    at: 'key',
  };
}

function missing(path: Path, raw: unknown, root: JsonSchema): Finding {
  const key = String(path.at(-1) ?? '');
  const example = exampleOf(schemasAt(root, path), raw);
  const mend = example === undefined ? `add \`${key}:\`` : `add \`${key}:\`, for example \`${key}: ${example}\``;
  const message = `\`${key}\` is missing${path.length > 1 ? ' here' : ''}`;
  return { code: 'missing-key', message, mend, path, at: 'key' };
}

/** Of names, one that this blueprint declares. */
function exampleOf(schemas: readonly JsonSchema[], raw: unknown): string | undefined {
  for (const { 'x-refersTo': section, enum: choices, examples, const: only } of schemas) {
    const declared = section === undefined ? undefined : valueAt(raw, [section]);
    const [name] = typeof declared === 'object' && declared !== null ? Object.keys(declared) : [];
    const example = section === undefined ? (only ?? choices?.[0] ?? examples?.[0]) : name;
    if (typeof example === 'string' || typeof example === 'number') return String(example);
  }
  return undefined;
}

/** Of a sentence that ends in "write …" or "for example …", that end is the mend, unless there is a better one. */
function wrong(path: Path, sentence: string, better?: string): Finding {
  const [, message = sentence, example] = /^(.*?)[,;] ((?:write|for example) .*)$/.exec(sentence) ?? [];
  const mend = better ?? example?.replace(/^for example/, 'write it like');
  const finding: Finding = { code: 'wrong-value', message, path, at: 'value' };
  return mend === undefined ? finding : { ...finding, mend };
}

/** Checks of ours may say what would be right. */
function mendOf(issue: Issue): string | undefined {
  const mend: unknown = issue.code === 'custom' ? issue.params?.mend : undefined;
  return typeof mend === 'string' ? mend : undefined;
}

function didYouMean(word: string | undefined): string | undefined {
  return word === undefined ? undefined : `did you mean \`${word}\`?`;
}

function list(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}

/** Messages of ours start in lower case or with a quoted word; zod's own start with a capital. */
function ownWords(message: string): string | undefined {
  return /^[A-Z]/.test(message) ? undefined : message;
}

function pathOf(issue: Pick<Issue, 'path'>): Path {
  return issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}

function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<string | number, unknown>)[step]
        : undefined,
    raw,
  );
}
