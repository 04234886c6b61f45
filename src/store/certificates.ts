/** The platform's own authority and the certificates that it issues. ECDSA P-256, PEM. */
import { randomBytes, webcrypto } from 'node:crypto';
// @peculiar/x509 finds its parts by decorators.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { certificateDays } from './renewal.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 24 * 3600 * 1000;
/** Chosen: an authority outlives its platform's machines. */
const authorityDays = 3650;

interface Issuer {
  readonly certificate: string;
  readonly key: string;
}

/**
 * With `ownKey`, one in the place of that which had this key before: it has the same name, so that a browser that knows the
 * older one believes what the newer one issues, for as long as the older one is valid.
 */
export async function createAuthority(platform: string, nowMs: number, ownKey?: string): Promise<Issuer> {
  const keys =
    ownKey === undefined
      ? await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
      : await pairOf(ownKey);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: `CN=Spillway authority of ${platform}`,
    ...validFor(authorityDays, nowMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
}

/** PEM: certificate, authority, key, in the order that HAProxy and nginx read. */
export async function issueCertificate(issuer: Issuer, hosts: readonly string[], nowMs: number): Promise<string> {
  const authority = new x509.X509Certificate(issuer.certificate);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: `CN=${hosts[0] ?? ''}`,
    issuer: authority.subject,
    ...validFor(certificateDays, nowMs),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: await importKey(issuer.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((host) => ({ type: /^[\d.]+$/.test(host) ? 'ip' : 'dns', value: host })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority),
    ],
  });
  return [certificate.toString('pem'), issuer.certificate, await exportKey(keys.privateKey)]
    .map((pem) => `${pem.trim()}\n`)
    .join('');
}

function serial(): string {
  // A leading zero bit keeps the number positive.
  return `01${randomBytes(15).toString('hex')}`;
}

function validFor(days: number, nowMs: number): { notBefore: Date; notAfter: Date } {
  // A day back, for machines whose clock is a little behind.
  return { notBefore: new Date(nowMs - dayMs), notAfter: new Date(nowMs + days * dayMs) };
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  const body = der.toString('base64').replaceAll(/.{1,64}/g, '$&\n');
  return `-----BEGIN PRIVATE KEY-----\n${body}-----END PRIVATE KEY-----\n`;
}

/** A private key of an elliptic curve holds its public half. */
async function pairOf(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const privateKey = await webcrypto.subtle.importKey('pkcs8', derOf(pem), algorithm, true, ['sign']);
  const { kty, crv, x, y } = await webcrypto.subtle.exportKey('jwk', privateKey);
  const open = { kty, crv, x, y } as webcrypto.JsonWebKey;
  return { privateKey, publicKey: await webcrypto.subtle.importKey('jwk', open, algorithm, true, ['verify']) };
}

const derOf = (pem: string) => Buffer.from(pem.replaceAll(/-----[^-]+-----/g, ''), 'base64');

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', derOf(pem), algorithm, false, ['sign']);
}
