/**
 * What HAProxy knows of its servers when it begins. It takes one for well until a check has failed, so that a machine
 * that never was would get visitors. So it is told that all are down, and is told after a reload what the process before
 * knew; of a server that is new then, that it is down.
 */
import type { FileSpec } from '../../model/recipe.ts';
import { lines } from '../text.ts';
import { runtimeSocket } from './runtime-socket.ts';

export const serversState = '/run/haproxy/servers.state';
const atFirst = '/etc/haproxy/servers.state';
const program = '/etc/haproxy/servers-known';

export interface KnownServer {
  readonly backend: string;
  readonly name: string;
  readonly ip: string;
  readonly port: number;
}

/** Columns of `show servers state`, version 1: stopped, as no order but the checks' says. */
const down = ({ backend, name, ip, port }: KnownServer): string =>
  `1 ${backend} 1 ${name} ${ip} 0 0 1 1 0 1 2 0 6 0 0 0 - ${port} - 0 0 - - 0`;

const columns =
  'be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port';

export function knownServersFiles(servers: readonly KnownServer[]): readonly FileSpec[] {
  return [
    { path: atFirst, content: lines('1', `# ${columns}`, servers.map(down)), owner: 'root:root', mode: 0o644 },
    {
      path: program,
      content: lines(
        '#!/bin/sh',
        '# Before a reload: what the process that serves knows; of servers that it does not know, that they are down.',
        `echo 'show servers state' | timeout 10 socat -t 10 - UNIX-CONNECT:${runtimeSocket} > ${serversState}.told 2>/dev/null`,
        '# From one that tells nothing, nothing is learnt, and machines that serve are not put down for it.',
        `[ -s ${serversState}.told ] || { rm -f ${serversState}; exit 0; }`,
        // Of one that stands elsewhere by now, nothing is known.
        `awk '{ id = $2 "/" $4 "/" $5 "/" $19 } told { if (NF > 20) known[id] = $0; next } id in known { print known[id]; next } { print }' \\`,
        `  told=1 ${serversState}.told told= ${atFirst} > ${serversState}.new && mv ${serversState}.new ${serversState}`,
      ),
      owner: 'root:root',
      mode: 0o755,
    },
  ];
}

/** Of haproxy.service. What it does by itself on a reload is said again, for the order counts. */
export const knownServersUnit: readonly string[] = [
  `ExecStartPre=/bin/cp ${atFirst} ${serversState}`,
  'ExecReload=',
  'ExecReload=/usr/sbin/haproxy -Ws -f $CONFIG -c -q $EXTRAOPTS',
  `ExecReload=${program}`,
  'ExecReload=/bin/kill -USR2 $MAINPID',
];

export const knownServersReads: readonly string[] = [atFirst];
