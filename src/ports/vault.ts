/** Keeps a platform's secrets, and makes those that it does not have yet. */
import type { MachineName } from '../model/ids.ts';
import type { Secret } from '../model/secrets.ts';

export interface Vault {
  /** Fills in the marks of a rendered text. */
  fill(text: string): string;
  reveal(secret: Secret): string;
  /** In PEM, if there is one yet. */
  authorityCertificate(): string | undefined;
  /** OpenSSH's format. The one key pair with which the controller enters the platform's machines. */
  clientKey(): KeyPair;
  /** A machine's own host key; made before the machine is. */
  hostKey(machine: MachineName): KeyPair;
  /** Makes whatever the texts ask for that cannot be made in an instant, and makes anew what will not be valid for long. */
  prepare(texts: Iterable<string>): Promise<void>;
}

export interface KeyPair {
  readonly private: string;
  readonly public: string;
}
