/** Secrets: made once, kept, never twice the same; certificates that clients believe. */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MachineName } from '../../src/model/ids.ts';
import { mark, type Secret } from '../../src/model/secrets.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Vault } from '../../src/ports/vault.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { createVault } from '../../src/store/vault.ts';

let folder: string;
const stores: Store[] = [];

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'spillway-vault-'))));
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  rmSync(folder, { recursive: true });
});

function vaultOf(platform: string, now?: () => number): Vault {
  const store = openSqliteStore(join(folder, platform, 'state.sqlite'));
  stores.push(store);
  return createVault(store, platform, now);
}

const password = (name: string): Secret => ({ kind: 'password', name });
const web = 'web-1' as MachineName;

test('the authority’s certificate is there once something wants it', async () => {
  const vault = vaultOf('shop');
  expect(vault.authorityCertificate()).toBeUndefined();
  await vault.prepare([mark({ kind: 'authority' })]);
  expect(new X509Certificate(vault.authorityCertificate()!).ca).toBe(true);
});

describe('passwords', () => {
  test('are 32 letters and digits', () => {
    const vault = vaultOf('shop');
    for (let n = 0; n < 50; n++) expect(vault.reveal(password(String(n)))).toMatch(/^[A-Za-z0-9]{32}$/);
  });

  test('are the same whenever they are asked for, by whoever opens the vault', () => {
    const vault = vaultOf('shop');
    const first = vault.reveal(password('a'));
    expect(vault.reveal(password('a'))).toBe(first);
    expect(vaultOf('shop').reveal(password('a'))).toBe(first);
  });

  test('differ by name and by platform', () => {
    const all = ['shop', 'blog'].flatMap((platform) =>
      ['a', 'b'].map((name) => vaultOf(platform).reveal(password(name))),
    );
    expect(new Set(all).size).toBe(4);
  });

  test('fill the marks of a text, and nothing else of it', () => {
    const vault = vaultOf('shop');
    const text = `a = ${mark(password('a'))}; again ${mark(password('a'))}\n$& stays`;
    expect(vault.fill(text)).toBe(`a = ${vault.reveal(password('a'))}; again ${vault.reveal(password('a'))}\n$& stays`);
  });
});

describe('SSH keys', () => {
  test('are read by ssh2, are ed25519, and belong together', () => {
    const { private: own, public: shown } = vaultOf('shop').clientKey();
    const [privateKey, publicKey] = [own, shown].map((key) => ssh2.utils.parseKey(key));
    if (privateKey instanceof Error || publicKey instanceof Error) throw new Error('it cannot be read');
    expect(publicKey!.type).toBe('ssh-ed25519');
    expect(publicKey!.verify('text', privateKey!.sign('text'))).toBe(true);
  });

  test('fill the mark of the controller’s by its public half, in one line', () => {
    const vault = vaultOf('shop');
    expect(vault.fill(mark({ kind: 'client-key' }))).toBe(vault.clientKey().public);
    expect(vault.fill(mark({ kind: 'client-key' }))).toMatch(/^ssh-ed25519 [A-Za-z0-9+/=]+ spillway shop$/);
  });

  test('are one for the controller and one a machine, in each platform its own', () => {
    const keys = ['shop', 'blog'].flatMap((platform) => {
      const vault = vaultOf(platform);
      return [vault.clientKey(), vault.hostKey(web), vault.hostKey('web-2' as MachineName)];
    });
    expect(new Set(keys.map((pair) => pair.public)).size).toBe(6);
    expect(vaultOf('shop').hostKey(web)).toEqual(vaultOf('shop').hostKey(web));
  });
});

