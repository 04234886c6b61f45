/** Which commands bring a backend's servers to what is wanted: one look at a time, from wherever they are. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MachineName } from '../../../src/model/ids.ts';
import { membershipCommands, type Membership, type SeenServer } from '../../../src/runtime/haproxy/membership.ts';
import { ImaginedHaproxy, type Server } from './imagined-haproxy.ts';

const added = { port: 80, parameters: 'check inter 500ms rise 1 fall 2' };
const name = (text: string) => text as MachineName;
const server = (text: string, more: Partial<SeenServer> = {}): SeenServer => {
  const ip = `10.8.0.${text.slice(-1)}`;
  return {
    backend: 'web',
    name: text,
    ip,
    port: 80,
    ordered: 'ready',
    checked: true,
    weight: 100,
    sessions: 0,
    ...more,
  };
};
const wanting = (overflow: readonly string[], base: Membership['base'] = new Map()): Membership => ({
  base: new Map([[name('web-1'), undefined], [name('web-2'), undefined], ...base]),
  overflow: new Map(overflow.map((one) => [name(one), `10.8.0.${one.slice(-1)}`])),
});
const base = [server('web-1'), server('web-2')];
const commands = (seen: readonly SeenServer[], membership: Membership) =>
  membershipCommands('web', seen, membership, added);

describe('a machine of the overflow', () => {
  test('that has had its time for its last requests is rid of them; what serves or is of the base never is', () => {
    const busy = (text: string, ordered: SeenServer['ordered']) => server(text, { ordered, sessions: 3 });
    const seen = [busy('web-1', 'drain'), busy('web-4', 'ready'), busy('web-5', 'drain'), busy('web-6', 'drain')];
    const closing = new Set(['web-1', 'web-4', 'web-5'].map(name));
    expect(commands(seen, { ...wanting(['web-4']), closing })).toEqual(['shutdown sessions server web/web-5']);
  });

  test('that is down is rid of who waits for its answer, once those who were about to connect have gone elsewhere', () => {
    const down = (text: string, downMs: number, sessions: number) => server(text, { downMs, sessions });
    const seen = [down('web-1', 9_000, 3), down('web-4', 1_000, 2), down('web-5', 0, 2), down('web-6', 9_000, 0)];
    expect(commands(seen, wanting(['web-4', 'web-5', 'web-6']))).toEqual(['shutdown sessions server web/web-4']);
  });

  test('that is wanted and not there is added, checked and enabled', () => {
    expect(commands(base, wanting(['web-4']))).toEqual([
      'add server web/web-4 10.8.0.4:80 check inter 500ms rise 1 fall 2',
      'enable health web/web-4',
      'enable server web/web-4',
    ]);
  });

  const lines: readonly { is: string; seen: Partial<SeenServer>; wanted: boolean; then: readonly string[] }[] = [
    { is: 'that serves, and shall', seen: {}, wanted: true, then: [] },
    {
      is: 'that drains, and shall serve',
      seen: { ordered: 'drain' },
      wanted: true,
      then: ['set server web/web-4 state ready'],
    },
    {
      is: 'that was added and no more',
      seen: { ordered: 'maint', checked: false },
      wanted: true,
      then: ['enable health web/web-4', 'set server web/web-4 state ready'],
    },
    { is: 'that serves, and shall leave', seen: {}, wanted: false, then: ['set server web/web-4 state drain'] },
    { is: 'that leaves and still answers', seen: { ordered: 'drain', sessions: 1 }, wanted: false, then: [] },
    {
      is: 'that leaves and has no one left',
      seen: { ordered: 'drain' },
      wanted: false,
      then: ['set server web/web-4 state maint', 'del server web/web-4'],
    },
    { is: 'whose deletion failed', seen: { ordered: 'maint' }, wanted: false, then: ['del server web/web-4'] },
    {
      is: 'that was made anew elsewhere',
      seen: { ip: '10.8.0.99' },
      wanted: true,
      then: ['set server web/web-4 state drain'],
    },
  ];
  test.each(lines)('$is', ({ seen, wanted, then }) => {
    expect(commands([...base, server('web-4', seen)], wanting(wanted ? ['web-4'] : []))).toEqual(then);
  });
});

describe('a machine of the base', () => {
  test('of which nothing is asked stays as it is', () => {
    expect(
      commands([server('web-1', { ordered: 'maint' }), server('web-2', { ordered: 'drain' })], wanting([])),
    ).toEqual([]);
  });

  test('drains and serves when it is asked to', () => {
    const drain = new Map([[name('web-1'), 'drain' as const]]);
    const serve = new Map([[name('web-1'), 'serve' as const]]);
    expect(commands(base, wanting([], drain))).toEqual(['set server web/web-1 state drain']);
    expect(commands([server('web-1', { ordered: 'drain' })], wanting([], drain))).toEqual([]);
    expect(commands([server('web-1', { ordered: 'drain' })], wanting([], serve))).toEqual([
      'set server web/web-1 state ready',
    ]);
  });

  test('that is not there yet comes with the configuration', () => {
    expect(commands([], wanting([]))).toEqual([]);
  });
});

test('servers of other backends are none of its business', () => {
  expect(commands([server('api-4', { backend: 'api' })], wanting([]))).toEqual([]);
});

test('from anywhere it comes to what is wanted, nothing is refused, and no server of the base is deleted', () => {
  const names = ['web-1', 'web-2', 'web-3', 'web-4', 'web-5', 'web-6'];
  const anyServer = (text: string, configured: boolean): fc.Arbitrary<Server> =>
    fc.record({
      backend: fc.constant('web'),
      name: fc.constant(text),
      ip: configured
        ? fc.constant(`10.8.0.${text.slice(-1)}`)
        : fc.constantFrom(`10.8.0.${text.slice(-1)}`, '10.8.0.99'),
      port: fc.constant(80),
      ordered: fc.constantFrom('ready', 'drain', 'maint'),
      checked: fc.boolean(),
      weight: fc.constant(100),
      sessions: fc.nat(3),
      configured: fc.constant(configured),
    });
  const anySeen = fc
    .tuple(
      fc.subarray(names.slice(2)).chain((some) => fc.tuple(...some.map((one) => anyServer(one, false)))),
      anyServer('web-1', true),
      anyServer('web-2', true),
    )
    .map(([dynamic, ...configured]) => [...configured, ...dynamic]);
  // A session ends each round, and a leaving server takes three steps; one that was made anew elsewhere comes after that.
  const rounds = 3 + 3 + 1;
  fc.assert(
    fc.property(anySeen, fc.subarray(names.slice(2)), (seen, overflow) => {
      const haproxy = new ImaginedHaproxy(seen);
      const wanted = wanting(overflow);
      for (let round = 0; round < rounds; round++) {
        for (const command of commands(haproxy.servers, wanted)) haproxy.perform(command);
        haproxy.pass();
      }
      expect(commands(haproxy.servers, wanted)).toEqual([]);
      expect(haproxy.refused).toEqual([]);
      expect(haproxy.servers.filter(({ configured }) => configured)).toHaveLength(2);
      const serving = haproxy.servers.filter(({ configured }) => !configured);
      expect(serving.map((one) => [one.name, one.ip, one.ordered, one.checked]).sort()).toEqual(
        overflow.map((one) => [one, `10.8.0.${one.slice(-1)}`, 'ready', true]),
      );
    }),
  );
});
