/** PHP's own settings, as a file that PHP-FPM reads. */
import { the } from '../../blueprint/records.ts';
import { answerTimeoutMs } from '../limits.ts';
import type { RoleSettings } from '../../blueprint/schema.ts';
import type { RoleOn } from '../role.ts';
import { lines } from '../text.ts';
import { firstFile } from './first-file.ts';

type Value = string | number | boolean;

export function phpIni({ platform: { blueprint }, pool, settings }: RoleOn<'php'>): string {
  const { body } = the(blueprint.pools, pool).limits;
  const own: Readonly<Record<string, Value>> = {
    // PHP does not ask the machine for it.
    'date.timezone': blueprint.timeZone,
    expose_php: false,
    display_errors: false,
    log_errors: true,
    memory_limit: memoryBytes(body),
    // As much as nginx lets through: PHP throws a larger body away without an error.
    post_max_size: body,
    upload_max_filesize: body,
    max_execution_time: Math.ceil(answerTimeoutMs(blueprint, pool) / 1_000),
    // Of a page whose visitor has left, what it says next is the end.
    ignore_user_abort: false,
    realpath_cache_ttl: 600,
    // Files of a folder are changed in place by rsync; a change is seen within this time.
    'opcache.revalidate_freq': 2,
  };
  // Debian cleans its folder of sessions by a timer, and PHP none.
  const cleaning = settings.sessions === 'database' ? { 'session.gc_probability': 1, 'session.gc_divisor': 1000 } : {};
  const all = { ...own, ...cleaning, ...settings.settings, auto_prepend_file: firstFile };
  return lines(Object.entries(all).map(([name, value]) => `${name} = ${written(value)}`));
}

/** The file that the site wants to run first: Spillway's own asks for it. */
export function ownFirstFile({ settings }: RoleSettings['php']): string | undefined {
  const { auto_prepend_file: file } = settings;
  return typeof file === 'string' ? file : undefined;
}

/** Chosen: what sites need; and the body of a form, which PHP has in its memory several times while it takes it apart. */
const leastMemoryBytes = 64 * 2 ** 20;
const copiesOfBody = 5;
/** Chosen: larger bodies are uploads, which go to files. */
const mostForBodyBytes = 256 * 2 ** 20;

function memoryBytes(bodyBytes: number): number {
  return Math.max(leastMemoryBytes, Math.min(mostForBodyBytes, bodyBytes * copiesOfBody));
}

/** A sum of constants is one only without quotes. */
const constants = /^[A-Z_]+( *[&|^~] *~?[A-Z_]+)*$/;

function written(value: Value): string {
  if (typeof value === 'boolean') return value ? 'On' : 'Off';
  return typeof value === 'number' || constants.test(value) ? String(value) : `"${value}"`;
}
