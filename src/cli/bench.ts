/** Measurements as tables. They are told, never judged: a goal that is missed is no failure. */
import { benchController, type ControllerBench } from '../app/bench/controller.ts';
import { controlled } from '../app/bench/controlled.ts';
import { benchElasticity } from '../app/bench/elasticity.ts';
import { benchEntrance, type EntranceBench } from '../app/bench/entrance.ts';
import { benchFailover, failoverParts } from '../app/bench/failover/index.ts';
import { measured, type Measured, type Runs } from '../app/bench/figures.ts';
import { noopPlan } from '../app/bench/noop-plan.ts';
import { benchOverflow, type OverflowBench, type OverflowRuns } from '../app/bench/overflow.ts';
import { benchPlan, type PlanBench } from '../app/bench/plan.ts';
import { benchScaleOut, type ScaleOutBench } from '../app/bench/scale-out.ts';
import { benchSimulate } from '../app/bench/simulate.ts';
import { benchUp, type UpBench } from '../app/bench/up.ts';
import type { Toolbox } from '../app/toolbox.ts';
import type { PlatformName } from '../model/ids.ts';
import { exitCodes, SpillwayError } from '../model/errors.ts';
import { formatSize } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { showElasticityBench } from './bench-elasticity.ts';
import { showFailoverBench } from './bench-failover.ts';
import { showSimulateBench } from './bench-simulate.ts';
import { paint, print, printJson, table } from './output.ts';

export const benches = {
  plan: prepare('plan', benchPlan, showPlanBench),
  up: prepare('up', benchUp, showUpBench),
  entrance: prepare('entrance', benchEntrance, showEntranceBench),
  overflow: prepare('overflow', benchOverflow, showOverflowBench),
  controller: prepare('controller', benchController, showControllerBench),
  'scale-out': prepare('scale-out', benchScaleOut, showScaleOutBench),
  failover: prepare('failover', benchFailover, showFailoverBench, failoverParts),
  elasticity: prepare('elasticity', benchElasticity, showElasticityBench),
  simulate: prepare('simulate', benchSimulate, showSimulateBench),
};

/** A measurement that keeps its result and the way to show it together; of its parts, if it has any, all or one. */
function prepare<Result, Part extends string = never>(
  name: string,
  measure: (toolbox: Toolbox, progress: (line: string) => void, parts?: readonly Part[]) => Promise<Result>,
  show: (result: Result) => void,
  parts: readonly Part[] = [],
) {
  return async (toolbox: Toolbox, wanted?: string): Promise<{ data: Measured<Result>; show: () => void }> => {
    const part = parts.find((one) => one === wanted);
    if (wanted !== undefined && part === undefined) throw noPart(name, wanted, parts);
    const command = ['spillway bench', name, ...(part === undefined ? [] : [part])].join(' ');
    const data = await measured(command, () => measure(toolbox, tell, part === undefined ? undefined : [part]));
    return {
      data,
      show() {
        showHost(data);
        show(data.result);
      },
    };
  };
}

export async function run({ toolbox, operands: [what, part], json }: CommandCall): Promise<number> {
  const machines = /^noop-plan-(\d+)$/.exec(what ?? '')?.[1];
  if (machines !== undefined) return runNoopPlan(toolbox, Number(machines), json);
  const controlledPlatform = /^controlled-(.+)$/.exec(what ?? '')?.[1];
  if (controlledPlatform !== undefined) return runControlled(toolbox, controlledPlatform as PlatformName);
  const names = Object.keys(benches) as (keyof typeof benches)[];
  const wanted = what === undefined ? names : names.filter((name) => name === what);
  if (wanted.length === 0) {
    throw new SpillwayError({
      code: 'no-bench',
      message: `there is no measurement \`${what ?? ''}\``,
      mend: `choose one of ${names.join(', ')}, or none to run all`,
      exit: 'wrongInput',
    });
  }
  const results: Partial<Record<keyof typeof benches, unknown>> = {};
  for (const name of wanted) {
    const { data, show } = await benches[name](toolbox, part);
    results[name] = data;
    if (!json) show();
  }
  if (json) printJson(results);
  return exitCodes.done;
}

