/** The text of a platform with a pair of databases and a machine that uses it. */
import { asPercent, flavour } from './hardware.ts';

export const pool = 'database';
export const client = 'client-1';
/** Chosen: what follows must not wait for it; a platform has it for minutes. */
export const holdMs = 1_000;

/** JSON is YAML. */
export const pairBlueprint = JSON.stringify({
  platform: 'pair',
  sites: { a: {}, b: {} },
  networks: { inside: { kind: 'private', cidr: '10.1.0.0/24' } },
  flavours: { small: { cores: `${flavour.cores} cores`, memory: `${flavour.memoryGigabytes}GB`, price: '1 EUR/hour' } },
  engines: { lab: { kind: 'lab', ...asPercent } },
  pools: {
    client: { roles: {}, networks: ['inside'], base: { count: 1, site: 'a', flavour: 'small' } },
    [pool]: {
      roles: { mariadb: { primary: 'a', replicas: ['b'], hold: `${holdMs}ms` } },
      networks: ['inside'],
      base: { count: 2, site: ['a', 'b'], flavour: 'small' },
    },
  },
  addresses: { db: { network: 'inside', pool, ip: '10.1.0.100' } },
  flows: [{ from: 'client', to: pool }],
  objectives: { rto: '30s', rpo: '0s' },
});
