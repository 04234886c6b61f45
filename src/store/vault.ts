/** Makes secrets when they are first asked for, and keeps them in the platform's store; certificates until they are due. */
import { randomInt } from 'node:crypto';
import { fillMarks, mark, secretsIn, type Secret } from '../model/secrets.ts';
import type { KeyPair, Vault } from '../ports/vault.ts';
import type { Store } from '../ports/store.ts';
import { isAuthorityDue, isDue } from './renewal.ts';
import { generateKeyPair } from './ssh-keys.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** 32 characters of 62: 190 bits. */
const passwordLength = 32;

const authorityName = 'authority-certificate';
/** Under which the store keeps the controller's key pair. */
export const clientKeyName = 'ssh-client';

/** `now` gives milliseconds since 1970. */
export function createVault(store: Store, platform: string, now: () => number = Date.now): Vault {
  const known = new Map<string, string>();

  /** The store's value, or else the one that is made now and kept. */
  function keep(name: string, make: () => string): string {
    const value = known.get(name) ?? store.getSecret(name) ?? store.putSecret(name, make());
    known.set(name, value);
    return value;
  }

  function reveal(secret: Secret): string {
    if (secret.kind === 'password') return keep(mark(secret), password);
    if (secret.kind === 'client-key') return keyPair(clientKeyName).public.trimEnd();
    const name = secret.kind === 'authority' ? authorityName : mark(secret);
    return keep(name, () => {
      throw new Error(`${name} was not prepared`);
    });
  }

  /** With the key that it has, it is another one from now on when what it issues could outlive it. */
  async function authority(): Promise<{ certificate: string; key: string }> {
    const kept = store.getSecret(authorityName);
    const keptKey = store.getSecret('authority-key');
    if (kept === undefined || isAuthorityDue(kept, now())) {
      const made = await (await certificates()).createAuthority(platform, now(), keptKey);
      // The key goes first: a certificate whose key was lost could sign nothing.
      if (keptKey === undefined) store.putSecret('authority-key', made.key);
      if (kept === undefined) store.putSecret(authorityName, made.certificate);
      else store.replaceSecret(authorityName, kept, made.certificate);
    }
    const certificate = store.getSecret(authorityName) ?? '';
    known.set(authorityName, certificate);
    return { certificate, key: store.getSecret('authority-key') ?? '' };
  }

  /** It is another one from now on when the one that was kept is due. */
  async function prepareCertificate(name: string, hosts: readonly string[]): Promise<void> {
    const kept = store.getSecret(name);
    if (kept !== undefined && !isDue(kept, now())) {
      known.set(name, kept);
      return;
    }
    const made = await (await certificates()).issueCertificate(await authority(), hosts, now());
    known.set(name, kept === undefined ? store.putSecret(name, made) : store.replaceSecret(name, kept, made));
  }

  const keyPair = (name: string): KeyPair =>
    JSON.parse(keep(name, () => JSON.stringify(generateKeyPair(`spillway ${platform}`)))) as KeyPair;

  return {
    reveal,
    fill: (text) => fillMarks(text, reveal),
    authorityCertificate: () => store.getSecret(authorityName),
    clientKey: () => keyPair(clientKeyName),
    hostKey: (machine) => keyPair(`ssh-host ${machine}`),
    async prepare(texts) {
      const wanted = new Map<string, Secret>();
      for (const text of texts) for (const secret of secretsIn(text)) wanted.set(mark(secret), secret);
      for (const [name, secret] of wanted) {
        if (secret.kind === 'certificate') await prepareCertificate(name, secret.hosts);
        else if (secret.kind === 'authority') await authority();
      }
    },
  };
}

/** Loaded when one is to be made: it costs a tenth of a second, and most commands make none. */
const certificates = () => import('./certificates.ts');

function password(): string {
  return Array.from({ length: passwordLength }, () => letters[randomInt(letters.length)]).join('');
}
