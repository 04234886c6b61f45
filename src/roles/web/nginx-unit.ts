/**
 * How nginx ends: whoever it has begun to answer gets the whole answer. Debian's own unit gives requests five
 * seconds, and its PHP ends at the same time as nginx, in the middle of the pages that it writes.
 */
import type { DirectorySpec, FileSpec, UnitSpec } from '../../model/recipe.ts';
import { phpUnit } from '../php/debian.ts';
import { lines } from '../text.ts';

/** Chosen: balancers find out in two or three seconds that nobody answers their checks, on a busy host later. */
const leavingSeconds = 8;
/** Chosen: as long as a balancer waits for an answer by default. */
const answeringSeconds = 15;
/** Chosen: what is on its way arrives in milliseconds, unless a visitor reads slowly. */
const arrivingSeconds = 5;

const folder = '/etc/systemd/system/nginx.service.d';
const nginxUnitPath = `${folder}/spillway.conf`;

/** `reads`: its own files. */
export const nginxService = (...reads: readonly string[]): UnitSpec => ({
  name: 'nginx.service',
  reads: [...reads, nginxUnitPath],
  rereads: 'reload',
  verify: 'nginx -t -q',
});

export const nginxUnitFolder: DirectorySpec = { path: folder, owner: 'root:root', mode: 0o755 };

/** `port`: where it answers. */
export function nginxUnit(port: number): FileSpec {
  const table = 'inet leaving';
  const refuse = [
    `add table ${table}`,
    `add chain ${table} input { type filter hook input priority -10; }`,
    `add rule ${table} input tcp dport ${port} tcp flags & (syn | ack) == syn reject with tcp reset`,
  ].join('; ');
  const content = lines(
    '[Unit]',
    '# What starts first stops last: PHP ends the pages that nginx has begun, and the firewall refuses until then.',
    `After=${phpUnit} nftables.service`,
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    '# Debian’s own unit leaves one that crashed as it is.',
    'Restart=on-failure',
    'RestartSec=1s',
    '# A request that comes over a kept connection in the instant in which nginx closes it is lost, and if it was',
    '# a POST nobody may send it again. So the others stop first: their new connections are refused, their checks',
    '# too, and the kept ones serve until nobody has asked over them for a second.',
    'ExecStop=',
    `ExecStop=-/usr/sbin/nft '${refuse}'`,
    `ExecStop=-${whileAny(leavingSeconds, `ss -Htin state established "sport = :${port}"`, 'lastrcv:[0-9]{1,3}( |$)')}`,
    `ExecStopPost=-/usr/sbin/nft 'delete table ${table}'`,
    '# On QUIT it answers what it has begun, and ends.',
    'KillSignal=SIGQUIT',
    `TimeoutStopSec=${answeringSeconds}`,
    '# Its last bytes may still be on their way; a machine without power sends no more.',
    `ExecStopPost=-${whileAny(arrivingSeconds, `ss -Htn ${unacknowledged} "sport = :${port}"`, '.')}`,
  );
  return { path: nginxUnitPath, content, owner: 'root:root', mode: 0o644 };
}

const unacknowledged = 'state fin-wait-1 state closing state last-ack';

/** Waits, and no longer than this, while the command prints a line like this. Chosen: two looks a second cost a small machine little. */
function whileAny(seconds: number, command: string, like: string): string {
  // systemd replaces what follows a single dollar sign.
  const loop = `while ${command} | grep -qE "${like}"; do sleep 0.5; done`.replaceAll('$', '$$$$');
  return `/usr/bin/timeout ${seconds} /bin/sh -c '${loop}'`;
}
