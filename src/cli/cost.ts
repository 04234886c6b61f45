import { load } from '../app/load.ts';
import { perMonth, priceOf } from '../blueprint/platform.ts';
import { entries, the } from '../blueprint/records.ts';
import { exitCodes } from '../model/errors.ts';
import { formatMoney, hoursPerMonth } from '../model/quantities.ts';
import type { CommandCall } from './commands.ts';
import { paint, print, printJson, table } from './output.ts';

export function run({ toolbox, operands: [which = ''], json }: CommandCall): Promise<number> {
  const { blueprint } = load(toolbox, which);
  const { basePerHour, fullPerHour, currency } = priceOf(blueprint);
  const lines = entries(blueprint.pools).flatMap(([pool, { base, overflow }]) =>
    [{ part: 'base', ...base }, ...(overflow === undefined ? [] : [{ part: 'overflow', ...overflow }])].map(({ part, count, flavour }) => {
      const perHour = the(blueprint.flavours, flavour).price.perHour;
      return { pool, part, count, flavour, perHour: count * perHour };
    }),
  );
  const { budget } = blueprint.objectives;
  if (json) {
    printJson({ platform: blueprint.platform, currency, lines, basePerHour, fullPerHour, basePerMonth: perMonth(basePerHour), budgetPerMonth: budget && perMonth(budget.perHour) });
    return Promise.resolve(exitCodes.done);
  }
  const rows = lines.map(({ pool, part, count, flavour, perHour }) => [
    pool,
    part,
    `${count} × ${flavour}`,
    formatMoney(perHour, currency),
    part === 'base' ? formatMoney(perMonth(perHour), currency) : paint('dim', 'by the hour'),
  ]);
  print(table(['pool', 'part', 'machines', 'per hour', 'per month'], rows));
  print(`\nbase            ${formatMoney(perMonth(basePerHour), currency)} a month (${hoursPerMonth} hours)`);
  print(`whole overflow  ${formatMoney(fullPerHour - basePerHour, currency)} an hour more`);
  if (budget !== undefined) {
    const hours = (budget.perHour - basePerHour) * hoursPerMonth;
    const left = fullPerHour > basePerHour ? `, enough for ${Math.floor(hours / (fullPerHour - basePerHour))} hours of the whole overflow` : '';
    print(`budget          ${formatMoney(perMonth(budget.perHour), currency)} a month${hours >= 0 ? left : ''}`);
  }
  return Promise.resolve(exitCodes.done);
}
