/** How large requests and answers of a pool may be: the part of the schema from which HAProxy, nginx and PHP take the same numbers. */
import { z } from 'zod';
import { count, quantity } from './fields.ts';

/** Chosen: below these, browsers and frameworks do not work; above, a request does not fit into what nginx can tell PHP at once (64 kB). */
const headerRange = { least: '4kB', most: '48kB' };

export const limits = z
  .strictObject({
    body: quantity('size', { least: '1kB', most: '100GB' })
      .prefault('16MB')
      .describe('The body of a request, an upload for example. A larger one is answered 413.'),
    url: quantity('size', { least: '1kB', most: '8kB' })
      .prefault('8kB')
      .describe('The URL of a request. A longer one is answered 414.'),
    requestHeaders: quantity('size', { ...headerRange, example: '32kB' })
      .prefault('32kB')
      .describe(
        'All headers of a request together, its cookies and its URL among them. What is larger is answered 400.',
      ),
    answerHeaders: quantity('size', { ...headerRange, example: '32kB' })
      .prefault('32kB')
      .describe('All headers of an answer together. An answer with larger ones becomes a 502.'),
    headers: count(50, 1000).default(200).describe('How many headers a request or an answer may have.'),
  })
  .prefault({})
  .describe('How large requests and answers may be: one statement for HAProxy, nginx and PHP.');
