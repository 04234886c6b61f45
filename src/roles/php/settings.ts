import { z } from 'zod';
import { count, name, reference, urlPath } from '../../blueprint/fields.ts';
import { suggest } from '../../blueprint/suggest.ts';
import type { DatabaseName } from '../../model/ids.ts';
import { knownExtensions, packagesOfExtensions } from './extensions.ts';
import { extensionOfSetting, iniNames } from './ini-names.ts';

/** What Spillway sets by something else that the blueprint says. */
const saidElsewhere: Readonly<Record<string, string>> = {
  post_max_size: 'set `limits.body` of the pool',
  upload_max_filesize: 'set `limits.body` of the pool',
  'date.timezone': 'set `timeZone` of the platform',
  'session.save_handler': 'set `sessions` of this role',
  'session.save_path': 'set `sessions` of this role',
  'cgi.fix_pathinfo': 'remove it: which file runs, nginx says alone',
  extension: 'name it in `extensions` of this role',
  zend_extension: 'name it in `extensions` of this role',
};

/** In PHP's files a value stands in quotes, in which these end it or mean something else. */
const iniText = z.string().refine((text) => text.length <= 2_000 && !/[\p{Cc}"\\$]/u.test(text), {
  error: 'this must be one line without `"`, `\\` and `$`',
});
const environmentText = z.string().refine((text) => /^[^$\p{Cc}'][^\p{Cc}']*$/u.test(text) && text.length <= 2_000, {
  error: "this must be one line without `'`, neither empty nor beginning with `$`",
});

const value = (text: z.ZodType<string, string>) =>
  z
    .union([text, z.number(), z.boolean()], { error: 'this must be text, a number, `true` or `false`' })
    .meta({ 'x-kind': 'text, number, `true` or `false`' });

const settings = z
  .record(z.string(), value(iniText).describe('Its value, as in `php.ini`.'))
  .superRefine((all, context) => {
    for (const key of Object.keys(all)) {
      const elsewhere = saidElsewhere[key];
      if (elsewhere !== undefined) refuse(context, key, `Spillway sets \`${key}\` itself`, elsewhere);
    }
  });

const reservedNames = /^(DB_(HOST|LOCAL_HOST|PORT|NAME|USER|PASSWORD)|HTTP_.*)$/;

const environment = z.record(z.string(), value(environmentText).describe('Its value.')).superRefine((all, context) => {
  for (const key of Object.keys(all)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(key)) {
      refuse(
        context,
        key,
        'a name in the environment has letters, digits and `_`, and begins with no digit',
        'write it like `APP_ENV`',
      );
    } else if (reservedNames.test(key)) {
      const mend = key.startsWith('HTTP_')
        ? 'choose another name: by this one PHP tells what a visitor sent'
        : 'remove it, and set `database` of this role';
      refuse(context, key, `\`${key}\` is set by Spillway`, mend);
    }
  }
});

function refuse(context: z.RefinementCtx, key: string, message: string, mend: string): void {
  context.addIssue({ code: 'custom', message, params: { mend }, path: [key] });
}

const extension = z.string().superRefine((text, context) => {
  if (knownExtensions.includes(text)) return;
  const meant = suggest(text.toLowerCase().replace(/^php\d*(\.\d+)?-/, ''), knownExtensions);
  const mend = meant === undefined ? 'write it like `gd`, `curl` or `intl`' : `did you mean \`${meant}\`?`;
  context.addIssue({
    code: 'custom',
    message: `Debian has no extension \`${text.slice(0, 40)}\` of PHP`,
    params: { mend },
  });
});

export const phpSettings = z
  .strictObject({
    workers: count(1, 500).default(8).describe('PHP processes, each serving one request at a time.'),
    slow: z
      .strictObject({
        paths: z
          .array(urlPath)
          .min(1, { error: 'name at least one path' })
          .describe('What these pages’ paths begin with.'),
        workers: count(1, 500).default(2).describe('PHP processes for them, beside the others.'),
      })
      .optional()
      .describe(
        'Pages that take long, an export for example: they have workers of their own, so that no visitor’s page waits behind them.',
      ),
    extensions: z
      .array(extension)
      .default([])
      .describe(
        'Extensions of PHP by their names, for example `[gd, curl, intl]`. Those that come with PHP, and `mysql`, are always there.',
      ),
    settings: settings.default({}).describe('Settings of PHP, as in `php.ini`.'),
    environment: environment
      .default({})
      .describe(
        'What the application finds in its environment. It is no place for secrets: the blueprint is read by many.',
      ),
    sessions: z
      .enum(['machine', 'database', 'none'])
      .default('machine')
      .describe(
        'Where PHP keeps sessions. `machine`: on each machine its own, so that with several of them visitors lose theirs, and the plan says it. `database`: in that of `database`, for all machines. `none`: the site uses none.',
      ),
    database: z
      .strictObject({
        name: reference<DatabaseName>('data', 'sofoot').describe('Which database; a flow must lead to its pool.'),
        account: name<string>('site', 16).describe('One of its accounts, which may connect from this pool.'),
      })
      .optional()
      .describe(
        'The application finds host, port, name, user and password in its environment: `DB_HOST`, `DB_PORT`, `DB_NAME`, `DB_USER`, `DB_PASSWORD`. `DB_HOST` leads to the primary; on machines that serve the database themselves `DB_LOCAL_HOST` is the server beside the application, for what only reads.',
      ),
  })
  .superRefine(({ settings: all, extensions, sessions }, context) => {
    if (sessions !== 'machine' && all['session.auto_start'] !== undefined) {
      const message = 'a session would begin before PHP knows where it is kept';
      context.addIssue({
        code: 'custom',
        message,
        params: { mend: 'remove it, and let the site call `session_start()`' },
        path: ['settings', 'session.auto_start'],
      });
    }
    for (const key of Object.keys(all)) {
      if (iniNames.has(key) || saidElsewhere[key] !== undefined) continue;
      const its = extensionOfSetting(key);
      if (its !== undefined && extensions.includes(its)) continue;
      const path = ['settings', key];
      if (its !== undefined && packagesOfExtensions([its]).length > 0) {
        const mend = `add \`${its}\` to \`extensions\` of this role`;
        context.addIssue({
          code: 'custom',
          message: `\`${key}\` is a setting of the extension \`${its}\`, which is not asked for`,
          params: { mend },
          path,
        });
        continue;
      }
      const meant = suggest(key, [...iniNames]);
      const mend =
        meant === undefined ? 'write it as in PHP’s manual, for example `memory_limit`' : `did you mean \`${meant}\`?`;
      context.addIssue({
        code: 'custom',
        message: `PHP has no setting \`${key.slice(0, 60)}\``,
        params: { mend },
        path,
      });
    }
  })
  .describe('PHP-FPM, as user `www-data`, with the application’s settings in its environment.');
