/** How a machine keeps the folders that applications write as the others have them: rsync, and who talks to whom. */
import { ipOn, networkBetween, type Machine } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import type { FileSpec, Recipe } from '../../model/recipe.ts';
import type { ContentName } from '../../model/ids.ts';
import { firstFolder } from '../../model/release.ts';
import { mark, type Secret } from '../../model/secrets.ts';
import type { RoleOn } from '../role.ts';
import { phpUnit } from '../php/debian.ts';
import { differs, lines } from '../text.ts';
import { exchangeProgram } from './exchange-program.ts';
import { exchangeFolder, holdersOf, mayWrite, originOf, writtenFolder } from './places.ts';

/** Where the rsync daemon of each machine answers the others. */
export const rsyncPort = 873;

/** Shell text: asks the program of a machine something; see `exchange-program`. */
export const exchangeCommand = (content: ContentName, command: string): string =>
  `perl ${programOf(content)} ${settingsFolder}/${content}.conf ${command}`;

const programOf = (content: ContentName) => `/usr/local/lib/spillway/exchange-${content}`;
/** Where a machine keeps what it was told of its contents. */
export const settingsFolder = '/etc/spillway/content';

type Part = Pick<Recipe, 'directories' | 'files' | 'units' | 'tasks' | 'probes'>;

/** Nothing, where nobody writes. */
export function exchangeRecipe(on: RoleOn<'content'>): Part {
  const { platform, pool, machine, settings } = on;
  const { blueprint } = platform;
  const { path, writable } = the(blueprint.content, settings.of);
  if (writable.length === 0) return { directories: [], files: [], units: [], tasks: [], probes: [] };
  const origin = originOf(platform, settings.of);
  const isOrigin = origin.name === machine.name;
  const writes = mayWrite(blueprint, pool, settings);
  const owner = writes ? 'www-data' : 'root';
  const written = writtenFolder(settings.of);
  const program = programOf(settings.of);
  const settingsFile = `${settingsFolder}/${settings.of}.conf`;
  const secretsFolder = `${settingsFolder}/${settings.of}`;
  const unit = `spillway-content-${settings.of}.service`;
  const unitPath = `/etc/systemd/system/${unit}`;
  const exchange = (command: string) => exchangeCommand(settings.of, command);
  const file = (at: string, content: string, mode: number): FileSpec => ({
    path: at,
    content,
    owner: 'root:root',
    mode,
  });
  return {
    directories: [
      { path: '/usr/local/lib/spillway', owner: 'root:root', mode: 0o755 },
      { path: secretsFolder, owner: 'root:root', mode: 0o700 },
      { path: `${written}/.spillway`, owner: 'root:root', mode: 0o755 },
      ...['tmp', 'gone'].map((inner) => ({
        path: `${written}/.spillway/${inner}`,
        owner: `${owner}:${owner}` as const,
        mode: 0o755,
      })),
    ],
    files: [
      file(program, exchangeProgram, 0o755),
      file(settingsFile, programSettings(on, origin, { written, owner, writes, secretsFolder }), 0o644),
      ...secretFiles(on, secretsFolder, { isOrigin, writes }),
      file('/etc/rsyncd.conf', daemonConf(on, origin, { written, owner }), 0o644),
      file('/etc/rsyncd.secrets', daemonSecrets(on, isOrigin), 0o600),
      file(unitPath, unitText(on, exchange('run')), 0o644),
    ],
    units: [
      { name: 'rsync.service', reads: ['/etc/rsyncd.conf'], rereads: 'restart' },
      { name: unit, reads: [unitPath, program, settingsFile], rereads: 'restart' },
    ],
    tasks: [
      {
        name: `first exchange of ${settings.of}`,
        when: 'before-units',
        check: lines(differs, `[ -e ${exchangeFolder(settings.of)}/first ] || differs 'has not met the others yet'`),
        run: lines('systemctl start rsync.service', exchange(`first ${path}/${firstFolder}`)),
      },
    ],
    probes: [{ name: 'files are exchanged', ofOthers: true, run: exchange('complaints') }],
  };
}

/** `read`: what all machines have. `to-origin`: who may write there. `from-origin`: how the others know the origin. */
const secretOf = ({ settings }: RoleOn<'content'>, which: 'read' | 'to-origin' | 'from-origin'): Secret => ({
  kind: 'password',
  name: `content/${settings.of}/${which}`,
});

