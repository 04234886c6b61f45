/** What the machines of a platform tell while its demand stays about the same and its pool serves it whole. */
import type { Blueprint } from '../../blueprint/schema.ts';
import type { PoolName } from '../../model/ids.ts';
import type { ActualMachine } from '../../model/inventory.ts';
import { backendsOf } from '../../roles/balancer/backends.ts';
import { routedPort } from '../../roles/role.ts';
import type { TellingMachine } from './telling-machines.ts';

export interface Steady {
  readonly blueprint: Blueprint;
  readonly pool: PoolName;
  readonly machines: readonly ActualMachine[];
  /** Requests each second, of all balancers together. */
  readonly demand: number;
}

export function steadyWorld(steady: Steady, nowMs: () => number): readonly TellingMachine[] {
  const beganMs = nowMs();
  const seconds = () => 1_000 + (nowMs() - beganMs) / 1_000;
  return steady.machines.map((machine): TellingMachine => {
    const isBalancer = machine.pool === 'balancer';
    return {
      name: machine.name,
      line: (second) => lineOf(second, machine.pool === 'database'),
      ...(isBalancer && { answer: haproxy(steady, seconds) }),
    };
  });
}

/** The words that a machine with a CPU quota tells under cgroup v2; it uses half of it. */
function lineOf(second: number, database: boolean): string {
  const total = (perSecond: number) => String(perSecond * (second + 1_000));
  const words = [
    `at=${second + 1_000}.${String(second % 100).padStart(2, '0')}`,
    `cpuUs=${total(12_500)} quotaUs=2500 periodUs=100000`,
    `memory=${180_000_000 + (second % 7) * 4_096} memoryOf=640000000`,
    `net.private=${total(410_000)}/${total(1_240_000)} net.control=${total(1_800)}/${total(2_300)}`,
    `disk=${total(9_000)}/${total(61_000)} full=1200000 fullOf=2400000`,
    ...(database ? [`running=3 connected=24 queries=${total(2_100)} writes=${total(40)}`] : []),
  ];
  return words.join(' ');
}

/** HAProxy 2.6 of a balancer that carries its share of the demand. */
function haproxy({ blueprint, pool, machines, demand }: Steady, seconds: () => number): (command: string) => string {
  const servers = machines.filter((machine) => machine.pool === pool);
  const balancers = machines.filter((machine) => machine.pool === 'balancer').length;
  const backends = backendsOf(blueprint, pool);
  const ip = ({ interfaces }: ActualMachine) => interfaces.find(({ network }) => network === 'private')?.ip ?? '';

  const stat = () => {
    // A wave of two in a hundred, so that no two readings are alike.
    const each = demand / balancers / servers.length / backends.length;
    const arrived = Math.floor(each * (seconds() + 0.02 * 10 * Math.sin(seconds() / 10)));
    return backends
      .flatMap((backend) => [
        ...servers.map((server, index) => row(backend, server.name, index + 1, arrived, `${ip(server)}:${routedPort}`)),
        row(backend, 'BACKEND', 0, arrived * servers.length, ''),
      ])
      .join('\n');
  };
  const states = () =>
    backends
      .flatMap((backend, at) =>
        servers.map(
          (server, index) =>
            `${at + 3} ${backend} ${index + 1} ${server.name} ${ip(server)} 2 0 1 1 480 15 3 2 6 0 0 0 - ${routedPort} - 0 0 - - 0`,
        ),
      )
      .join('\n');
  return (command) => {
    if (command === 'show info') return info;
    if (command.startsWith('show stat')) return `${statHead}\n${stat()}\n`;
    if (command === 'show servers state') return `1\n${statesHead}\n${states()}\n`;
    if (command.startsWith('show map')) return `0x5581 ${pool}/shed none\n0x5582 ${pool}/turns-away no\n`;
    return '';
  };
}

/** As HAProxy writes them: most columns are told only of a server, or only of a backend. */
function row(backend: string, name: string, id: number, arrived: number, address: string): string {
  const isServer = id > 0;
  const bytes = arrived * 1_080;
  const before = `${backend},${name},0,3,2,9,,${arrived},${arrived * 36},${bytes},,0,,0,0,0,0,UP,1,1,0,0,0,479,0,,1,3,${id},,${arrived},,${isServer ? 2 : 1},34,,61`;
  const answers = `${isServer ? 'L7OK,200,4' : ',,'},0,${arrived},0,0,0,0,,,,${arrived},0,0,,,,,0,,,0,1,6,12`;
  const health = isServer ? ',,,Layer7 check passed,,1,2,2' : ',,,,,,,';
  return `${before},${answers},${health},,,,${address},,http,,,,,,,,0,52,${arrived - 52},,,1,,0,1,10,40,0,0,1,1,2,1,,,,-,0,0,0,,,,,,,,,,,,,,,,,,,,,,`;
}

const statHead =
  '# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,act,bck,chkfail,chkdown,lastchg,downtime,qlimit,pid,iid,sid,throttle,lbtot,tracked,type,rate,rate_lim,rate_max,check_status,check_code,check_duration,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,hanafail,req_rate,req_rate_max,req_tot,cli_abrt,srv_abrt,comp_in,comp_out,comp_byp,comp_rsp,lastsess,last_chk,last_agt,qtime,ctime,rtime,ttime,agent_status,agent_code,agent_duration,check_desc,agent_desc,check_rise,check_fall,check_health,agent_rise,agent_fall,agent_health,addr,cookie,mode,algo,conn_rate,conn_rate_max,conn_tot,intercepted,dcon,dses,wrew,connect,reuse,cache_lookups,cache_hits,srv_icur,src_ilim,qtime_max,ctime_max,rtime_max,ttime_max,eint,idle_conn_cur,safe_conn_cur,used_conn_cur,need_conn_est,uweight,agg_server_status,agg_server_check_status,agg_check_status,-,ssl_sess,ssl_reused_sess,ssl_failed_handshake,h2_headers_rcvd,h2_data_rcvd,h2_settings_rcvd,h2_rst_stream_rcvd,h2_goaway_rcvd,h2_detected_conn_protocol_errors,h2_detected_strm_protocol_errors,h2_rst_stream_resp,h2_goaway_resp,h2_open_connections,h2_backend_open_streams,h2_total_connections,h2_backend_total_streams,h1_open_connections,h1_open_streams,h1_total_connections,h1_total_streams,h1_bytes_in,h1_bytes_out,h1_spliced_bytes_in,h1_spliced_bytes_out,';

const statesHead =
  '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port';

const info = `Name: HAProxy
Version: 2.6.12-1+deb12u4
Nbthread: 2
Pid: 6002
Uptime: 0d 0h08m00s
Uptime_sec: 480
Ulimit-n: 8030
Maxconn: 4000
CurrConns: 512
CumConns: 192800
CumReq: 2700000
ConnRate: 15
SessRate: 15
SslRate: 15
Tasks: 535
Run_queue: 0
Idle_pct: 81
node: balancer-1
Stopping: 0
Jobs: 520
Listeners: 2
TotalBytesOut: 5036300000
BytesOutRate: 57280000
Build info: 2.6.12-1+deb12u4
`;
