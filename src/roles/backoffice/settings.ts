import { z } from 'zod';
import { absolutePath, cidr, hostName, reference } from '../../blueprint/fields.ts';
import type { NetworkName } from '../../model/ids.ts';

export const backofficeSettings = z
  .strictObject({
    root: absolutePath.describe('The folder of the editors’ site.'),
    host: hostName.describe('The host name of the editors’ entrance.'),
    network: reference<NetworkName>('networks', 'public').describe('The network on which editors reach it.'),
    from: z.array(cidr).min(1, { error: 'name at least one network of editors' }).describe('Only these may connect.'),
  })
  .describe('The editors’ own entrance: HTTPS, reachable from the listed networks only.');
