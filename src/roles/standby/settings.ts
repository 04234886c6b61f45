import { z } from 'zod';
import { cidr, name, port, quantity, reference } from '../../blueprint/fields.ts';
import type { AddressName } from '../../model/ids.ts';

export const standbySettings = z
  .strictObject({
    services: z
      .record(
        name<string>('extranet', 16),
        z.strictObject({
          address: reference<AddressName>('addresses', 'extranet').describe(
            'Where it answers: an address of the pool.',
          ),
          port: port.default(80).describe('At which port.'),
        }),
      )
      .refine((services) => Object.keys(services).length > 0, { error: 'name at least one service' })
      .describe('Each a folder of documents that devices read and write over HTTP (WebDAV), by a server of its own.'),
    from: z.array(cidr).min(1, { error: 'name at least one network of devices' }).describe('Only these may connect.'),
    every: quantity('duration', { example: '1min' })
      .prefault('1min')
      .describe('How often who stands by fetches what was written: a failure loses up to that much.'),
    failover: z
      .enum(['automatic', 'by hand'])
      .default('automatic')
      .describe(
        'Whether another machine runs the services when the one that does is lost; nothing is moved back by itself.',
      ),
    hold: quantity('duration', { example: '10min' })
      .prefault('10min')
      .describe('After such a move, how long there is no other one. The default is chosen.'),
  })
  .describe('Services that one machine of the pool runs, while the others stand by with a copy of their documents.');
