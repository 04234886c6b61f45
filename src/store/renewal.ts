import { X509Certificate } from 'node:crypto';

const dayMs = 24 * 3600 * 1000;
/** Chosen: so long a platform may be left alone before its visitors are turned away. */
const renewBeforeMs = 30 * dayMs;
/** What browsers accept at most. */
export const certificateDays = 397;

/** Is it time for another certificate? `pem` holds it and those that vouch for it: without them it is worth nothing. */
export function isDue(pem: string, nowMs: number): boolean {
  return validUntilMs(pem) - nowMs < renewBeforeMs;
}

/** The same for an authority: it must outlive all that it issues until it is made anew. */
export function isAuthorityDue(pem: string, nowMs: number): boolean {
  return validUntilMs(pem) - nowMs < certificateDays * dayMs + renewBeforeMs;
}

function validUntilMs(pem: string): number {
  const all = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return Math.min(...all.map((one) => new X509Certificate(one).validToDate.getTime()));
}
