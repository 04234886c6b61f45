/** What `show servers state` says: what was ordered of each server, apart from how it is. */
import { isStandIn } from '../../roles/balancer/servers.ts';
import { bySpaces, readTable } from './table.ts';

export interface ServerState {
  readonly backend: string;
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  readonly ordered: 'ready' | 'drain' | 'maint';
  /** Whether its health is asked for. */
  readonly checked: boolean;
  /** For how long checks have found it down at the least, if they do. */
  readonly downMs?: number;
  /** Its part of the requests, compared with that of the others; as it was ordered last. */
  readonly weight: number;
}

export const showServersState = 'show servers state';

// Of HAProxy's server-t.h and check-t.h: bits for an order of its own, an inherited one, and one of the configuration.
const maintBits = 0x01 | 0x02 | 0x04 | 0x20 | 0x40;
const drainBits = 0x08 | 0x10;
const checkEnabledBit = 0x04;
const stopped = 0;

export function readServersState(text: string): readonly ServerState[] {
  const rows = readTable(text, bySpaces).filter((row) => !isStandIn(row('srv_name')));
  return rows.map((row) => {
    const admin = Number(row('srv_admin_state'));
    return {
      backend: row('be_name'),
      name: row('srv_name'),
      ip: row('srv_addr'),
      port: Number(row('srv_port')),
      ordered: (admin & maintBits) !== 0 ? 'maint' : (admin & drainBits) !== 0 ? 'drain' : 'ready',
      ...(Number(row('srv_op_state')) === stopped && { downMs: downMs(Number(row('srv_time_since_last_change'))) }),
      checked: (Number(row('srv_check_state')) & checkEnabledBit) !== 0,
      weight: Number(row('srv_uweight')),
    };
  });
}

/** HAProxy takes one whole second of the clock from another: the first of them may have begun just now. */
const downMs = (seconds: number): number => 1000 * Math.max(0, seconds - 1);
