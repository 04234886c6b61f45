/** One example a section and a role for the reference page. A test puts them together and checks that they are accepted. */
export const examples: Readonly<Record<string, string>> = {
  platform: 'platform: sofoot',
  about: 'about: A football news site, and the editors who write it.',
  sites: `sites:
  rbx: { place: Roubaix }
  sbg: { place: Strasbourg }`,
  networks: `networks:
  public: { kind: public, cidr: 203.0.113.0/24 }
  private: { kind: private, cidr: 10.8.0.0/24 }`,
  engines: `engines:
  lab: { kind: lab, cores: 5 %, memory: 2 % }`,
  flavours: `flavours:
  host-32: { cores: 4 cores, memory: 32GB, disk: 2TB, bandwidth: 1Gbit/s, price: 60 EUR/month }
  cloud-30: { cores: 4 cores, memory: 30GB, price: 0.12 EUR/hour }`,
  pools: `pools:
  balancer:
    roles: { balancer: {} }
    networks: [public, private]
    base: { count: 2, site: [rbx, sbg], flavour: host-32 }
  web:
    roles:
      web: { root: /srv/site/public }
      php: { workers: 6 }
      content: { of: site }
    networks: [private]
    base: { count: 3, site: rbx, flavour: host-32, serves: 450 requests/s }
    overflow: { count: 5, site: sbg, flavour: cloud-30, serves: 350 requests/s, bake: true }
  database:
    roles:
      mariadb: { primary: rbx, replicas: [sbg] }
    networks: [private]
    base: { count: 2, site: [rbx, sbg], flavour: host-32 }`,
  'roles.balancer': 'roles:\n  balancer: { checkEvery: 500ms }',
  'roles.web': 'roles:\n  web: { root: /srv/site/public, cache: { size: 64MB } }',
  'roles.php': 'roles:\n  php: { workers: 6, database: { name: sofoot, account: site } }',
  'roles.content': 'roles:\n  content: { of: site, every: 10s }',
  'roles.mariadb': 'roles:\n  mariadb: { primary: rbx, replicas: [sbg], memory: 40 % }',
  'roles.galera': 'roles:\n  galera: { memory: 40 %, history: 1GB }',
  'roles.arbiter': 'roles:\n  arbiter: { of: cluster }',
  'roles.backoffice': `roles:
  backoffice:
    root: /srv/site/backoffice
    host: editors.sofoot.test
    network: public
    from: [203.0.113.128/26]`,
  'roles.standby': `roles:
  standby:
    services: { extranet: { address: extranet }, files: { address: files } }
    from: [203.0.113.192/26]`,
  addresses: `addresses:
  www: { network: public, pool: balancer, ip: 203.0.113.10 }`,
  routes: `routes:
  - { address: www, host: [www.sofoot.test, sofoot.test], to: web, health: /health }`,
  flows: `flows:
  - { from: web, to: database }
  - { from: database, to: web, ports: [873] }`,
  data: `data:
  sofoot:
    pool: database
    size: 5GB
    schema: ./site/schema.sql
    accounts:
      site: { from: web, rights: { "*": [select], comments: [insert] } }`,
  content: `content:
  site:
    source: ./site
    path: /srv/site
    origin: web
    writable: [public/media]
    fill: { run: php bin/generate.php, check: php bin/generate.php --check }`,
  objectives: `objectives:
  peak: { requests: 3000 requests/s, growth: 3, within: 20s, answer: 12kB }
  lostRequests: 0.1 %
  p99: 800ms
  rto: 30s
  rpo: 0s
  budget: 1200 EUR/month`,
  accept: `accept:
  - finding: one-site:web
    because: the overflow is elsewhere`,
  timeZone: 'timeZone: Europe/Paris',
};
