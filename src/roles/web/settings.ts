import { z } from 'zod';
import { absolutePath, quantity, urlPath } from '../../blueprint/fields.ts';

export const webSettings = z
  .strictObject({
    root: absolutePath.describe('The folder that visitors see.'),
    entry: urlPath.prefault('/index.php').describe('The PHP page that answers what is no file.'),
    cache: z
      .strictObject({
        size: quantity('size').prefault('64MB').describe('On disk; what was not asked for the longest goes first.'),
      })
      .prefault({})
      .describe('The page cache. How long a page is kept is said by the page itself (`Cache-Control`).'),
  })
  .describe('nginx: static files, a page cache, and PHP behind it.');
