import ssh2 from 'ssh2';
import type { KeyPair } from '../ports/vault.ts';

const { generateKeyPairSync, parseKey } = ssh2.utils;

/**
 * An ed25519 pair in OpenSSH's format. ssh2 1.17 drops leading zero bytes, and so
 * makes one pair in 256 that nobody can read (mscdex/ssh2 issues 1390 and 1513);
 * such a pair is thrown away.
 */
export function generateKeyPair(comment: string): KeyPair {
  for (;;) {
    const { private: privateKey, public: publicKey } = generateKeyPairSync('ed25519', { comment });
    const readable = ![privateKey, publicKey].some((key) => parseKey(key) instanceof Error);
    if (readable) return { private: privateKey, public: publicKey };
  }
}
