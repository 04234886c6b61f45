import type { SimulateBench } from '../app/bench/simulate.ts';
import { formatDuration } from '../model/quantities.ts';
import { print, table } from './output.ts';

export function showSimulateBench({ goal, parts }: SimulateBench): void {
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  const rows = parts.map(({ what, platforms, machines, virtualSeconds, realSeconds, cpuSeconds, came, broken }) => [
    what,
    `${whole(platforms)} × ${whole(machines)}`,
    formatDuration(1000 * virtualSeconds),
    formatDuration(1000 * realSeconds),
    whole(virtualSeconds / realSeconds),
    whole(virtualSeconds / cpuSeconds),
    came === undefined ? '' : whole(came),
    String(broken),
  ]);
  print(
    table(
      ['', 'platforms × machines', 'virtual', 'real', 'faster', 'by CPU time', 'machines came', 'invariants broken'],
      rows,
    ),
  );
  print(`goal: a month ${whole(goal)} times faster on one core, and so in less than 30 s`);
}
