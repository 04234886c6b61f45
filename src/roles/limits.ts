/**
 * What follows for HAProxy, nginx and PHP from what a blueprint says of sizes and times. Each layer takes what the one
 * before it lets through, so that what is refused is refused by the first one, with the status that says why.
 */
import { the } from '../blueprint/records.ts';
import { webRoutes } from '../blueprint/routes.ts';
import type { Blueprint, PoolBlueprint } from '../blueprint/schema.ts';
import type { PoolName } from '../model/ids.ts';

type Limits = PoolBlueprint['limits'];

/** Chosen: what HAProxy adds to a request that it passes on; its own default for it. */
const addedBytes = 1_024;
/** In HAProxy's buffers a header has eight bytes beside its name and value. */
const bytesPerHeader = 8;
/** Of these nginx and HAProxy make their buffers. */
const pageBytes = 4_096;

const inPages = (bytes: number): number => Math.ceil(bytes / pageBytes) * pageBytes;

export interface HaproxyLimits {
  /** `tune.bufsize`: the headers of a request or of an answer must fit in it, with what HAProxy adds. */
  readonly bufferBytes: number;
  /** `tune.maxrewrite`. */
  readonly addedBytes: number;
  /** `tune.http.maxhdr`; HAProxy counts one more than it takes. */
  readonly headers: number;
}

/** One HAProxy has one buffer size: that of the pool that asks for most. */
export function haproxyLimits(all: readonly Limits[]): HaproxyLimits {
  const most = (of: (limits: Limits) => number) => Math.max(...all.map(of));
  const headers = most((limits) => limits.headers) + headersAdded;
  const bytes = most(({ requestHeaders, answerHeaders }) => Math.max(requestHeaders, answerHeaders));
  return { bufferBytes: inPages(bytes + headers * bytesPerHeader + addedBytes * 2), addedBytes, headers };
}

/** Chosen: more than HAProxy or nginx add to what an application says. */
const headersAdded = 16;

export interface NginxLimits {
  readonly bodyBytes: number;
  readonly urlBytes: number;
  /** Of one buffer; nginx gets one for all headers of a request. */
  readonly requestBufferBytes: number;
  /** Of the buffer in which all headers of PHP's answer must fit. */
  readonly answerBufferBytes: number;
}

export function nginxLimits({ body, url, requestHeaders, answerHeaders }: Limits): NginxLimits {
  return {
    bodyBytes: body,
    urlBytes: url,
    requestBufferBytes: inPages(requestHeaders + addedBytes),
    // FastCGI frames what PHP says, and a little of the page may come in the same piece.
    answerBufferBytes: inPages(answerHeaders + addedBytes),
  };
}

/** Chosen: editors wait longer for a large upload or a list than visitors do, and nobody else's timeout stands before it. */
const unroutedAnswerMs = 60_000;

/** How long a machine of the pool may take for an answer: as long as the balancers wait, which have it from their role. */
export function answerTimeoutMs(blueprint: Blueprint, pool: PoolName): number {
  const waits = webRoutes(blueprint)
    .filter(({ to }) => to === pool)
    .flatMap(({ address }) => {
      const holder = the(blueprint.addresses, address).pool;
      return the(blueprint.pools, holder).roles.balancer?.answerTimeout ?? [];
    });
  return waits.length === 0 ? unroutedAnswerMs : Math.max(...waits);
}
