/**
 * Rendered text carries marks in place of secrets, so that recipes can be
 * printed, compared and kept as golden files. The vault fills the marks in on
 * the way to a machine; what it does not know yet it makes.
 */
export type Secret =
  /** 32 letters and digits, safe in every configuration file. */
  | { readonly kind: 'password'; readonly name: string }
  /** PEM: a certificate of the platform's authority for these host names and addresses, its key, and the authority. */
  | { readonly kind: 'certificate'; readonly hosts: readonly string[] }
  /** PEM: the platform's authority, without its key. Not secret, but made by the vault. */
  | { readonly kind: 'authority' }
  /** OpenSSH's one line: the public half of the controller's key. Not secret either. */
  | { readonly kind: 'client-key' };

const opening = '⟦';
const closing = '⟧';
const pattern = /⟦(password|certificate|authority|client-key) ?([^⟧]*)⟧/gu;

export function mark(secret: Secret): string {
  switch (secret.kind) {
    case 'password':
      return `${opening}password ${secret.name}${closing}`;
    case 'certificate':
      return `${opening}certificate ${secret.hosts.join(' ')}${closing}`;
    case 'authority':
    case 'client-key':
      return `${opening}${secret.kind}${closing}`;
  }
}

/** Replaces every mark; text without marks is returned as it is. */
export function fillMarks(text: string, reveal: (secret: Secret) => string): string {
  if (!text.includes(opening)) return text;
  return text.replaceAll(pattern, (_, kind: Secret['kind'], rest: string) => {
    switch (kind) {
      case 'password':
        return reveal({ kind, name: rest });
      case 'certificate':
        return reveal({ kind, hosts: rest.split(' ') });
      case 'authority':
      case 'client-key':
        return reveal({ kind });
    }
  });
}

export function secretsIn(text: string): readonly Secret[] {
  const found: Secret[] = [];
  fillMarks(text, (secret) => {
    found.push(secret);
    return '';
  });
  return found;
}
