/** The files of the servers: an nginx a service, and the rsync daemon from which who stands by fetches. */
import { formatDuration } from '../../model/quantities.ts';
import { lines } from '../text.ts';
import { alive, boundedTimes } from '../web/nginx-conf.ts';
import { confOf, copied, dataPort, fetchUnit, folders, origin, pidOf, serveUnit } from './places.ts';
import type { Served } from './served.ts';

/** Chosen: a plan or a film of a machine that is maintained. */
const largestUpload = '1g';

export function nginxConf({ name, ip, port }: Served): string {
  return lines(
    'user www-data;',
    'worker_processes 1;',
    `pid ${pidOf(name)};`,
    'error_log stderr warn;',
    'events { worker_connections 1024; }',
    'http {',
    '  include /etc/nginx/mime.types;',
    '  default_type application/octet-stream;',
    '  sendfile on;',
    '  server_tokens off;',
    `  access_log /var/log/nginx/${name}.log;`,
    `  client_max_body_size ${largestUpload};`,
    boundedTimes.map((line) => `  ${line}`),
    '  server {',
    `    listen ${ip}:${port};`,
    `    root ${folders.documents}/${name};`,
    '    add_header X-Served-By $hostname always;',
    `    ${alive}`,
    // What is a link, nobody has put there by these services.
    '    disable_symlinks on from=$document_root;',
    '    autoindex on;',
    '    charset utf-8;',
    '    dav_methods PUT DELETE MKCOL COPY MOVE;',
    '    create_full_put_path on;',
    '    dav_access user:rw group:r all:r;',
    '    location ~ /\\. { return 404; }',
    '  }',
    '}',
  );
}

/** A template: an instance a service. Its start is over once the service listens. */
export function serveTemplate(): string {
  return lines(
    '[Unit]',
    'Description=The service %i, on the one machine that runs it',
    'After=network.target systemd-sysctl.service',
    'StartLimitIntervalSec=0',
    '[Service]',
    'Type=forking',
    `PIDFile=${pidOf('%i')}`,
    `ExecStart=/usr/sbin/nginx -c ${confOf('%i')}`,
    'ExecReload=/bin/kill -HUP $MAINPID',
    'KillSignal=SIGQUIT',
    // Chosen: what takes longer is a slow download, which begins anew elsewhere.
    'TimeoutStopSec=3',
    'Restart=always',
    'RestartSec=500ms',
    '[Install]',
    'WantedBy=multi-user.target',
  );
}

/** On all its addresses, for the pool's comes and goes: the firewall says who may ask. */
export function daemonConf(secrets: string): string {
  return lines(
    `port = ${dataPort}`,
    'uid = root',
    'gid = root',
    'use chroot = yes',
    'read only = yes',
    'reverse lookup = no',
    'dont compress = *',
    '[documents]',
    `path = ${folders.documents}`,
    'auth users = copies',
    `secrets file = ${secrets}`,
  );
}

export function daemonUnit(conf: string): string {
  return lines(
    '[Unit]',
    'Description=The documents of the services, for machines that stand by',
    'After=network.target',
    '[Service]',
    `ExecStart=/usr/bin/rsync --daemon --no-detach --config=${conf}`,
    'Restart=always',
    '[Install]',
    'WantedBy=multi-user.target',
  );
}

/** `from`: the IP of whoever runs the services. */
export function fetchText(served: readonly Served[], from: string, secret: string): string {
  const source = `rsync://copies@${from}:${dataPort}/documents`;
  const options = `--modify-window=-1 --contimeout=5 --timeout=30 --password-file=${secret}`;
  return lines(
    '#!/bin/sh',
    '# Fetches the documents of the services from the machine that runs them; does nothing on that one itself.',
    'set -e',
    served.map(({ name }) => `if systemctl is-enabled --quiet ${serveUnit(name)}; then exit 0; fi`),
    `exec 9>/run/${fetchUnit}.lock`,
    'flock 9',
    'began=$(date +%s)',
    `rsync --archive ${options} ${source}/.origin ${copied}.origin`,
    `if [ -e ${origin} ] && ! cmp -s ${origin} ${copied}.origin; then`,
    '  echo "the documents there are not those of which this is a copy: the copy is kept as it is" >&2',
    `  echo "if it is not needed any more, remove ${origin}" >&2`,
    '  exit 1',
    'fi',
    `rsync --archive --delete --delete-delay ${options} ${source}/ ${folders.documents}/ || {`,
    // 24: a file was deleted there meanwhile; the next time it is so here.
    '  code=$?; [ $code = 24 ] || exit $code',
    '}',
    `echo "$began" > ${copied}.new`,
    `mv -f ${copied}.new ${copied}`,
  );
}

export function fetchUnits(script: string, everyMs: number): readonly (readonly [name: string, content: string])[] {
  const says = `Description=Every ${formatDuration(everyMs)}: the documents of the services, where they do not run`;
  return [
    [
      `${fetchUnit}.service`,
      lines('[Unit]', says, 'StartLimitIntervalSec=0', '[Service]', 'Type=oneshot', `ExecStart=${script}`),
    ],
    [
      `${fetchUnit}.timer`,
      lines(
        ...[
          '[Unit]',
          says,
          '[Timer]',
          `OnActiveSec=${everyMs}ms`,
          `OnUnitInactiveSec=${everyMs}ms`,
          'AccuracySec=500ms',
        ],
        ...['[Install]', 'WantedBy=timers.target'],
      ),
    ],
  ];
}