function noPart(name: string, wanted: string, parts: readonly string[]): SpillwayError {
  return new SpillwayError({
    code: 'no-bench-part',
    message: `the measurement \`${name}\` has no part \`${wanted}\``,
    mend: parts.length === 0 ? `it is measured as a whole: bench ${name}` : `choose one of ${parts.join(', ')}`,
    exit: 'wrongInput',
  });
}

/** For whoever times a whole process from outside. */
async function runNoopPlan(toolbox: Toolbox, machines: number, json: boolean): Promise<number> {
  const made = await noopPlan(toolbox, machines);
  if (json) printJson(made);
  else print(`planned ${made.machines} machines in ${milliseconds(made.plannedMs)}`);
  return exitCodes.done;
}

/** For whoever measures a controller in a process of its own. */
async function runControlled(toolbox: Toolbox, platform: PlatformName): Promise<number> {
  printJson(await controlled(toolbox, platform));
  return exitCodes.done;
}

function tell(line: string): void {
  process.stderr.write(`${paint('dim', `… ${line}`)}\n`);
}

function showHost({ command, host }: Measured<unknown>): void {
  const machine = `${host.cores} × ${host.processor}, Linux ${host.kernel}, Node ${host.node}`;
  print(`\n${paint('bold', command)}  ${machine}, load before ${host.loadBefore.toFixed(1)}`);
}

function showPlanBench({ goalMs, sizes, peer }: PlanBench): void {
  const reference = (machines: number): readonly string[] => {
    if (!peer.there) return ['-', ''];
    const runs = peer.planMs.find((one) => one.machines === machines)?.runs;
    return runs === undefined ? ['-', ''] : [milliseconds(runs.median), spread(runs)];
  };
  const rows = sizes.flatMap(({ machines, inProcess, wholeProcess, imaginedMs, plannedMs }) => {
    const inside = `imagining the world ${milliseconds(imaginedMs)}, planning ${milliseconds(plannedMs)}`;
    const [peerMedian = '', peerSpread = ''] = reference(machines);
    return [
      [`${machines} machines`, 'plan, in process', milliseconds(inProcess.median), spread(inProcess)],
      ['', 'whole process', milliseconds(wholeProcess.median), `${spread(wholeProcess)}; ${inside}`],
      ['', 'terraform plan', peerMedian, peerSpread],
    ];
  });
  print(table(['', 'without changes', 'median', 'runs'], rows));
  print(
    peer.there
      ? `beside it: ${peer.version}, built-in terraform_data by count`
      : `no peer to compare with: ${peer.why}`,
  );
  print(`goal: ${milliseconds(goalMs.median)} for ${goalMs.machines} machines`);
}

function showUpBench({ goalMs, wholeProcess, stages }: UpBench): void {
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const rows = stages.map(({ name, steps, beganMs, endedMs, busyMs }) => [
    name,
    steps === 0 ? '' : String(steps),
    seconds(beganMs),
    seconds(endedMs),
    seconds(busyMs),
  ]);
  print(table(['stage (they overlap)', 'steps', 'began, s', 'ended, s', 'busy, s'], rows));
  print(
    `up, from the cached image to contented probes: median ${milliseconds(wholeProcess.median)} (${spread(wholeProcess)})`,
  );
  print(`goal: ${milliseconds(goalMs)}`);
}

function showEntranceBench({ goalRatio, connections, pages, leftToDo }: EntranceBench): void {
  const perSecond = ({ median }: Runs) => `${median.toFixed(0)}/s`;
  const rows = pages.map(({ path, what, spillway, byHand, ratio, failed, loadCpuMax }) => [
    `${what} (${path})`,
    perSecond(spillway),
    perSecond(byHand),
    ratio.toFixed(3),
    String(failed),
    `${(100 * loadCpuMax).toFixed(0)} %`,
  ]);
  print(table([`${connections} connections`, 'Spillway', 'by hand', 'ratio', 'failed', 'load’s own CPU'], rows));
  print(`goal: a ratio of ${goalRatio}; afterwards ${leftToDo} steps were left to do`);
}

