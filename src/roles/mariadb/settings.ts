import { z } from 'zod';
import { count, reference, quantity } from '../../blueprint/fields.ts';
import type { SiteName } from '../../model/ids.ts';

export const mariadbSettings = z
  .strictObject({
    primary: reference<SiteName>('sites', 'rbx').describe('The site of the primary: the first machine there.'),
    replicas: z.array(reference<SiteName>('sites', 'sbg')).default([]).describe('The site of each replica.'),
    replication: z
      .enum(['semi-synchronous', 'asynchronous'])
      .default('semi-synchronous')
      .describe('Semi-synchronous: a write is acknowledged once a replica has received it, while one is connected.'),
    failover: z
      .enum(['automatic', 'by hand'])
      .default('automatic')
      .describe(
        'Whether a replica takes the place of a primary that is lost, when the pool has an address on a private network; nothing is ever moved back by itself.',
      ),
    hold: quantity('duration', { example: '10min' })
      .prefault('10min')
      .describe('After such a move, how long nobody takes the place of the next primary. The default is chosen.'),
    memory: quantity('share').prefault('40 %').describe('Part of the machine’s memory for the buffer pool.'),
    connections: count(10, 5000).default(150).describe('How many it holds at once; each PHP process needs one.'),
  })
  .describe('MariaDB: one primary, replicas that follow it by GTID, accounts with generated secrets.');
