/**
 * The text of a platform of thousands of machines: cells of 500, each with its
 * own entrance, web machines and doubled database, as a host of many sites has them.
 */
const cellSize = 500;
const perCell = { balancer: 2, database: 2 };

export function largePlatform(machines: number): string {
  const cells = Array.from({ length: Math.ceil(machines / cellSize) }, (_, index) => ({
    name: `c${index + 1}`,
    web: Math.min(cellSize, machines - index * cellSize) - perCell.balancer - perCell.database,
  }));
  const each = (lines: (cell: (typeof cells)[number]) => string) => cells.map(lines).join('\n');
  return `platform: large
sites: { east: {}, west: {} }
networks:
  public: { kind: public, cidr: 198.18.0.0/16 }
  private: { kind: private, cidr: 10.0.0.0/16 }
flavours:
  host: { cores: 4 cores, memory: 32GB, price: 60 EUR/month }
pools:
${each(
  ({ name, web }) => `  ${name}-balancer:
    roles: { balancer: {} }
    networks: [public, private]
    base: { count: ${perCell.balancer}, site: [east, west], flavour: host }
  ${name}-web:
    roles: { web: { root: /srv/site }, php: { database: { name: ${name}, account: site } } }
    networks: [private]
    base: { count: ${web}, site: [east, west], flavour: host }
  ${name}-database:
    roles: { mariadb: { primary: east, replicas: [west] } }
    networks: [private]
    base: { count: ${perCell.database}, site: [east, west], flavour: host }`,
)}
addresses:
${each(({ name }) => `  ${name}-www: { network: public, pool: ${name}-balancer }`)}
routes:
${each(({ name }) => `  - { address: ${name}-www, host: www.${name}.test, to: ${name}-web }`)}
flows:
${each(({ name }) => `  - { from: ${name}-web, to: ${name}-database }`)}
data:
${each(({ name }) => `  ${name}: { pool: ${name}-database, accounts: { site: { from: ${name}-web, rights: { "*": [select] } } } }`)}
`;
}
