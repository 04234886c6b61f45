/** What the balancer makes of settings that SoFoot does not have: for each, the lines that matter. */
import { describe, expect, test } from 'vitest';
import type { Platform } from '../../../src/blueprint/platform.ts';
import { machines, recipesOn, shopWith } from '../platforms.ts';
import { haproxy, keepalived, firewall, holds, route, secondPool } from './variant.ts';

describe('the balancer', () => {
  const pair = shopWith({ pools: { front: { base: machines(2, 'a', 'b') } } });
  const paths = shopWith({
    pools: secondPool,
    routes: [route(), route({ path: '/api', to: 'api' }), route({ path: '/api/v2', to: 'web', health: '/v2/up' })],
  });
  const twoAddresses = shopWith({
    pools: secondPool,
    addresses: { api: { network: 'public', pool: 'front', ip: '198.51.100.11' } },
    routes: [
      route({ host: ['shop.test', 'www.shop.test'] }),
      { address: 'api', host: 'api.shop.test', to: 'api', tls: false },
    ],
  });
  const large = shopWith({
    pools: {
      ...secondPool,
      web: { limits: { requestHeaders: '8kB', answerHeaders: '8kB', headers: 100 } },
    },
    routes: [route(), route({ path: '/api', to: 'api' })],
  });
  const noRoute = shopWith({ addresses: { idle: { network: 'public', pool: 'front', ip: '198.51.100.12' } } });

  holds([
    {
      name: 'one machine holds the address by itself',
      of: shopWith(),
      machine: 'front-1',
      file: keepalived,
      has: ['198.51.100.10/24 dev public', 'priority 254'],
      lacks: ['unicast', 'track_file {'],
    },
    {
      name: 'of two, the second speaks to the first and yields to it',
      of: pair,
      machine: 'front-2',
      file: keepalived,
      has: ['unicast_src_ip 10.1.0.3', '10.1.0.2', 'priority 238', 'interface inside', 'nopreempt'],
    },
    {
      name: 'the more particular path is asked first',
      of: paths,
      machine: 'front-1',
      file: haproxy,
      has: [
        'use_backend web.v2-up if { req.hdr(host),host_only -m str -i www.shop.test } { path_beg /api/v2 }',
        'use_backend api if { req.hdr(host),host_only -m str -i www.shop.test } { path_beg /api }',
        'use_backend web if { req.hdr(host),host_only -m str -i www.shop.test }',
        'default_backend web',
      ],
    },
    {
      name: 'two ways to judge one pool are two backends',
      of: paths,
      machine: 'front-1',
      file: haproxy,
      has: [
        'backend web',
        'backend web.v2-up',
        `http-check send meth GET uri-lf '%[srv_name,regsub("^alive[.].*","/.spillway/alive"),regsub("^[^/].*","/v2/up")]' ver HTTP/1.1 hdr Host www.shop.test hdr User-Agent spillway-check hdr X-Spillway-Check 1`,
      ],
    },
    {
      name: 'an address without TLS has no certificate',
      of: twoAddresses,
      machine: 'front-1',
      file: haproxy,
      has: ['bind 198.51.100.11:80 transparent', 'default_backend api'],
      lacks: ['198.51.100.11:443', 'certificates/api.pem'],
    },
    {
      name: 'several hosts stand on one route, and in one certificate',
      of: twoAddresses,
      machine: 'front-1',
      file: '/etc/haproxy/certificates/www.pem',
      has: ['⟦certificate shop.test www.shop.test 198.51.100.10⟧'],
    },
    {
      name: 'each address moves by itself',
      of: twoAddresses,
      machine: 'front-1',
      file: keepalived,
      has: ['vrrp_instance www {', 'virtual_router_id 1', 'vrrp_instance api {', 'virtual_router_id 2'],
    },
    {
      name: 'only the ports that are answered are open, and only at the address',
      of: twoAddresses,
      machine: 'front-1',
      file: firewall,
      has: [
        'iifname "public" ip daddr 198.51.100.10 tcp dport 443 accept comment "https"',
        'iifname "public" ip daddr 198.51.100.11 tcp dport 80 accept comment "http"',
      ],
      lacks: ['ip daddr 198.51.100.11 tcp dport 443', 'vrrp'],
    },
    {
      name: 'has the buffers of the pool that asks for most, and each pool’s own largest body',
      of: large,
      machine: 'front-1',
      file: haproxy,
      has: [
        'tune.bufsize 36864',
        'tune.maxrewrite 1024',
        'tune.http.maxhdr 216',
        'http-request return status 413 content-type text/plain string "too large" if { req.hdr_val(content-length) gt 16000000 }',
      ],
    },
    {
      name: 'an address without a route is held, and nothing answers there',
      of: noRoute,
      machine: 'front-1',
      file: haproxy,
      lacks: ['198.51.100.12', 'frontend idle'],
    },
    {
      name: 'times come from the settings',
      of: shopWith({
        pools: { front: { roles: { balancer: { checkEvery: '2s', connectTimeout: '1s', answerTimeout: '60s' } } } },
      }),
      machine: 'front-1',
      file: haproxy,
      has: [
        'timeout connect 1000ms',
        'timeout server 60000ms',
        'server web-1 10.1.0.3:80 check inter 2000ms fastinter 100ms downinter 500ms rise 1 fall 2 pool-purge-delay 30s tcp-ut 2000ms weight 100',
      ],
    },
    {
      name: 'who serves more gets more, and whom a machine cannot answer waits at the balancer for a while',
      of: shopWith({
        pools: {
          web: {
            base: { serves: '200 requests/s' },
            overflow: { count: 2, site: 'b', flavour: 'small', serves: '400 requests/s' },
            queue: { beyond: 20, most: 300, wait: '2s' },
          },
        },
      }),
      machine: 'front-1',
      file: haproxy,
      has: [
        'server web-1 10.1.0.3:80 check inter 500ms fastinter 100ms downinter 500ms rise 1 fall 2 pool-purge-delay 30s tcp-ut 2000ms weight 50 maxconn 20',
        'timeout queue 2000ms',
      ],
    },
    {
      name: 'what a visitor says of HTTPS does not count, and a POST is never sent twice',
      of: shopWith(),
      machine: 'front-1',
      file: haproxy,
      has: [
        'http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]',
        'http-request disable-l7-retry if !{ method GET HEAD OPTIONS } or { nbsrv lt 2 }',
      ],
    },
  ]);

  test('one balancer has nobody to watch; of two, each probes its keepalived', () => {
    const probes = (platform: Platform) =>
      recipesOn(platform, 'front-1').flatMap((recipe) => recipe.probes.map(({ name }) => name));
    expect(probes(shopWith())).not.toContain('keepalived runs');
    expect(probes(pair)).toContain('keepalived runs');
  });
});
