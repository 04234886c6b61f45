/** Weights held in HAProxy: one look, and what differs. */
import { beforeEach, expect, test } from 'vitest';
import type { MachineName } from '../../../src/model/ids.ts';
import type { HaproxySocket } from '../../../src/runtime/haproxy/socket.ts';
import { holdWeights } from '../../../src/runtime/haproxy/weights.ts';

const sixtyForty = { primary: 60, others: 40 };
const leader = (ordinal: number) => `servers-${ordinal}` as MachineName;

/** By backend and server. */
let weights: Map<string, number>;
let asked: string[];
/** The process that answers next was replaced by a reload. */
let isStopping: boolean;

beforeEach(() => {
  weights = new Map([
    ['servers/servers-1', 60],
    ['servers/servers-2', 40],
    ['api/api-1', 100],
  ]);
  asked = [];
  isStopping = false;
});

function answerTo(command: string): string {
  if (command === 'show info') return `Pid: 7\nStopping: ${isStopping ? 1 : 0}\n`;
  const [, id = '', weight] = /^set server (\S+) weight (\d+)$/.exec(command) ?? [];
  if (weight !== undefined) weights.set(id, Number(weight));
  if (command !== 'show servers state') return '';
  const rows = [...weights].map(([server, its]) => `${server.replace('/', ' ')} 10.8.0.2 80 0 6 ${its}`);
  return ['1', '# be_name srv_name srv_addr srv_port srv_admin_state srv_check_state srv_uweight', ...rows, ''].join(
    '\n',
  );
}

const socket: HaproxySocket = {
  async ask(command) {
    asked.push(command);
    return answerTo(command);
  },
  permit: () => Promise.resolve(),
  renew: () => void (isStopping = false),
  close: () => undefined,
};
const orders = () => asked.filter((command) => !command.startsWith('show'));

test('nothing is said while all is as it should be', async () => {
  expect(await holdWeights(socket, ['servers'], sixtyForty, leader(1))).toEqual([]);
  expect(orders()).toEqual([]);
});

test('after a move the servers are told, and those of other backends are left alone', async () => {
  expect(await holdWeights(socket, ['servers'], sixtyForty, leader(2))).toEqual([
    { machine: 'servers-1', weight: 40 },
    { machine: 'servers-2', weight: 60 },
  ]);
  expect(orders()).toEqual(['set server servers/servers-1 weight 40', 'set server servers/servers-2 weight 60']);
  expect(await holdWeights(socket, ['servers'], sixtyForty, leader(2))).toEqual([]);
});

test('a process that was replaced is not told: the one that answers visitors is', async () => {
  isStopping = true;
  await holdWeights(socket, ['servers'], sixtyForty, leader(2));
  expect(asked.slice(0, 3)).toEqual(['show info', 'show info', 'show servers state']);
});