function secretFiles(
  on: RoleOn<'content'>,
  folder: string,
  { isOrigin, writes }: { readonly isOrigin: boolean; readonly writes: boolean },
): readonly FileSpec[] {
  // Where nobody writes, nobody who breaks in finds how to write elsewhere.
  const known = ['read' as const, ...(isOrigin ? ['from-origin' as const] : writes ? ['to-origin' as const] : [])];
  return known.map((which) => ({
    path: `${folder}/${which}`,
    content: lines(mark(secretOf(on, which))),
    owner: 'root:root',
    mode: 0o600,
  }));
}

function programSettings(
  on: RoleOn<'content'>,
  origin: Machine,
  its: { readonly written: string; readonly owner: string; readonly writes: boolean; readonly secretsFolder: string },
): string {
  const { platform, machine, settings } = on;
  return lines(
    `written ${its.written}`,
    `state ${exchangeFolder(settings.of)}`,
    `owner ${its.owner}`,
    `writes ${its.writes ? 'yes' : 'no'}`,
    `everyMs ${settings.every}`,
    `module ${settings.of}`,
    `secrets ${its.secretsFolder}`,
    the(platform.blueprint.content, settings.of).writable.map((folder) => `folder ${folder}`),
    origin.name === machine.name ? [] : [`origin ${reachedAt(on, origin)}`],
    allOf(on).map((other) => `peer ${reachedAt(on, other)}`),
  );
}

/**
 * Those of the base, this one among them, so that all copies are told the same: they are there whenever this one is, and
 * no other machine is changed when one of the overflow comes.
 */
function allOf({ platform, settings }: RoleOn<'content'>): readonly Machine[] {
  return holdersOf(platform.blueprint, settings.of)
    .flatMap((pool) => platform.pools.get(pool) ?? [])
    .filter(({ part }) => part === 'base');
}

function reachedAt({ platform, machine }: RoleOn<'content'>, other: Machine): string {
  return ipOn(other, networkBetween(platform.blueprint, machine.pool, other.pool)) ?? '';
}

/** On all its addresses, for others may come over several networks: the firewall says over which. */
function daemonConf(
  on: RoleOn<'content'>,
  origin: Machine,
  { written, owner }: { readonly written: string; readonly owner: string },
): string {
  const { machine, settings } = on;
  const isOrigin = origin.name === machine.name;
  return lines(
    'use chroot = yes',
    'reverse lookup = no',
    'munge symlinks = no',
    'dont compress = *',
    'secrets file = /etc/rsyncd.secrets',
    `[${settings.of}]`,
    `path = ${written}`,
    'uid = root',
    'gid = root',
    'read only = yes',
    'auth users = copies',
    `[${settings.of}-in]`,
    `path = ${written}`,
    `uid = ${owner}`,
    `gid = ${owner}`,
    'read only = no',
    'write only = yes',
    // Sent are regular files, whatever who sends them says.
    'incoming chmod = D755,F644',
    'refuse options = links hard-links devices specials',
    `auth users = ${isOrigin ? 'writers' : 'origin'}`,
    ...(isOrigin ? [] : [`hosts allow = ${reachedAt(on, origin)}`]),
  );
}

function daemonSecrets(on: RoleOn<'content'>, isOrigin: boolean): string {
  return lines(
    `copies:${mark(secretOf(on, 'read'))}`,
    isOrigin ? `writers:${mark(secretOf(on, 'to-origin'))}` : `origin:${mark(secretOf(on, 'from-origin'))}`,
  );
}

/** Chosen: what was written last is handed on before the machine goes, and a machine that hangs does not keep it. */
const lastWordSeconds = 20;

function unitText({ settings }: RoleOn<'content'>, run: string): string {
  return lines(
    '[Unit]',
    `Description=Keeps what applications write of ${settings.of} as other machines have it`,
    'After=rsync.service network.target',
    'Wants=rsync.service',
    '# What starts first stops last: applications have ended when the last files are handed on.',
    `Before=${phpUnit} nginx.service`,
    'StartLimitIntervalSec=0',
    '[Service]',
    `ExecStart=/usr/bin/${run}`,
    'KillMode=mixed',
    `TimeoutStopSec=${lastWordSeconds}`,
    'Restart=always',
    'RestartSec=1s',
    '[Install]',
    'WantedBy=multi-user.target',
  );
}
