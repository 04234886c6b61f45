import { z } from 'zod';
import { count, quantity } from '../../blueprint/fields.ts';

export const balancerSettings = z
  .strictObject({
    maxConnections: count(10, 100_000)
      .default(4000)
      .describe(
        'Connections that one balancer holds at once. The default is chosen to fit a limit of 20,000 open files.',
      ),
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
