/** PHP-FPM's pools of workers, one for each lane. */
import { ipOn, networkBetween } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import type { DatabaseName } from '../../model/ids.ts';
import { mark } from '../../model/secrets.ts';
import { answerTimeoutMs } from '../limits.ts';
import { databaseEnvironment } from '../mariadb/accounts.ts';
import type { RoleOn } from '../role.ts';
import { lines } from '../text.ts';
import { lanesOf, laneSocket, type Lane } from './lanes.ts';

/** Chosen: below the 15 s for which the balancer waits by default, for those that wait meanwhile. */
export const endSeconds = 10;

/** Chosen: what one worker makes while a visitor waits; more than that would wait in vain, and is refused at once. */
const waitingForEachWorker = 8;
/** Chosen: a health page answers in a fraction of it, and balancers give up earlier. */
const checkSeconds = 5;

export function poolsConf(on: RoleOn<'php'>): string {
  const { platform, pool } = on;
  const environment = environmentOf(on);
  return lines(
    '[global]',
    // A reload, and an end, let requests end that take no longer; without it, they cut them off.
    `process_control_timeout = ${endSeconds}s`,
    lanesOf(platform.blueprint, pool).flatMap((lane) => [...laneConf(on, lane), ...environment]),
  );
}

function laneConf(on: RoleOn<'php'>, lane: Lane): readonly string[] {
  const workers = workersOf(on, lane);
  return [
    lane === 'visitors' ? '[spillway]' : `[spillway-${lane}]`,
    'user = www-data',
    'group = www-data',
    `listen = ${laneSocket(lane)}`,
    'listen.owner = www-data',
    'listen.group = www-data',
    `listen.backlog = ${Math.max(32, workers * waitingForEachWorker)}`,
    'pm = static',
    `pm.max_children = ${workers}`,
    // Chosen: bounds what a leak in an extension can cost.
    'pm.max_requests = 10000',
    `request_terminate_timeout = ${secondsOf(on, lane)}s`,
    'catch_workers_output = yes',
    'clear_env = yes',
  ];
}

function workersOf({ settings }: RoleOn<'php'>, lane: Lane): number {
  switch (lane) {
    case 'visitors':
      return settings.workers;
    case 'slow':
      return settings.slow?.workers ?? 1;
    case 'checks':
      return 1;
  }
}

/** A page of which nobody takes the answer any more keeps no worker. */
function secondsOf({ platform, pool }: RoleOn<'php'>, lane: Lane): number {
  const seconds = Math.ceil(answerTimeoutMs(platform.blueprint, pool) / 1_000);
  return lane === 'checks' ? Math.min(checkSeconds, seconds) : seconds;
}

function environmentOf(on: RoleOn<'php'>): readonly string[] {
  const { platform, settings } = on;
  const { database, environment } = settings;
  const own = database === undefined ? [] : databaseEnvironment(platform, database, mark, serverBeside(on, database));
  return [
    ...own.map(([name, value]) => `env[${name}] = "${value}"`),
    ...Object.entries(environment).map(([name, value]) => `env[${name}] = '${String(value)}'`),
  ];
}

/** Its own IP, for an account is known by the network over which it comes. */
function serverBeside(on: RoleOn<'php'>, { name }: { readonly name: DatabaseName }): string | undefined {
  const { platform, pool } = on;
  if (the(platform.blueprint.data, name).pool !== pool) return undefined;
  return ipOn(on.machine, networkBetween(platform.blueprint, pool, pool));
}
