/** Turns zod's issues into findings in the words of a person who writes blueprints. */
import type { z } from 'zod';
import { keysAt } from './schema-keys.ts';
import type { Finding } from './problem.ts';
import { suggest } from './suggest.ts';

export function explainIssue(issue: z.core.$ZodIssue, raw: unknown): readonly Finding[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- zod's union grows with zod; the rest have messages of ours
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key));
    case 'invalid_type':
      if (valueAt(raw, path) === undefined) return [missing(path)];
      return [wrong(path, ownWords(issue.message) ?? `this must be ${typeWords[issue.expected] ?? issue.expected}`)];
    case 'invalid_value': {
      const choices = issue.values.map(String);
      if (valueAt(raw, path) === undefined) return [missing(path)];
      const meant = suggest(String(valueAt(raw, path)), choices);
      const says =
        ownWords(issue.message) ?? `this must be one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`;
      return [{ ...wrong(path, says), ...(meant === undefined ? {} : { mend: `did you mean \`${meant}\`?` }) }];
    }
    case 'invalid_union': {
      // All branches refuse: tell of the one that came furthest.
      const deepest = issue.errors
        .map((branch) =>
          branch.flatMap((inner) => explainIssue({ ...inner, path: [...issue.path, ...inner.path] }, raw)),
        )
        .sort((one, other) => depth(other) - depth(one))[0];
      return deepest?.slice(0, 1) ?? [wrong(path, 'this is not one of the forms allowed here')];
    }
    case 'invalid_key':
      return issue.issues
        .slice(0, 1)
        .map((inner) => ({ code: 'wrong-value', message: inner.message, path, at: 'key' }));
    default:
      return [wrong(path, issue.message)];
  }
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

function unknownKey(path: readonly (string | number)[], key: string): Finding {
  const known = keysAt(path);
  const meant = suggest(key, known);
  return {
    code: 'unknown-key',
    message: `unknown key \`${key.slice(0, 60)}\``,
    mend:
      meant === undefined
        ? `known here: ${known.map((name) => `\`${name}\``).join(', ')}`
        : `did you mean \`${meant}\`?`,
    path: [...path, key],
    at: 'key',
  };
}

function missing(path: readonly (string | number)[]): Finding {
  const key = String(path.at(-1) ?? '');
  return { code: 'missing-key', message: `\`${key}\` is missing here`, mend: `add \`${key}:\``, path, at: 'key' };
}

function wrong(path: readonly (string | number)[], message: string): Finding {
  return { code: 'wrong-value', message, path, at: 'value' };
}

/** Messages of ours start in lower case; zod's own start with "Invalid". */
function ownWords(message: string): string | undefined {
  return message.startsWith('Invalid') ? undefined : message;
}

function depth(findings: readonly Finding[]): number {
  return Math.max(0, ...findings.map(({ path, code }) => path.length * 2 + (code === 'wrong-value' ? 1 : 0)));
}

function valueAt(raw: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<string | number, unknown>)[step]
        : undefined,
    raw,
  );
}
