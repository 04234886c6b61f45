/** The parts of nginx.conf that every nginx of ours has, whoever its visitors are. */
import type { NginxLimits } from '../limits.ts';

/** Chosen: enough for HAProxy's kept connections and PHP. */
const workerConnections = 4096;
/** Chosen: what a site's visitors ask for again and again. */
const filesKeptOpen = 10_000;
/** Of `fastcgi_buffers`. */
const bufferBytes = 8_192;
const buffers = 16;

/** nginx itself answers it with 204, whatever its load and that of PHP. */
export const alivePath = '/.spillway/alive';

/**
 * Chosen: what comes over a line that works comes within these, also from a telephone. A connection that was given up is
 * reset, so that nothing of it stays in the kernel.
 */
export const boundedTimes = [
  'client_header_timeout 10s;',
  'client_body_timeout 15s;',
  'send_timeout 30s;',
  'reset_timedout_connection on;',
];

export function nginxConf({ requestBufferBytes, answerBufferBytes }: NginxLimits, http: readonly string[]): string {
  return [
    'user www-data;',
    'worker_processes auto;',
    'pid /run/nginx.pid;',
    // systemd gives 1,024. The last few are logs, the cache and what is being read.
    `worker_rlimit_nofile ${workerConnections + filesKeptOpen + 1_000};`,
    'error_log /var/log/nginx/error.log warn;',
    `events { worker_connections ${workerConnections}; multi_accept on; }`,
    'http {',
    '  include /etc/nginx/mime.types;',
    '  default_type application/octet-stream;',
    '  sendfile on;',
    '  tcp_nopush on;',
    // A page of up to 32 kB leaves in one piece when it is whole: of a machine that is lost while it makes one, nothing
    // has gone out, and the balancer asks another one.
    '  postpone_output 32k;',
    `  fastcgi_buffers ${buffers} ${bufferBytes};`,
    `  fastcgi_buffer_size ${answerBufferBytes};`,
    `  fastcgi_busy_buffers_size ${Math.max(40_960, answerBufferBytes + bufferBytes)};`,
    // One buffer, so that it bounds all headers together as well as each of them.
    `  large_client_header_buffers 1 ${requestBufferBytes};`,
    ...boundedTimes.map((line) => `  ${line}`),
    '  server_tokens off;',
    '  keepalive_timeout 75s;',
    '  keepalive_requests 100000;',
    '  log_format plain \'$remote_addr $host "$request" $status $bytes_sent $request_time $upstream_cache_status\';',
    '  access_log /var/log/nginx/access.log plain buffer=64k flush=5s;',
    // A copy that is newer than the last change is the page as it is.
    '  if_modified_since before;',
    '  gzip on;',
    '  gzip_vary on;',
    '  gzip_min_length 1024;',
    '  gzip_types text/css application/javascript application/json image/svg+xml;',
    `  open_file_cache max=${filesKeptOpen} inactive=60s;`,
    '  open_file_cache_valid 5s;',
    ...http.map((line) => `  ${line}`),
    '}',
  ].join('\n');
}

/** What every server of ours answers by itself. */
export const alive = `location = ${alivePath} { access_log off; return 204; }`;
