/** What `show stat` says of backends and their servers. */
import { isStandIn } from '../../roles/balancer/servers.ts';
import { byCommas, readTable, type Row } from './table.ts';

/** Totals since the process began, and how it is at this instant. */
export interface Figures {
  readonly status: 'up' | 'down' | 'drain' | 'maint';
  /** Requests that came, whether they are answered, wait or were turned away. HAProxy's `req_tot` counts only those that ended. */
  readonly arrived: number;
  readonly answers: Readonly<Record<AnswerClass, number>>;
  /** Requests that were asked again, elsewhere or there, and those that got no whole answer. */
  readonly failures: number;
  /** Requests that are on their way. */
  readonly sessions: number;
  /** Requests that wait. */
  readonly queue: number;
  /** Means of the last 1024 requests: until the first byte, and until the last. */
  readonly answerMs: number;
  readonly wholeMs: number;
}

export interface BackendStat extends Figures {
  readonly servers: ReadonlyMap<string, Figures>;
}

export type AnswerClass = (typeof answerClasses)[number];
const answerClasses = ['1xx', '2xx', '3xx', '4xx', '5xx', 'other'] as const;

/** Backends and servers alone: leaves the frontends out. */
export const showStat = 'show stat -1 6 -1';

export function readStat(text: string): ReadonlyMap<string, BackendStat> {
  const rows = readTable(text, byCommas);
  const servers = Map.groupBy(
    rows.filter((row) => row('type') === '2' && !isStandIn(row('svname'))),
    (row) => row('pxname'),
  );
  return new Map(
    rows
      .filter((row) => row('type') === '1')
      .map((row) => {
        const own = servers.get(row('pxname')) ?? [];
        return [row('pxname'), { ...figures(row), servers: new Map(own.map((one) => [one('svname'), figures(one)])) }];
      }),
  );
}

function figures(row: Row): Figures {
  const answers = Object.fromEntries(answerClasses.map((name) => [name, Number(row(`hrsp_${name}`))]));
  return {
    status: statusOf(row('status')),
    arrived: Number(row('stot')),
    answers: answers as Figures['answers'],
    failures: Number(row('wretr')) + Number(row('econ')) + Number(row('eresp')),
    sessions: Number(row('scur')),
    queue: Number(row('qcur')),
    answerMs: Number(row('rtime')),
    wholeMs: Number(row('ttime')),
  };
}

/** `UP 1/2` is about to fall, `DOWN 1/2` about to rise, `MAINT (via …)` has a reason, `no check` and `NOLB` serve. */
function statusOf(text: string): Figures['status'] {
  if (text.startsWith('DOWN')) return 'down';
  if (text.startsWith('MAINT')) return 'maint';
  return text.startsWith('DRAIN') ? 'drain' : 'up';
}
