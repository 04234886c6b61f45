import { X509Certificate } from 'node:crypto';

/** Chosen: so long a platform may be left alone before its visitors are turned away. */
const renewBeforeMs = 30 * 24 * 3600 * 1000;

/** Is it time for another certificate? `pem` begins with the one in question. */
export function isDue(pem: string, nowMs: number): boolean {
  return new X509Certificate(pem).validToDate.getTime() - nowMs < renewBeforeMs;
}
