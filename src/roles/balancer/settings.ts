import { z } from 'zod';
import { count, quantity } from '../../blueprint/fields.ts';

export const balancerSettings = z
  .strictObject({
    maxConnections: count(10, 100_000)
      .default(4000)
      .describe(
        'Connections that one balancer holds at once. The default is chosen to fit a limit of 20,000 open files.',
      ),
    perSource: z
      .strictObject({
        connections: quantity('share', { example: '5 %' })
          .prefault('75 %')
          .describe(
            'Of `maxConnections`, those that one address may hold at once; more are not taken. The default is chosen: it leaves room for others, and takes the visitors of a rehearsal, who all come from one address.',
          ),
        requests: quantity('rate', { example: '100 requests/s' })
          .optional()
          .describe(
            'Requests of one address, as the mean of ten seconds; more are answered 429. By default they are not counted, for many people may share one address.',
          ),
      })
      .prefault({})
      .describe('What one visitor’s address may take of a balancer.'),
    checkEvery: quantity('duration').prefault('500ms').describe('How often each web machine is asked for its health.'),
    connectTimeout: quantity('duration').prefault('500ms').describe('After this a request goes to another machine.'),
    answerTimeout: quantity('duration').prefault('15s').describe('How long a machine may take to answer.'),
    advertEvery: quantity('duration')
      .prefault('100ms')
      .describe(
        'How often the holder of the address says that it lives; the other takes over after three. The default is chosen: at 20 ms, the address moves while the host of both is busy.',
      ),
  })
  .describe('HAProxy in front of a pool; keepalived holds the address between the machines of this pool.');
