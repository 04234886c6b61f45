/** A vault whose secrets follow from their names, so that the same world always holds the same. */
import { fillMarks, type Secret } from '../model/secrets.ts';
import type { KeyPair, Vault } from '../ports/vault.ts';

/** What every imagined secret begins with: whoever must not tell a secret can be searched for it. */
export const secretPrefix = 'imagined-secret';

export function imaginedVault(): Vault {
  const reveal = (secret: Secret) => `${secretPrefix}-of-${JSON.stringify(secret).replaceAll(/[^a-z0-9/.-]+/g, '-')}`;
  const keyPair = (of: string): KeyPair => ({ private: `${secretPrefix}-key-of-${of}`, public: `public-key-of-${of}` });
  return {
    reveal,
    fill: (text) => fillMarks(text, reveal),
    authorityCertificate: () => 'imagined-certificate',
    clientKey: () => keyPair('the-controller'),
    hostKey: keyPair,
    prepare: async () => undefined,
  };
}
