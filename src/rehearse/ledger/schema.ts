/** How a scenario's file asks for a ledger. */
import { z } from 'zod';
import { count, quantity, reference } from '../../blueprint/fields.ts';
import type { MachineName, PoolName } from '../../model/ids.ts';

const machineSays = 'this must be the name of a machine, for example `web-3`';

export const ledgerSchema = z
  .strictObject({
    pool: reference<PoolName>('pools', 'database').describe('Whose database is written to.'),
    from: (
      z
        .string({ error: ({ input }) => (input === undefined ? undefined : machineSays) })
        .meta({ examples: ['web-3'], 'x-kind': 'machine' }) as unknown as z.ZodType<MachineName, string>
    ).describe(
      'The machine from which the connections go out, as an application’s do: of the base of a pool from which a flow leads to the database, and touched by no fault.',
    ),
    writers: count(1, 32)
      .default(2)
      .describe(
        'How many write, each on a connection of its own and one write after the other. The default is chosen.',
      ),
    every: quantity('duration', { example: '20ms' })
      .prefault('20ms')
      .describe(
        'From one write of a writer to its next; interruptions are measured no finer. The default is chosen: a hundred writes a second of two writers, which any database has room for.',
      ),
    for: quantity('duration', { example: '60s' })
      .optional()
      .describe('How long, where nobody else comes. With `traffic` it writes as long as that lasts.'),
  })
  .describe(
    'Load that writes: each write that the database acknowledged is read back afterwards, and must be there once; meanwhile every machine of the pool is asked whether it takes writes.',
  );

export type WrittenLedger = z.output<typeof ledgerSchema>;
