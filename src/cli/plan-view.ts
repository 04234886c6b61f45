import type { PlanSeen } from '../app/plan.ts';
import { unreachable } from '../model/errors.ts';
import { changesOf, changeSubject, type Cost, type PlanFinding, type Step } from '../model/plan.ts';
import { formatMoney, perMonth } from '../model/quantities.ts';
import { planSummary, verbOf } from './plan-summary.ts';
import { paint, print } from './output.ts';

/** Chosen: more differences than this on one machine are no longer read one by one. */
const mostChangesShown = 6;

export function showPlan({ plan: { steps, cost, findings, headroom, losses }, failing }: PlanSeen): void {
  if (steps.length === 0) print(nothingToDo(failing.length > 0 || findings.some(isRefused)));
  for (const step of steps) showStep(step);
  for (const { machine, role, says } of failing)
    print(`${paint('red', '!')} works not: ${machine}, ${role}, ${paint('dim', says)}`);
  if (steps.length > 0) print(`\n${planSummary(steps)}`);
  print(costLine(cost));
  for (const { pool, says } of headroom) says.forEach((line) => print(`${pool}: ${paint('dim', line)}`));
  if (losses.length > 0)
    print(paint('red', `data that exists nowhere else would be lost with ${losses.join(', ')}; \`up\` asks for --yes`));
}

const isRefused = ({ severity }: PlanFinding) => severity === 'refused';

/** What no step can mend is told as a finding, or as a probe that fails. */
function nothingToDo(isAnythingWrong: boolean): string {
  if (isAnythingWrong) return `${paint('yellow', '!')} nothing that a step could mend; what is wrong follows`;
  return `${paint('green', '✓')} nothing to do: everything is as the blueprint says`;
}

function showStep(step: Step): void {
  const verb = verbOf(step);
  const mark = {
    create: paint('green', '+'),
    change: paint('yellow', '~'),
    replace: paint('red', '±'),
    remove: paint('red', '-'),
  }[verb];
  print(`${mark} ${verb.padEnd(7)}  ${subjectOf(step)}  ${paint('dim', step.reason.says)}`);
  const changes = step.reason.code === 'new-machine' ? [] : changesOf(step);
  for (const change of changes.slice(0, mostChangesShown)) {
    print(`             ${changeSubject(change)} ${paint('dim', change.why.says)}`);
  }
  const more = changes.length - mostChangesShown;
  if (more > 0) print(paint('dim', `             and ${more} more`));
}

export function subjectOf(step: Step): string {
  switch (step.kind) {
    case 'build-image':
      return `image ${step.image}`;
    case 'create-network':
    case 'replace-network':
      return `network ${step.network.name} ${step.network.cidr}`;
    case 'remove-network':
      return `network ${step.network}`;
    case 'create-address':
      return `address ${step.address.name} ${step.address.ip}`;
    case 'place-address':
      return `address ${step.address} on ${step.machine}`;
    case 'remove-address':
      return `address ${step.address}`;
    case 'create-machine':
    case 'replace-machine':
      return `${step.machine.name} (${step.machine.flavour.name} in ${step.machine.site})`;
    case 'bake':
      return `bake of ${step.bake.pool} (from ${step.bake.from})`;
    case 'remove-bake':
      return `bake ${step.bake}`;
    case 'configure':
      return `${step.machine}: ${step.role}`;
    case 'change-machine':
      return step.parts.length === 0
        ? step.machine
        : `${step.machine}: ${step.parts.map(({ role }) => role).join(', ')}`;
    case 'commission-machine':
      return `${step.machine}: commission`;
    case 'start-machine':
      return `${step.machine}: start`;
    case 'restart-machine':
      return `${step.machine}: restart`;
    case 'rejoin-machine':
      return `${step.machine}: networks`;
    case 'await-machine':
      return `${step.machine}: serves`;
    case 'remove-machine':
      return step.machine;
    default:
      return unreachable(step);
  }
}

export function costLine({ currency, nowPerHour, thenPerHour, fullPerHour }: Cost): string {
  const hour = (perHour: number) => `${formatMoney(perHour, currency)}/hour`;
  const month = (perHour: number) => `${formatMoney(perMonth(perHour), currency)}/month`;
  const change = thenPerHour - nowPerHour;
  const sign = change > 0 ? '+' : '';
  const changed = Math.abs(change) < 1e-9 ? 'no change' : `${sign}${formatMoney(change, currency)}/hour`;
  return `cost: ${hour(thenPerHour)}, ${month(thenPerHour)} (${changed}); with the whole overflow ${hour(fullPerHour)}`;
}
