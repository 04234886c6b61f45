import { z } from 'zod';
import { reference, quantity } from '../../blueprint/fields.ts';
import type { ContentName } from '../../model/ids.ts';

export const contentSettings = z
  .strictObject({
    of: reference<ContentName>('content', 'site').describe(
      'Which content, by its name in `content`; a flow must lead to its origin.',
    ),
    every: quantity('duration').prefault('10s').describe('How often a machine fetches what changed.'),
  })
  .describe('A copy of a site’s files, kept equal to its origin by rsync.');
