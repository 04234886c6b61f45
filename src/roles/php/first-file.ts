/**
 * What PHP runs before each page of the site: it finishes the headers that the page cache reads. It is a file of PHP,
 * for nobody but PHP sees these headers one by one.
 */
import type { RoleSettings } from '../../blueprint/schema.ts';
import { lines } from '../text.ts';
import { sessionsHandler } from './sessions.ts';

export const firstFileFolder = '/usr/local/lib/spillway/php';
export const firstFile = `${firstFileFolder}/first.php`;

/** Says to nginx, and by it to the balancers, when a page was made. */
export const madeHeader = 'X-Spillway-Made';

/** `after`: a file of the site's own that does the same. */
export function firstFileText(sessions: RoleSettings['php']['sessions'], after: string | undefined): string {
  return lines(
    '<?php',
    '// Spillway’s. Runs before each page; leaves no variable, function or named class behind.',
    '',
    'header_register_callback(static function (): void {',
    '    $said = [];',
    '    foreach (headers_list() as $line) {',
    "        [$name, $value] = explode(':', $line, 2);",
    '        $said[strtolower($name)][] = trim($value);',
    '    }',
    '    // nginx 1.22 reads the last of several lines alone.',
    "    foreach (['Vary', 'Cache-Control'] as $name) {",
    '        $values = $said[strtolower($name)] ?? [];',
    '        if (count($values) > 1) {',
    '            header("$name: " . implode(\', \', $values));',
    '        }',
    '    }',
    '    // Of a kept page, browsers are told its age.',
    "    if (isset($said['cache-control']) || isset($said['expires'])) {",
    `        header('${madeHeader}: ' . time());`,
    '    }',
    '});',
    sessionsHandler(sessions),
    after !== undefined && '',
    after !== undefined && `require '${after.replaceAll("'", "\\'")}';`,
  );
}
