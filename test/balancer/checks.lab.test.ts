/** Which machines get visitors, by what their checks say. No test goes by the clock. */
import { describe, expect, test } from 'vitest';
import { shopWith } from '../roles/platforms.ts';
import { balanced, type Balanced } from './balanced.ts';

const up = (one: Balanced): readonly string[] =>
  one
    .haproxy('show servers state web')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, backend, , , , state]) => backend === 'web' && state === '2')
    .map(([, , , name = '']) => name)
    .toSorted();

async function servedBy(one: Balanced): Promise<readonly string[]> {
  const answers = await Promise.all(Array.from({ length: 20 }, () => one.ask({ path: '/' })));
  return [...new Set(answers.map(({ status, body }) => (status === 200 ? body : String(status))))].toSorted();
}

describe('machines whose health page waits behind what is loaded', () => {
  const one = balanced(shopWith());
  test('serve on, all of them', async () => {
    await expect.poll(() => up(one())).toEqual(['alive.web-1', 'alive.web-2', 'web-1', 'web-2']);
    await one().behave('web-1', { checks: 'never' });
    await one().behave('web-2', { checks: 'never' });
    await expect.poll(() => up(one())).toEqual(['alive.web-1', 'alive.web-2']);
    await expect.poll(() => servedBy(one())).toEqual(['web-1', 'web-2']);
    await one().behave('web-2', {});
    await expect.poll(() => up(one())).toContain('web-2');
    await expect.poll(() => servedBy(one())).toEqual(['web-2']);
  });
});

describe('a machine that never was well', () => {
  const one = balanced(shopWith(), { 'web-1': { checks: 500 } });
  test('gets no visitor', async () => {
    await expect.poll(() => servedBy(one())).toEqual(['web-2']);
    expect((await one().ran('web-1')).length).toBe(0);
  });

  test('gets none after a reload either, and the others serve on', async () => {
    await expect.poll(() => up(one())).toEqual(['alive.web-1', 'alive.web-2', 'web-2']);
    one().sh('/etc/haproxy/servers-known && kill -USR2 $(cat /run/haproxy.pid)');
    const known = one().sh(`awk '{ print $4, $6 }' /run/haproxy/servers.state`).split('\n');
    expect(known).toEqual(expect.arrayContaining(['web-1 0', 'web-2 2', 'alive.web-1 2', 'alive.web-2 2']));
    await expect.poll(() => servedBy(one())).toEqual(['web-2']);
    expect((await one().ran('web-1')).length).toBe(0);
  });

  test('nor a new one, of which the process before knows nothing', () => {
    one().sh('sed -i s/web-2/web-9/ /etc/haproxy/servers.state && /etc/haproxy/servers-known');
    const known = one().sh(`awk '{ print $4, $6 }' /run/haproxy/servers.state`).split('\n');
    expect(known).toEqual(expect.arrayContaining(['web-1 0', 'web-9 0']));
  });
});

describe('a machine that is not there', () => {
  const one = balanced(shopWith(), { 'web-1': undefined, 'web-2': undefined });
  test('is not taken for one that is busy', async () => {
    await expect.poll(() => up(one())).toEqual([]);
    expect(await servedBy(one())).toEqual(['503']);
  });
});
