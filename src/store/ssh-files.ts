/** What OpenSSH's own client needs, written to files for it. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SshFiles {
  readonly identity: string;
  readonly knownHosts: string;
}

export interface Known {
  /** Whether the key that is given was kept, and not made just now. */
  readonly isKept: boolean;
  /** OpenSSH's private key. */
  readonly key: () => string;
  readonly hosts: readonly { readonly machine: string; readonly publicKey: string }[];
}

/**
 * Where what was kept of the platform is lost, the files may be the last copy of the key with which its machines can be
 * entered: then they stay as they are, and are used.
 */
export function writeSshFiles(folder: string, { isKept, key, hosts }: Known): SshFiles {
  const identity = join(folder, 'identity');
  const knownHosts = join(folder, 'known_hosts');
  if (!isKept && existsSync(identity)) return { identity, knownHosts };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(identity, key(), { mode: 0o600 });
  writeFileSync(knownHosts, hosts.map(({ machine, publicKey }) => `${machine} ${publicKey}\n`).join(''), {
    mode: 0o600,
  });
  return { identity, knownHosts };
}
