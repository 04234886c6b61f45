import { z } from 'zod';
import { reference, quantity } from '../../blueprint/fields.ts';
import type { ContentName } from '../../model/ids.ts';

export const contentSettings = z
  .strictObject({
    of: reference<ContentName>('content', 'site').describe('Which content, by its name in `content`.'),
    every: quantity('duration')
      .prefault('10s')
      .describe(
        'How often a machine compares what applications wrote with the origin’s list; what is new is sent at once.',
      ),
    writes: z
      .enum(['sent', 'refused'])
      .optional()
      .describe(
        'What happens with files that an application writes on these machines: `sent` to the origin and so to all others, or `refused`, so that it cannot write. By default only machines of the origin’s pool may write.',
      ),
  })
  .describe('The files of a content: its releases, and what applications write.');
