import { z } from 'zod';
import { reference } from '../../blueprint/fields.ts';
import type { PoolName } from '../../model/ids.ts';

export const arbiterSettings = z
  .strictObject({
    of: reference<PoolName>('pools', 'database').describe('The pool in whose cluster it votes; its role is `galera`.'),
  })
  .describe('A vote in a Galera cluster, without data: with it, more machines may be lost before writes are refused.');
