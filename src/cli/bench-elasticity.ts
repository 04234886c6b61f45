import type { ElasticityBench } from '../app/bench/elasticity.ts';
import { columns, columnsSay, rowOf, type Compared } from '../app/simulate/comparison.ts';
import { print, table } from './output.ts';

export function showElasticityBench({ step, worldCup, virtualSeconds, realSeconds }: ElasticityBench): void {
  const names = step[0]?.policies.map(({ name }) => name) ?? [];
  const stepTable = (what: string, cell: (measured: Compared) => string) => {
    const rows = names.map((name, index) => [
      name,
      ...step.map(({ policies: { [index]: measured } }) => (measured === undefined ? '' : cell(measured))),
    ]);
    print(table([what, ...step.map(({ readyAfterMs }) => `ready after ${readyAfterMs / 1000} s`)], rows));
  };
  const two = (value: number) => value.toFixed(2);
  print('1,000 requests/s, 3,000 within 20 s, half an hour; machines of 100 requests/s');
  stepTable('lacking % / of the time %', ({ elasticity: { thetaU, tauU } }) => `${two(thetaU)} / ${tauU.toFixed(1)}`);
  stepTable('too much %', ({ elasticity: { thetaO } }) => thetaO.toFixed(1));
  stepTable('requests lost %', ({ requests: { lost, sent } }) => two((100 * lost) / sent));
  print('two days of the World Cup of 1998, by the second; machines ready after 60 s');
  print(table(columns, worldCup.map(rowOf)));
  print(columnsSay.join('\n'));
  const faster = Math.round(virtualSeconds / realSeconds).toLocaleString('en');
  print(
    `${(virtualSeconds / 3600).toFixed(0)} h of virtual time in ${realSeconds.toFixed(1)} s: ${faster} times faster`,
  );
}
