/** The parts of nginx.conf that every nginx of ours has, whoever its visitors are. */

/** Chosen: enough for HAProxy's kept connections and PHP. */
const workerConnections = 4096;
/** Chosen: what a site's visitors ask for again and again. */
const filesKeptOpen = 10_000;

export const fastcgiSocket = '/run/php/spillway.sock';

export function nginxConf(http: readonly string[]): string {
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
    '  fastcgi_buffers 16 8k;',
    '  fastcgi_busy_buffers_size 40k;',
    '  server_tokens off;',
    '  keepalive_timeout 75s;',
    '  keepalive_requests 100000;',
    '  log_format plain \'$remote_addr $host "$request" $status $bytes_sent $request_time $upstream_cache_status\';',
    '  access_log /var/log/nginx/access.log plain buffer=64k flush=5s;',
    '  gzip on;',
    '  gzip_min_length 1024;',
    '  gzip_types text/css application/javascript application/json image/svg+xml;',
    `  open_file_cache max=${filesKeptOpen} inactive=60s;`,
    '  open_file_cache_valid 5s;',
    ...http.map((line) => `  ${line}`),
    '}',
  ].join('\n');
}

/** PHP answers through its one entry; the request's own address is left as it came. */
export function fastcgi(root: string, entry: string): readonly string[] {
  return [
    'include /etc/nginx/fastcgi_params;',
    `fastcgi_param SCRIPT_FILENAME ${root}${entry};`,
    `fastcgi_param SCRIPT_NAME ${entry};`,
    `fastcgi_pass unix:${fastcgiSocket};`,
  ];
}
