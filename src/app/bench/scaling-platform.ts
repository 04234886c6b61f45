/** The text of a platform with one pool that scales by every rule there is: balancers and a database, and all other machines in the pool. */
import type { PlatformName, PoolName } from '../../model/ids.ts';

export const scalingPool = 'web' as PoolName;
/** Requests each second that one machine serves, and how full the pool may be. */
export const serves = 100;
export const fill = 0.7;
const others = { balancer: 2, database: 2 };

/** Half of the pool is its base, and the rest its overflow. */
export function scalingPlatform(platform: PlatformName, machines: number): string {
  const inPool = machines - others.balancer - others.database;
  const base = Math.ceil(inPool / 2);
  return `platform: ${platform}
sites: { east: {}, west: {} }
networks:
  public: { kind: public, cidr: 198.18.0.0/16 }
  private: { kind: private, cidr: 10.0.0.0/16 }
flavours:
  host: { cores: 4 cores, memory: 32GB, price: 60 EUR/month }
  cloud: { cores: 4 cores, memory: 32GB, price: 0.12 EUR/hour }
pools:
  balancer:
    roles: { balancer: {} }
    networks: [public, private]
    base: { count: ${others.balancer}, site: [east, west], flavour: host }
  ${scalingPool}:
    roles: { web: { root: /srv/site }, php: { database: { name: site, account: site } } }
    networks: [private]
    base: { count: ${base}, site: [east, west], flavour: host, serves: ${serves} requests/s }
    overflow: { count: ${inPool - base}, site: west, flavour: cloud, serves: ${serves} requests/s }
    scale:
      ready: 8s
      fill: ${100 * fill} %
      cpu: 90 %
      concurrency: 100
      queue: 50
      schedule: [{ from: "00:00", until: "12:00", machines: ${base} }, { from: "12:00", until: "23:59", machines: ${base} }]
      forecast: 10min
    queue: { beyond: 200, most: 5000, wait: 3s }
    shed: [search, comments]
  database:
    roles: { mariadb: { primary: east, replicas: [west] } }
    networks: [private]
    base: { count: ${others.database}, site: [east, west], flavour: host }
addresses:
  www: { network: public, pool: balancer }
routes:
  - { address: www, host: www.site.test, to: ${scalingPool} }
flows:
  - { from: ${scalingPool}, to: database }
data:
  site: { pool: database, accounts: { site: { from: ${scalingPool}, rights: { "*": [select] } } } }
objectives:
  budget: 1000000 EUR/month
`;
}
