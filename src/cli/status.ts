import { load } from '../app/load.ts';
import { status, type Status } from '../app/status.ts';
import { withLook } from '../app/work.ts';
import type { Toolbox } from '../app/toolbox.ts';
import { exitCodes } from '../model/errors.ts';
import { counted, formatMoney } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { subjectOf } from './plan-view.ts';
import { paint, print, printJson, table } from './output.ts';

export async function run({ toolbox, operands: [which], json }: CommandCall): Promise<number> {
  if (which === undefined) return listPlatforms(toolbox, json);
  return withLook(toolbox, load(toolbox, which), async (work) => {
    const seen = await status(work);
    if (json) {
      const { plan, ...rest } = seen;
      printJson({ ...rest, well: isWell(seen), stepsToDo: plan.steps.length });
    } else showStatus(seen);
    return isWell(seen) ? exitCodes.done : exitCodes.failed;
  });
}

function isWell({ failing, plan }: Status): boolean {
  return failing.length === 0 && plan.steps.length === 0;
}

async function listPlatforms(toolbox: Toolbox, json: boolean): Promise<number> {
  const found = await Promise.all(toolbox.engines().map(async (engine) => engine.platforms()));
  const names = [...new Set(found.flat())].sort();
  if (json) printJson({ platforms: names });
  else if (names.length === 0) print('There is no platform on this host yet. Start with: ./spillway demo');
  else for (const name of names) print(name);
  return exitCodes.done;
}

export function showStatus(seen: Status): void {
  const { platform, about, sites, entrances, failing, plan, currency } = seen;
  const well = isWell(seen);
  const sign = well
    ? paint(['green', 'bold'], 'is well')
    : paint(['red', 'bold'], failing.length > 0 ? 'is not well' : 'differs from its blueprint');
  print(`\n${paint('bold', platform)} ${sign}${about === undefined ? '' : `\n${paint('dim', about.trim())}`}\n`);
  for (const { hosts, ip, url } of entrances)
    print(`  ${paint('cyan', url)}  ${paint('dim', `${hosts.join(', ')} at ${ip}`)}`);
  for (const { site, place, machines } of sites) {
    if (machines.length === 0) continue;
    print(`\n${paint('bold', site)} ${paint('dim', place ?? '')}`);
    const rows = machines.map(({ name, roles, flavour, ip, health }) => [
      health === 'well' ? paint('green', '●') : paint('red', '●'),
      name,
      roles.join(' + '),
      flavour,
      ip,
      health === 'well' ? paint('green', 'well') : paint('red', shorten(health)),
    ]);
    print(table(['', 'machine', 'does', 'flavour', 'address', 'health'], rows));
  }
  print('');
  if (plan.steps.length > 0) {
    print(
      paint(
        'yellow',
        `${counted(plan.steps.length, 'step')} to what the blueprint says; \`spillway plan ${platform}\` shows why:`,
      ),
    );
    for (const step of plan.steps.slice(0, 5)) print(`  ${subjectOf(step)}  ${paint('dim', step.reason.says)}`);
  }
  print(
    `${formatMoney(seen.perMonth, currency)} a month as it runs; ${formatMoney(plan.cost.fullPerHour, currency)} an hour with the whole overflow`,
  );
}

function shorten([first = '', ...more]: readonly string[]): string {
  return more.length === 0 ? first : `${first} (and ${more.length} more)`;
}
