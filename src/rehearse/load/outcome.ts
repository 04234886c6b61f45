/** How a request can end. */

/** Ways to get no whole answer. */
export const failures = [
  /** Nobody listens there. */
  'refused',
  /** No way leads there. */
  'unreachable',
  /** The connection ended before the answer began. */
  'reset',
  /** It ended after the answer had begun: that of a machine that was lost meanwhile, and nobody else can go on with it. */
  'cutShort',
  /** No whole answer in the time that a visitor waits. */
  'timeout',
  /** An answer that is no HTTP, or a certificate that does not verify. */
  'garbled',
  /** The load could not ask: no port or file was free. Says nothing about the platform. */
  'own',
] as const;
export type Failure = (typeof failures)[number];

/** `turnedAway` is a 503 with Retry-After: the platform knows that it is full. It is not in `5xx`. */
export const statusClasses = ['2xx', '3xx', '4xx', '5xx', 'turnedAway'] as const;
export type StatusClass = (typeof statusClasses)[number];

export function statusClassOf(status: number, hasRetryAfter: boolean): StatusClass {
  if (status === 503 && hasRetryAfter) return 'turnedAway';
  if (status >= 500) return '5xx';
  if (status >= 400) return '4xx';
  return status >= 300 ? '3xx' : '2xx';
}

const byCode: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  ETIMEDOUT: 'timeout',
  EADDRNOTAVAIL: 'own',
  EADDRINUSE: 'own',
  EMFILE: 'own',
  ENFILE: 'own',
  ENOBUFS: 'own',
  ENOMEM: 'own',
};

/** Node's TLS errors have codes of many kinds, all of which mean that no HTTP came to pass. */
export function failureOf(code: string | undefined): Failure {
  return byCode[code ?? ''] ?? 'garbled';
}
