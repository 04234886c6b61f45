import { z } from 'zod';
import { count, quantity } from '../../blueprint/fields.ts';

export const galeraSettings = z
  .strictObject({
    memory: quantity('share').prefault('40 %').describe('Part of the machine’s memory for the buffer pool.'),
    connections: count(10, 5000).default(150).describe('How many each node holds at once.'),
    history: quantity('size', { example: '1GB' })
      .prefault('128MB')
      .describe(
        'Writes that each node keeps, on its disk, and reads again when it starts. A node that was away no longer than they reach back gets only what it missed; else a copy of everything.',
      ),
  })
  .describe(
    'MariaDB as a Galera cluster: every node holds everything, and a write is acknowledged when all have it. A route by port leads to it.',
  );
