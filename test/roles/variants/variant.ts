/** A setting that SoFoot does not have, and the lines that roles make of it. */
import { expect, test } from 'vitest';
import type { Platform } from '../../../src/blueprint/platform.ts';
import { fileOn, machines, type Change } from '../platforms.ts';

interface Variant {
  readonly name: string;
  readonly of: Platform;
  readonly machine: string;
  readonly file: string;
  /** Lines of the file, without the space around them. */
  readonly has?: readonly string[];
  /** Parts of lines that it must not have. */
  readonly lacks?: readonly string[];
}

export const haproxy = '/etc/haproxy/haproxy.cfg';
export const keepalived = '/etc/keepalived/keepalived.conf';
export const firewall = '/etc/nftables.conf';
export const nginx = '/etc/nginx/nginx.conf';
export const fpm = '/etc/php/8.2/fpm/pool.d/spillway.conf';
export const ini = '/etc/php/8.2/fpm/conf.d/90-spillway.ini';
export const mariadb = '/etc/mysql/mariadb.conf.d/90-spillway.cnf';
export const accounts = '/etc/mysql/spillway/accounts.sql';
export const rights = '/etc/mysql/spillway/rights.sql';

export const linesOf = (text: string) => text.split('\n').map((line) => line.trim());

export function holds(variants: readonly Variant[]): void {
  test.each(variants)('$name', ({ of, machine, file, has = [], lacks = [] }) => {
    const text = fileOn(of, machine, file);
    for (const line of has) expect(linesOf(text)).toContain(line);
    for (const part of lacks) expect(text).not.toContain(part);
  });
}

export const route = (change: Change = {}): Change => ({ address: 'www', host: 'www.shop.test', to: 'web', ...change });
export const secondPool: Change = {
  api: { roles: { web: { root: '/srv/api' } }, networks: ['inside'], base: machines(1, 'a') },
};
