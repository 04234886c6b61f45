/**
 * How nginx serves a site of the usual shapes: files, PHP files, folders with a page, and one page that answers what is
 * no file. What is not meant for visitors is never shown, and PHP runs nowhere that the application may write.
 */
import type { NginxLimits } from '../limits.ts';

export interface Site {
  readonly root: string;
  /** What answers what is no file: a PHP page or a file; undefined if nothing does. */
  readonly entry: string | undefined;
  /** Which PHP files may be asked for; undefined without PHP. */
  readonly scripts: 'all' | 'entry' | undefined;
  /** Where nginx finds PHP: the name of an upstream, or a variable with it. */
  readonly php: string;
  readonly writable: readonly { readonly url: string; readonly realPath: string }[];
  readonly limits: NginxLimits;
  readonly answerMs: number;
  readonly asked: Asked;
}

/** How the visitor asked, as words of nginx. */
export interface Asked {
  readonly scheme: string;
  /** `on` or nothing. */
  readonly https: string;
  readonly port: string;
}

/** Hidden files, but for those that the standards have put there. */
const hidden = '/\\.(?!well-known(?:/|$))';
/** What editors and people leave behind, and dumps of databases. */
const leftBehind = '(?:~|\\.(?:bak|backup|old|orig|save|sw[a-p]|sql|dump)(?:\\.(?:gz|bz2|xz|zst|zip))?)$';
const phpNames = '(?:php|phtml|phar|pht)';
/** PHP that does not run would be shown as text: `index.PHP`, `page.php5`, `config.php.txt`. */
const source = `\\.${phpNames}[^/]*(?:/|$)`;
/** Where people upload, `photo.php.jpg` is a photo. */
const uploadedSource = `\\.${phpNames}[0-9s]?(?:/|$)`;

/** The lines of a `server`. */
export function siteConf(site: Site): readonly string[] {
  const { root, entry, scripts, writable, limits } = site;
  const runs = scripts !== undefined;
  const orEntry = entry === undefined ? '=404' : '@entry';
  return [
    `root ${root};`,
    `index ${scripts === 'all' ? 'index.php index.html' : 'index.html'};`,
    // The site's own folder may be one, for a release is switched by it. Nothing below it is followed.
    'disable_symlinks on from=$document_root;',
    // nginx does not know at which port visitors ask.
    'absolute_redirect off;',
    `client_max_body_size ${limits.bodyBytes};`,
    `if ($request_uri ~ "^.{${limits.urlBytes + 1}}") { return 414; }`,
    ...(runs ? fastcgi(site) : []),
    ...writable.flatMap((folder) => writableFolder(folder, entry)),
    `location ~* "${hidden}|${leftBehind}" { return 404; }`,
    ...(scripts === 'all' ? anyScript(site, orEntry) : []),
    `location ~* "${source}" { return 404; }`,
    // A folder without a page is none of the site's pages.
    `location / { try_files $uri $uri/ ${orEntry}; ${entry === undefined ? '' : 'error_page 403 = @entry; '}expires 1h; }`,
    ...(entry === undefined ? [] : entryLocations(site, entry)),
  ];
}

function anyScript({ php }: Site, orEntry: string): readonly string[] {
  return [
    'location ~ "\\.php(?:/|$)" {',
    '  fastcgi_split_path_info "^(.+?\\.php)(/.*)$";',
    // `try_files` forgets it.
    '  set $path_info $fastcgi_path_info;',
    `  try_files $fastcgi_script_name ${orEntry};`,
    `  fastcgi_pass ${php};`,
    '}',
  ];
}

function entryLocations({ scripts, php }: Site, entry: string): readonly string[] {
  const named = `location @entry { rewrite ^ ${entry} last; }`;
  if (!entry.endsWith('.php')) return [named, `location = ${entry} { try_files $uri =404; expires 1h; }`];
  return [
    named,
    `location = ${entry} { try_files $uri =404; fastcgi_pass ${php}; }`,
    ...(scripts === 'all'
      ? []
      : [
          `location ^~ ${entry}/ {`,
          '  fastcgi_split_path_info "^(.+?\\.php)(/.*)$";',
          '  set $path_info $fastcgi_path_info;',
          '  try_files $fastcgi_script_name =404;',
          `  fastcgi_pass ${php};`,
          '}',
        ]),
  ];
}

/** With a text of its own it is no error to nginx, so that no `error_page` leads to the entry. */
const plainly404 = 'default_type text/plain; return 404 "Not Found\\n";';

/** By the path where its files really are, so that no link is followed on the way. */
function writableFolder({ url, realPath }: Site['writable'][number], entry: string | undefined): readonly string[] {
  return [
    `location ^~ ${url}/ {`,
    `  alias ${realPath}/;`,
    `  disable_symlinks on from=${realPath}/;`,
    '  index index.html;',
    '  expires 1h;',
    ...(entry === undefined ? [] : ['  error_page 403 404 = @entry;']),
    `  location ~* "${hidden}|${leftBehind}|${uploadedSource}" { ${plainly404} }`,
    '}',
  ];
}

/** What PHP is told of a request, and how long it may take. */
function fastcgi({ answerMs, asked }: Site): readonly string[] {
  const told = {
    QUERY_STRING: '$query_string',
    REQUEST_METHOD: '$request_method',
    CONTENT_TYPE: '$content_type',
    CONTENT_LENGTH: '$content_length',
    SCRIPT_NAME: '$fastcgi_script_name',
    // As it is behind all links: code of another release is another file.
    SCRIPT_FILENAME: '$realpath_root$fastcgi_script_name',
    DOCUMENT_ROOT: '$realpath_root',
    PATH_INFO: '$path_info',
    REQUEST_URI: '$request_uri',
    SERVER_PROTOCOL: '$server_protocol',
    REQUEST_SCHEME: asked.scheme,
    HTTPS: `${asked.https} if_not_empty`,
    GATEWAY_INTERFACE: 'CGI/1.1',
    SERVER_SOFTWARE: 'nginx',
    REMOTE_ADDR: '$remote_addr',
    REMOTE_PORT: '$remote_port',
    SERVER_ADDR: '$server_addr',
    SERVER_PORT: asked.port,
    SERVER_NAME: '$host',
    REDIRECT_STATUS: '200',
  };
  return [
    'set $path_info "";',
    ...Object.entries(told).map(([name, value]) => `fastcgi_param ${name} ${value};`),
    ...notTold.map((name) => `fastcgi_param HTTP_${name} "" if_not_empty;`),
    // PHP is asked once the whole body is here: a visitor who sends slowly keeps no worker.
    'fastcgi_request_buffering on;',
    // Of a visitor who has left, PHP learns as soon as it says something.
    'fastcgi_ignore_client_abort off;',
    'fastcgi_connect_timeout 2s;',
    `fastcgi_send_timeout ${answerMs}ms;`,
    // PHP itself ends what takes longer.
    `fastcgi_read_timeout ${answerMs + 2_000}ms;`,
  ];
}

/**
 * Frameworks believe these, and a page that says what one of them said would be kept for others. `Proxy` becomes
 * `HTTP_PROXY`, by which programs choose where they ask.
 */
const notTold = [
  'PROXY',
  'FORWARDED',
  'X_FORWARDED_HOST',
  'X_FORWARDED_PORT',
  'X_FORWARDED_SERVER',
  'X_FORWARDED_PREFIX',
  'X_ORIGINAL_URL',
  'X_REWRITE_URL',
];
