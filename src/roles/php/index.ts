/** PHP-FPM with the application's settings in its environment. */
import type { Role } from '../role.ts';
import { lines } from '../text.ts';
import { phpFolder, phpLog, phpProcess, phpUnit, phpVerify } from './debian.ts';
import { packagesOfExtensions } from './extensions.ts';
import { firstFile, firstFileFolder, firstFileText } from './first-file.ts';
import { ownFirstFile, phpIni } from './ini.ts';
import { lanesOf, laneSocket } from './lanes.ts';
import { endSeconds, poolsConf } from './pools-conf.ts';

const unitFolder = `/etc/systemd/system/${phpUnit}.d`;
const files = {
  pools: `${phpFolder}/pool.d/spillway.conf`,
  ini: `${phpFolder}/conf.d/90-spillway.ini`,
  unit: `${unitFolder}/spillway.conf`,
};

export const php: Role<'php'> = {
  packages: ({ extensions }) => [...new Set(['php-fpm', ...packagesOfExtensions(['mysql', ...extensions])])],
  bakes: true,
  daemons: [{ process: phpProcess, unit: phpUnit, logs: [phpLog] }],
  transient: ['/var/lib/php/sessions'],
  services: () => [],
  recipe: (on) => ({
    directories: [
      { path: unitFolder, owner: 'root:root', mode: 0o755 },
      { path: '/usr/local/lib/spillway', owner: 'root:root', mode: 0o755 },
      { path: firstFileFolder, owner: 'root:root', mode: 0o755 },
    ],
    files: [
      // The environment holds a password, so only root reads it: the master process is root's.
      { path: files.pools, content: poolsConf(on), owner: 'root:root', mode: 0o600 },
      { path: files.ini, content: phpIni(on), owner: 'root:root', mode: 0o644 },
      {
        path: firstFile,
        content: firstFileText(on.settings.sessions, ownFirstFile(on.settings)),
        owner: 'root:root',
        mode: 0o644,
      },
      { path: files.unit, content: unit, owner: 'root:root', mode: 0o644 },
    ],
    absent: [`${phpFolder}/pool.d/www.conf`],
    units: [
      {
        name: phpUnit,
        reads: [files.pools, files.ini, firstFile, files.unit],
        rereads: 'reload',
        verify: phpVerify,
      },
    ],
    probes: [
      {
        name: 'PHP listens',
        run: lines(
          lanesOf(on.platform.blueprint, on.pool).map(
            (lane) => `test -S ${laneSocket(lane)} || echo 'PHP-FPM has no socket for ${lane}'`,
          ),
        ).trimEnd(),
      },
    ],
  }),
};

const unit = lines(
  '[Unit]',
  'StartLimitIntervalSec=0',
  '',
  '[Service]',
  '# Debian’s own unit leaves one that crashed as it is.',
  'Restart=on-failure',
  'RestartSec=1s',
  '# On TERM it cuts off the requests that it has begun; on QUIT it ends them.',
  'KillSignal=SIGQUIT',
  'KillMode=mixed',
  `TimeoutStopSec=${endSeconds + 2}`,
);
