import { z } from 'zod';
import { absolutePath, quantity, urlPath } from '../../blueprint/fields.ts';

const cache = z.strictObject({
  size: quantity('size').prefault('64MB').describe('On disk; what was not asked for the longest goes first.'),
  staleOnError: z
    .boolean()
    .default(false)
    .describe(
      'Whether a page that is old is shown when PHP answers 500 or 503, or not at all. Pages that must not be shown old (`must-revalidate`, or `s-maxage` without `stale-if-error`) are then not kept. Without it, old pages are shown only if they say `stale-if-error`, and PHP does not answer at all.',
    ),
});

export const webSettings = z
  .strictObject({
    root: absolutePath.describe('The folder that visitors see.'),
    entry: z
      .union([urlPath, z.literal('none', { error: 'this must be the path of a page, or `none`' })])
      .prefault('/index.php')
      .describe('What answers what is no file: a page of PHP, a file, or `none`: then it is 404.'),
    scripts: z
      .enum(['all', 'entry'])
      .default('all')
      .describe(
        'Which pages of PHP visitors may ask for by their names: all below `root`, or `entry` alone. In folders that the application may write none runs.',
      ),
    cache: z
      .union([
        cache,
        z.literal('off', { error: 'this must be `off`, or a mapping with `size`' }).transform(() => undefined),
      ])
      .prefault({})
      .describe(
        'The page cache, or `off`. A page is kept only if it says so, and for as long as it says (`Cache-Control`).',
      ),
  })
  .describe('nginx: static files, a page cache, and PHP behind it.');
