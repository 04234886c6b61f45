/**
 * The page cache, as RFC 9111 has a shared cache. A page is kept only if it says so itself, and for as long as it says;
 * where nginx knows less than the standard, less is kept. `docs/page-cache.md` says which tests of the public suite are met.
 */
import { madeHeader } from '../php/first-file.ts';

/** Which part of a request makes it another page. */
const key = (scheme: string): string => `"$request_method ${scheme}://$host $http_host$request_uri"`;

export interface PageCache {
  readonly size: number;
  readonly staleOnError: boolean;
}

/** For `http`. */
export function cacheMaps({ size, staleOnError }: PageCache): readonly string[] {
  const megabytes = Math.max(1, Math.round(size / 1e6));
  return [
    `fastcgi_cache_path /var/cache/nginx/pages levels=1:2 keys_zone=pages:8m max_size=${megabytes}m inactive=10m use_temp_path=off;`,
    // A part of a page, and “you have it”, are no page.
    'map $upstream_status $no_whole_page { default ""; 206 1; 304 1; }',
    // nginx knows the star only where it stands alone.
    'map $upstream_http_vary $for_one_request { default ""; ~\\* 1; }',
    `map $upstream_cache_status $made { default ""; HIT ${made}; STALE ${made}; UPDATING ${made}; }`,
    ...(staleOnError ? neverOld : []),
  ];
}

const made = `$upstream_http_${madeHeader.toLowerCase().replaceAll('-', '_')}`;

/**
 * nginx 1.22 does not ask a page by its own words whether it may be shown old when PHP answers with an error. So pages
 * that forbid it are not kept.
 */
const neverOld = [
  'map $upstream_http_cache_control $never_old {',
  '  default "";',
  '  ~*(?:must|proxy)-revalidate 1;',
  '  ~*stale-if-error "";',
  '  ~*s-maxage 1;',
  '}',
];

interface Variables {
  readonly scheme: string;
  /** Set when a balancer asks how the machine is. */
  readonly isCheck: string;
}

/** For `server`. */
export function cacheLines({ staleOnError }: PageCache, { scheme, isCheck }: Variables): readonly string[] {
  // What was asked for with credentials is for a visitor who has them. A body with GET has a meaning to frameworks, and is in
  // no key.
  const notShared = `$http_authorization $http_content_length $http_transfer_encoding ${isCheck}`;
  const notKept = `${notShared} $no_whole_page $for_one_request${staleOnError ? ' $never_old' : ''} $upstream_http_age`;
  return [
    'add_header X-Page-Cache $upstream_cache_status always;',
    // nginx cannot count; the balancer makes `Age` of it.
    `fastcgi_hide_header ${madeHeader};`,
    `add_header ${madeHeader} $made always;`,
    'fastcgi_cache pages;',
    `fastcgi_cache_key ${key(scheme)};`,
    'fastcgi_cache_methods GET HEAD;',
    `fastcgi_cache_bypass ${notShared};`,
    // nginx does not count the age that an answer has already when it comes.
    `fastcgi_no_cache ${notKept};`,
    // How long it may be shown when it is old, a page says itself: `stale-while-revalidate`, `stale-if-error`.
    `fastcgi_cache_use_stale ${staleOnError ? 'error timeout http_500 http_503' : 'off'};`,
    // Not in the background: a page that is gone would be shown old for ever.
    'fastcgi_cache_background_update off;',
    // When nobody has a page, one request makes it, and the others wait for it. nginx does not remember that a page is
    // not to be kept, and looks only at the end of this time whether it is there: chosen, for it is lost by all who ask
    // at once for the same page that is for each of them alone.
    'fastcgi_cache_lock on;',
    'fastcgi_cache_lock_timeout 50ms;',
  ];
}