describe('certificates', () => {
  const hosts = ['www.shop.test', 'shop.test', '203.0.113.10'];
  const certificate: Secret = { kind: 'certificate', hosts };

  async function issued(platform = 'shop') {
    const vault = vaultOf(platform);
    await vault.prepare([mark(certificate)]);
    const pem = vault.reveal(certificate);
    const [own, authority] = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g)!;
    const key = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/.exec(pem)![0];
    return { vault, pem, own: new X509Certificate(own), authority: new X509Certificate(authority!), key };
  }

  test('come from the platform’s authority', async () => {
    const { own, authority, key } = await issued();
    expect(authority.ca).toBe(true);
    expect(authority.verify(authority.publicKey)).toBe(true);
    expect(own.ca).toBe(false);
    expect(own.checkIssued(authority)).toBe(true);
    expect(own.verify(authority.publicKey)).toBe(true);
    expect(own.checkPrivateKey(createPrivateKey(key))).toBe(true);
  });

  test('bear every host and address, and no other', async () => {
    const { own } = await issued();
    expect(own.subjectAltName).toBe('DNS:www.shop.test, DNS:shop.test, IP Address:203.0.113.10');
    expect(own.checkHost('www.shop.test')).toBe('www.shop.test');
    expect(own.checkIP('203.0.113.10')).toBe('203.0.113.10');
    expect(own.checkHost('blog.shop.test')).toBeUndefined();
    expect(own.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  test('are valid now, and not for longer than browsers take', async () => {
    const { own, authority } = await issued();
    const days = (one: X509Certificate) => (one.validToDate.getTime() - one.validFromDate.getTime()) / 86_400_000;
    expect(own.validFromDate.getTime()).toBeLessThan(Date.now());
    expect(days(own)).toBeLessThanOrEqual(398);
    expect(authority.validToDate.getTime()).toBeGreaterThan(own.validToDate.getTime());
  });

  test('stay, and differ by platform', async () => {
    const { vault, pem } = await issued();
    await vault.prepare([mark(certificate)]);
    expect(vault.reveal(certificate)).toBe(pem);
    expect((await issued()).pem).toBe(pem);
    expect((await issued('blog')).authority.fingerprint256).not.toBe((await issued()).authority.fingerprint256);
  });

  describe('are made anew when 30 days are left', () => {
    const dayMs = 24 * 3600 * 1000;
    const madeMs = Date.UTC(2030, 0, 1);
    const at = (days: number) => vaultOf('shop', () => madeMs + days * dayMs);
    const text = `${mark(certificate)}\n${mark({ kind: 'authority' })}`;
    const filledAt = async (days: number) => {
      const vault = at(days);
      await vault.prepare([text]);
      return vault.fill(text);
    };

    test.each([
      { days: 0, renewed: false },
      { days: 366.9, renewed: false },
      { days: 367.1, renewed: true },
      { days: 396, renewed: true },
      { days: 500, renewed: true },
    ])('after $days days: $renewed', async ({ days, renewed }) => {
      const first = await filledAt(0);
      const then = await filledAt(days);
      expect(then !== first).toBe(renewed);
      // And not once more.
      expect(await filledAt(days)).toBe(then);
    });

    test('by the same authority, with another key, for another 397 days', async () => {
      const parts = (pem: string) => pem.split(/(?<=-----END [A-Z ]+-----\n)/).slice(0, 3);
      const [first, then] = [parts(await filledAt(0)), parts(await filledAt(370))];
      expect(then[1]).toBe(first[1]);
      expect(then[2]).not.toBe(first[2]);
      const { validFromDate, validToDate, subjectAltName } = new X509Certificate(then[0]!);
      expect([validFromDate, validToDate].map((date) => (date.getTime() - madeMs) / dayMs)).toEqual([369, 767]);
      expect(subjectAltName).toBe(new X509Certificate(first[0]!).subjectAltName);
    });

    test('also in a vault that has told the old one already', async () => {
      let days = 0;
      const vault = vaultOf('shop', () => madeMs + days * dayMs);
      await vault.prepare([text]);
      const first = vault.fill(text);
      days = 370;
      expect(vault.fill(text)).toBe(first);
      await vault.prepare([text]);
      expect(vault.fill(text)).not.toBe(first);
    });

    test('once, whoever looks at the same time', async () => {
      await filledAt(0);
      const vaults = [at(370), at(370)];
      await Promise.all(vaults.map((vault) => vault.prepare([text])));
      expect(vaults[0]!.fill(text)).toBe(vaults[1]!.fill(text));
    });
  });

  describe('do not outlive their authority', () => {
    const dayMs = 24 * 3600 * 1000;
    const madeMs = Date.UTC(2030, 0, 1);
    const at = (days: number) => vaultOf('shop', () => madeMs + days * dayMs);
    const authorityAt = async (days: number) => {
      const vault = at(days);
      await vault.prepare([mark({ kind: 'authority' }), mark(certificate)]);
      const pems = vault.reveal(certificate).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)!;
      const [own, theirs] = pems.map((pem) => new X509Certificate(pem));
      return { authority: new X509Certificate(vault.reveal({ kind: 'authority' })), own: own!, theirs: theirs! };
    };

    test('which is made anew 427 days before its end, with the key that it has', async () => {
      const first = (await authorityAt(0)).authority;
      expect((await authorityAt(3222)).authority.fingerprint256).toBe(first.fingerprint256);
      const { authority, own, theirs } = await authorityAt(3224);
      expect(authority.fingerprint256).not.toBe(first.fingerprint256);
      expect(authority.validToDate.getTime()).toBe(madeMs + (3224 + 3650) * dayMs);
      expect(theirs.validToDate.getTime()).toBeGreaterThan(own.validToDate.getTime());
      // Whoever knows the old one believes what the new one issues, and the other way round.
      const later = await authorityAt(3224 + 390);
      for (const one of [first, authority, later.authority]) {
        expect(later.own.checkIssued(one)).toBe(true);
        expect(later.own.verify(one.publicKey)).toBe(true);
      }
    });

    test('and one that would, as all did that were issued before, is made anew with it', async () => {
      const store = openSqliteStore(join(folder, 'shop', 'state.sqlite'));
      stores.push(store);
      await authorityAt(0);
      const { createAuthority, issueCertificate } = await import('../../src/store/certificates.ts');
      const short = await createAuthority('shop', madeMs - 3640 * dayMs, store.getSecret('authority-key'));
      store.replaceSecret('authority-certificate', store.getSecret('authority-certificate')!, short.certificate);
      const name = mark(certificate);
      store.replaceSecret(name, store.getSecret(name)!, await issueCertificate(short, hosts, madeMs));
      const { authority, own, theirs } = await authorityAt(1);
      expect(authority.validToDate.getTime()).toBe(madeMs + 3651 * dayMs);
      expect(theirs.fingerprint256).toBe(authority.fingerprint256);
      expect(own.validFromDate.getTime()).toBe(madeMs);
    });
  });

  test('must be prepared, for they take time', () => {
    expect(() => vaultOf('shop').reveal(certificate)).toThrow('was not prepared');
  });

  test('are believed by a client that knows the authority, and by no other', async () => {
    const { vault, pem } = await issued();
    const server = createServer({ cert: pem, key: pem }, (socket) => socket.on('error', () => undefined).end('hello'));
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const visit = async (ca: string | undefined, servername: string) => {
      const socket: TLSSocket = connect({ port, host: '127.0.0.1', servername, ...(ca !== undefined && { ca }) });
      try {
        await once(socket, 'secureConnect');
        return 'believed';
      } catch (error) {
        return (error as NodeJS.ErrnoException).code;
      } finally {
        socket.destroy();
      }
    };
    const authority = vault.reveal({ kind: 'authority' });
    expect(await visit(authority, 'www.shop.test')).toBe('believed');
    expect(await visit(authority, 'blog.shop.test')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await visit(undefined, 'www.shop.test')).toBe('SELF_SIGNED_CERT_IN_CHAIN');
    server.close();
  });
});
