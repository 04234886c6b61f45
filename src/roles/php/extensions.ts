/** Extensions of PHP by the names that PHP and its documentation give them, and the packages of Debian that bring them. */

/** What comes with `php-fpm` itself. */
const builtIn =
  'calendar core ctype date exif ffi fileinfo filter ftp gettext hash iconv json libxml opcache openssl pcntl pcre pdo phar posix random readline reflection session shmop sockets sodium spl standard sysvmsg sysvsem sysvshm tokenizer zlib';

/** Each by the package `php-NAME`. */
const byOwnName =
  'amqp apcu ast bcmath bz2 curl ds enchant gd gearman gmagick gmp gnupg igbinary imagick imap interbase intl ldap mailparse maxminddb mbstring memcache memcached mongodb msgpack mysql oauth odbc pcov pgsql pspell psr raphf redis rrd snmp soap solr sqlite3 ssh2 stomp sybase tidy uploadprogress uuid xdebug xml xmlrpc yaml zip zmq';

/** What another one's package brings. */
const byOther: Readonly<Record<string, string>> = {
  dom: 'xml',
  mysqli: 'mysql',
  mysqlnd: 'mysql',
  pdo_mysql: 'mysql',
  pdo_odbc: 'odbc',
  pdo_pgsql: 'pgsql',
  pdo_sqlite: 'sqlite3',
  pdo_dblib: 'sybase',
  simplexml: 'xml',
  sqlite: 'sqlite3',
  xmlreader: 'xml',
  xmlwriter: 'xml',
  xsl: 'xml',
};

const packages = new Map<string, string | undefined>([
  ...builtIn.split(' ').map((name) => [name, undefined] as const),
  ...byOwnName.split(' ').map((name) => [name, `php-${name}`] as const),
  ...Object.entries(byOther).map(([name, other]) => [name, `php-${other}`] as const),
]);

export const knownExtensions: readonly string[] = [...packages.keys()];

export const packagesOfExtensions = (extensions: readonly string[]): readonly string[] => [
  ...new Set(extensions.flatMap((name) => packages.get(name) ?? [])),
];
