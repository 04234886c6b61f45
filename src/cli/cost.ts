import { cost } from '../app/cost.ts';
import { exitCodes } from '../model/errors.ts';
import { formatMoney, hoursPerMonth, perMonth } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { paint, print, printJson, table } from './output.ts';

export function run({ toolbox, operands: [which = ''], json }: CommandCall): Promise<number> {
  const report = cost(toolbox, which);
  const { currency, lines, basePerHour, fullPerHour, budgetPerHour } = report;
  if (json) {
    const perMonths = {
      basePerMonth: perMonth(basePerHour),
      ...(budgetPerHour !== undefined && { budgetPerMonth: perMonth(budgetPerHour) }),
    };
    printJson({ ...report, ...perMonths });
    return Promise.resolve(exitCodes.done);
  }
  const rows = lines.map(({ pool, part, count, flavour, perHour }) => [
    pool,
    part,
    `${count} × ${flavour}`,
    formatMoney(perHour, currency),
    part === 'base' ? formatMoney(perMonth(perHour), currency) : paint('dim', 'by the hour'),
  ]);
  const overflowPerHour = fullPerHour - basePerHour;
  print(table(['pool', 'part', 'machines', 'per hour', 'per month'], rows));
  print(`\nbase            ${formatMoney(perMonth(basePerHour), currency)} a month (${hoursPerMonth} hours)`);
  print(`whole overflow  ${formatMoney(overflowPerHour, currency)} an hour more`);
  if (budgetPerHour !== undefined) {
    const hours = Math.floor(perMonth(budgetPerHour - basePerHour) / overflowPerHour);
    const left = overflowPerHour > 0 && hours >= 0 ? `, enough for ${hours} hours of the whole overflow` : '';
    print(`budget          ${formatMoney(perMonth(budgetPerHour), currency)} a month${left}`);
  }
  return Promise.resolve(exitCodes.done);
}
