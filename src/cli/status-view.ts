/** A platform's status as a person reads it. */
import type { PoolStatus } from '../app/pool-status.ts';
import type { Status } from '../app/status.ts';
import { counted, formatDuration, formatMoney } from '../model/quantities.ts';
import { paint, table } from './output.ts';
import { subjectOf } from './plan-view.ts';

/** Chosen: enough to see what it is about; `plan` shows all. */
const mostStepsShown = 5;

export function isWell({ failing, faults, plan, pools }: Status): boolean {
  return failing.length === 0 && faults.length === 0 && plan.steps.length === 0 && !fails(pools);
}

function signOf({ failing, faults, pools }: Status): string {
  if (faults.length > 0) return 'is broken on purpose';
  return failing.length > 0 || fails(pools) ? 'is not well' : 'differs from its blueprint';
}

const fails = (pools: Status['pools']): boolean => pools.some(({ out = [] }) => out.length > 0);

export function statusText(seen: Status): string {
  const { platform, about, sites, entrances, plan, currency } = seen;
  const sign = isWell(seen) ? paint(['green', 'bold'], 'is well') : paint(['red', 'bold'], signOf(seen));
  const toDo = `${counted(plan.steps.length, 'step')} to what the blueprint says; \`spillway plan ${platform}\` shows why:`;
  return [
    '',
    `${paint('bold', platform)} ${sign}`,
    ...(about === undefined ? [] : [paint('dim', about.trim())]),
    '',
    ...entrances.map(entranceText),
    ...sites.flatMap(siteText),
    '',
    ...seen.pools.flatMap((pool) => poolText(pool, seen.seenAtMs)),
    ...faultsText(seen),
    ...certificatesText(seen),
    ...controlledText(seen),
    ...(plan.steps.length === 0 ? [] : [paint('yellow', toDo)]),
    ...plan.steps.slice(0, mostStepsShown).map((step) => `  ${subjectOf(step)}  ${paint('dim', step.reason.says)}`),
    `${formatMoney(seen.perMonth, currency)} a month as it runs; ${formatMoney(plan.cost.fullPerHour, currency)} an hour with the whole overflow`,
  ].join('\n');
}

export function entranceText({ hosts, ip, ports, url, secureUrl }: Status['entrances'][number]): string {
  const within = ports.map((port) => `${ip}:${port}`);
  if (url === undefined) return `  ${paint('cyan', within.join(', '))}  ${paint('dim', 'from within')}`;
  const urls = [url, ...(secureUrl === undefined ? [] : [secureUrl])].map((one) => paint('cyan', one)).join(', ');
  return `  ${urls}  ${paint('dim', `${[...hosts, ...within].join(', ')} at ${ip}`)}`;
}

function siteText({ site, place, machines }: Status['sites'][number]): readonly string[] {
  if (machines.length === 0) return [];
  const rows = machines.map(({ name, roles, flavour, ip, health }) => {
    const colour = health === 'well' ? 'green' : 'red';
    return [
      ...[paint(colour, '●'), name, roles.join(' + '), flavour, ip],
      paint(colour, health === 'well' ? 'well' : shorten(health)),
    ];
  });
  const title = `${paint('bold', site)} ${paint('dim', place ?? '')}`.trimEnd();
  return ['', title, table(['', 'machine', 'does', 'flavour', 'address', 'health'], rows)];
}

function faultsText({ platform, faults, seenAtMs }: Status): readonly string[] {
  if (faults.length === 0) return [];
  const since = (sinceMs: number) => formatDuration(Math.max(0, seenAtMs - sinceMs));
  return [
    ...faults.map(({ kind, target, sinceMs }) =>
      paint('red', `${kind} ${target}, on purpose, since ${since(sinceMs)}`),
    ),
    paint('dim', `  end all of it: spillway fault ${platform} --undo`),
  ];
}

function certificatesText({ certificates, seenAtMs }: Status): readonly string[] {
  return certificates.map(({ hosts, validUntilMs, isLate }) => {
    const day = new Date(validUntilMs).toISOString().slice(0, 10);
    const whose = `the certificate of ${hosts[0] ?? ''}`;
    if (validUntilMs <= seenAtMs) return paint('red', `${whose} ran out on ${day}`);
    const text = `${whose} is valid until ${day}`;
    return isLate ? paint('yellow', text) : text;
  });
}

/** Nothing of a platform that needs no controller. */
function controlledText({ platform, controlled: { by, isKept, misses }, seenAtMs }: Status): readonly string[] {
  if (misses.length === 0 && by === undefined) return [];
  if (by !== undefined) {
    const how = isKept ? 'in the background' : 'until whoever started it ends it';
    return [
      `controlled ${how}, by process ${by.pid} on ${by.host} for ${formatDuration(Math.max(0, seenAtMs - by.sinceMs))}`,
    ];
  }
  if (isKept) return [paint('yellow', 'its controller is being started; `status` again in some seconds shows it')];
  return [
    `${paint('yellow', 'nobody controls it')}: ${misses.join('; ')}`,
    paint('dim', `  start a controller in the background: spillway control ${platform} --start`),
  ];
}

/** Nothing of a pool that can do all that it should, and of one that needs no bake. */
function poolText({ pool, relief, bakes, primary, out = [] }: PoolStatus, nowMs: number): readonly string[] {
  const ago = (atMs: number) => formatDuration(Math.max(0, nowMs - atMs));
  const relieved =
    relief === undefined || relief.state === 'flowing' || relief.sinceMs === undefined
      ? []
      : [
          `${paint('yellow', `${pool} ${reliefWords(relief)}`)}, since ${ago(relief.sinceMs)}  ${paint('dim', relief.says ?? '')}`,
        ];
  const [newest] = bakes ?? [];
  const begins =
    newest === undefined ? 'from the image: there is no bake' : `as ${newest.from} was ${ago(newest.madeAtMs)} ago`;
  const led = primary === undefined ? [] : [primaryWords(pool, primary, ago)];
  const kept = out.map(
    ({ machine, sinceMs }) =>
      `${paint('red', `${pool}: ${machine} is kept out of the balancers`)}, since ${ago(sinceMs)}: far more of its requests fail than of the others’  ${paint('dim', '`spillway events` has the figures')}`,
  );
  return [...led, ...kept, ...relieved, ...(bakes === undefined ? [] : [`${pool}: new machines begin ${begins}`])];
}

function primaryWords(
  pool: string,
  { primary, inSync, deposed, sinceMs, isMoving }: NonNullable<PoolStatus['primary']>,
  ago: (atMs: number) => string,
): string {
  const since = sinceMs === undefined ? '' : `, for ${ago(sinceMs)}`;
  const others = [
    ...(inSync.length > 0 ? [`${inSync.join(', ')} in sync`] : []),
    ...(deposed.length > 0 ? [`${deposed.join(', ')} to be made anew`] : []),
    ...(isMoving ? ['another one is taking its place'] : []),
  ].join('; ');
  const company = others === '' ? paint('yellow', 'alone: nobody can take its place without loss') : others;
  return `${pool}: ${primary} is the primary${since}; ${company}`;
}

function reliefWords({ state, shed }: NonNullable<PoolStatus['relief']>): string {
  const without = shed.length === 0 ? '' : `does without ${shed.join(', ')}`;
  if (state !== 'turning-away') return without === '' ? 'lets requests wait' : without;
  return [...(without === '' ? [] : [without]), 'turns some away'].join(' and ');
}

function shorten([first = '', ...more]: readonly string[]): string {
  return more.length === 0 ? first : `${first} (and ${more.length} more)`;
}
