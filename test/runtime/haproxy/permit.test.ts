/** HAProxy does not know of terms: before it is told to change anything, its machine is asked. */
import { expect, test } from 'vitest';
import type { MachineName, PoolName } from '../../../src/model/ids.ts';
import { stale } from '../../../src/model/term.ts';
import { holdMembership } from '../../../src/runtime/haproxy/balancer.ts';
import { holdRelief } from '../../../src/runtime/haproxy/relief.ts';
import type { HaproxySocket } from '../../../src/runtime/haproxy/socket.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const said = (file: string) => readFileSync(join(import.meta.dirname, 'said', file), 'utf8');

function socketThat(permit: () => Promise<void>): HaproxySocket & { readonly changes: readonly string[] } {
  const changes: string[] = [];
  return {
    changes,
    permit,
    async ask(command) {
      if (command === 'show info') return said('show-info.txt');
      if (command === 'show servers state') return said('show-servers-state.txt');
      if (command.startsWith('show stat')) return said('show-stat.txt');
      if (!command.startsWith('show')) changes.push(command);
      return '';
    },
    renew: () => undefined,
    close: () => undefined,
  };
}

const wanted = (overflow: ReadonlyMap<MachineName, string>) => [
  { backend: 'web', membership: { base: new Map(), overflow }, added: { port: 80, parameters: 'check' } },
];
const relief = { shed: [], turnsAway: true };
const refuses = () => Promise.reject(stale('another works there'));
const one = new Map([['web-x9' as MachineName, '10.8.0.99']]);

test('a membership and a relief that are held once the machine permits it', async () => {
  const socket = socketThat(() => Promise.resolve());
  await holdMembership(socket, wanted(one));
  await holdRelief(socket, 'web' as PoolName, relief);
  expect(socket.changes).toContain('add server web/web-x9 10.8.0.99:80 check');
  expect(socket.changes.some((command) => command.includes('map'))).toBe(true);
});

test('neither, when it refuses', async () => {
  const socket = socketThat(refuses);
  await expect(holdMembership(socket, wanted(one))).rejects.toMatchObject({ code: 'stale-controller' });
  await expect(holdRelief(socket, 'web' as PoolName, relief)).rejects.toMatchObject({ code: 'stale-controller' });
  expect(socket.changes).toEqual([]);
});
