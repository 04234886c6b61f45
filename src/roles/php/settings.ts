import { z } from 'zod';
import { count, name, reference } from '../../blueprint/fields.ts';
import type { DatabaseName } from '../../model/ids.ts';

export const phpSettings = z
  .strictObject({
    workers: count(1, 500).default(8).describe('PHP processes, each serving one request at a time.'),
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
  .describe('PHP-FPM, as user `www-data`, with the application’s settings in its environment.');