function showOverflowBench({ sizes, bakeMs, leftToDo }: OverflowBench): void {
  const row = (machines: number, how: string, { made, ready, changes, bytesReceived }: OverflowRuns) => [
    `${machines} at once`,
    how,
    milliseconds(made.median),
    milliseconds(ready.median),
    spread(ready),
    String(changes.median),
    formatSize(Math.round(bytesReceived.median)),
  ];
  const rows = sizes.flatMap(({ machines, asCopies, fromImage }) => [
    row(machines, 'as copies', asCopies),
    row(machines, 'from the image', fromImage),
  ]);
  print(table(['machines', 'begin', 'up after', 'ready after', 'runs', 'changes each', 'received each'], rows));
  print(
    `to bake takes ${milliseconds(bakeMs.median)} (${spread(bakeMs)}); afterwards ${leftToDo} steps were left to do`,
  );
}

function showControllerBench({ goal, machines, servers, told, cost }: ControllerBench): void {
  const share = (cores: number) => `${(100 * cores).toFixed(1)} %`;
  print(
    table(
      [`${machines} machines, ${servers} of them in a pool that scales`, 'measured', 'goal'],
      [
        ['of a core', share(cost.cores), share(goal.cores)],
        ['memory (RSS) at the end', formatSize(cost.rssBytes), formatSize(goal.rssBytes)],
        ['CPU time of a turn, with the readings meanwhile', `${cost.cpuMsPerTurn.toFixed(1)} ms`, ''],
      ],
    ),
  );
  const seconds = (cost.measuredMs / 1000).toFixed(0);
  print(
    `${cost.turns} turns in ${seconds} s; each second ${told.linesPerSecond.toFixed(0)} lines of machines ` +
      `and ${told.answersPerSecond.toFixed(0)} answers of balancers`,
  );
  print(`decided: ${cost.decided.says}`);
}

const stageWords = {
  seen: 'the reading by which it is seen',
  decided: 'the turn begins that decides',
  created: 'boots, SSH answers',
  ready: 'ready',
  admitted: 'in a balancer, and checked',
  asked: 'its first request comes',
  served: 'its first request is answered',
} satisfies Record<ScaleOutBench['ways'][number]['stages'][number]['stage'], string>;

function showScaleOutBench({ goalMs, perSecond, ways, tooSoon, requests, leftToDo }: ScaleOutBench): void {
  const rows = ways.flatMap(({ machine, stages }) =>
    stages.map((runs, index) => [
      index === 0 ? `a machine ${machine === 'warm' ? 'that waits warm' : machine}` : '',
      stageWords[runs.stage],
      milliseconds(runs.median),
      spread(runs),
    ]),
  );
  print(table(['since the breach', '', 'median', 'runs'], rows));
  const { steady, stepped, limit } = perSecond;
  const figures = [steady, stepped, limit].map((one) => one.toFixed(0));
  print(
    `breach: from ${figures[0] ?? ''} to ${figures[1] ?? ''} requests/s at once, where machines may be filled with ${figures[2] ?? ''}`,
  );
  print(
    `${requests.sent} requests, ${requests.lost} lost; ${tooSoon} rounds were decided before their breach, and left out`,
  );
  print(`goal: ${milliseconds(goalMs)} to the first answer; afterwards ${leftToDo} steps were left to do`);
}

function milliseconds(ms: number): string {
  return ms < 10_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function spread({ runs }: Runs): string {
  return `${runs.length} runs, ${milliseconds(Math.min(...runs))} to ${milliseconds(Math.max(...runs))}`;
}
