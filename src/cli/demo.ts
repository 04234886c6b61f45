/**
 * SoFoot up, shown to work, as much of its peak rehearsed as this host carries, and how to go on. Run again without
 * the rehearsal, it is quick and changes nothing.
 */
import { load } from '../app/load.ts';
import { findScenario } from '../app/rehearse/find-scenario.ts';
import { measureHost } from '../app/rehearse/measure-host.ts';
import { durationMs, partOf, partSays, verdictAsData, type Carried, type Scenario } from '../app/rehearse/shown.ts';
import { status } from '../app/status.ts';
import { tryVisit } from '../app/try-visit.ts';
import { withWork, type Work } from '../app/work.ts';
import { exitCodes, SpillwayError } from '../model/errors.ts';
import { counted, formatDuration } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { untilInterrupted } from './interrupt.ts';
import { demoInVirtualTime } from './demo-in-virtual-time.ts';
import { paint, print, printJson } from './output.ts';
import { rehearseWithView } from './rehearsal.ts';
import { statusText } from './status-view.ts';
import { upWithProgress } from './up.ts';

const scenarioName = 'triple-in-20s';
/** In the current folder, where one looks for it; the checkout's .gitignore knows it. */
const report = `sofoot-${scenarioName}.html`;

/**
 * Done when the platform works and the rehearsal came to its end, whatever the verdict: a host too weak for such a
 * load is no failure of the demo. `rehearse` is for those who want to know by the exit code.
 */
export async function run({ toolbox, options, json }: CommandCall): Promise<number> {
  const loaded = load(toolbox, 'sofoot');
  const found = findScenario({ toolbox, ...loaded }, scenarioName);
  const played = withWork(toolbox, loaded, async (work) => {
    if (!json) print(`${paint('bold', 'SoFoot')}, a football news site: ${loaded.file}\n`);
    const signal = untilInterrupted(() => undefined);
    const { steps, tookMs } = await upWithProgress(work, { acceptLosses: false, json, signal });
    const seen = await status(work);
    const [entrance] = seen.entrances;
    if (entrance?.url === undefined)
      throw new SpillwayError({
        code: 'no-entrance',
        message: 'the demo has no address',
        mend: 'restore blueprints/sofoot/blueprint.yaml',
      });
    const { url } = entrance;
    const host = entrance.hosts[0] ?? '';
    const visits = await tryVisit(url, work.vault.reveal({ kind: 'authority' }), host);
    if (!json) {
      print(
        steps === 0
          ? `${paint('green', '✓')} everything was as the blueprint says; nothing was changed`
          : `${paint('green', '✓')} up in ${formatDuration(tookMs)}, ${steps} steps`,
      );
      for (const { what, says } of visits) print(`${paint('green', '✓')} ${what}  ${paint('dim', says)}`);
      print(statusText(seen));
    }

    const shown = { platform: seen.platform, url, stepsDone: steps, tookMs, visits };
    if (options.rehearsal === false || signal.aborted) {
      if (json) printJson(shown);
      else print(nextCommands(url, host));
    } else {
      const scenario = options.full === true ? found.scenario : await fitting(work, found.scenario, { json, signal });
      if (!json) print(`\n${aboutToPlay(scenario)}\n`);
      const { verdict, recording } = await rehearseWithView(work, { ...found, scenario, json, signal, report });
      const page = toolbox.files.resolve(report);
      if (json)
        printJson({
          ...shown,
          rehearsal: { scenario: scenarioName, report: page, verdict: verdictAsData(verdict, recording) },
        });
      else print(`\nThe whole of it, with its curves: ${paint('bold', page)}\n${nextCommands(url, host)}`);
    }
    return signal.aborted ? exitCodes.failed : exitCodes.done;
  });
  return played.catch((error: unknown) => {
    if (!(error instanceof SpillwayError) || error.code !== 'host-cannot') throw error;
    return demoInVirtualTime(toolbox, { platform: 'sofoot', scenario: scenarioName, why: error, report, json });
  });
}

/** As much of it as leaves the platform the limit, and not this host. */
async function fitting(work: Work, scenario: Scenario, { json, signal }: { json: boolean; signal: AbortSignal }) {
  if (!json) print(paint('dim', `\nmeasuring for ten seconds how much of the peak this host carries …`));
  const carried = await measureHost(work, scenario, signal);
  return carried === undefined ? scenario : partOf(scenario, carried.share, whyNoMore(carried));
}

export function whyNoMore({ cores, others }: Pick<Carried, 'cores' | 'others'>): string {
  const all = counted(cores, 'core');
  // Chosen: less than this nobody would end something for.
  return others < 0.1
    ? `this host carries no more with its ${all}`
    : `this host carries no more, with its ${all} of which others use ${others.toFixed(1)}`;
}

export function aboutToPlay({ traffic, part }: Pick<Scenario, 'traffic' | 'part'>): string {
  const minutes = counted(Math.ceil(durationMs(traffic) / 60_000), 'minute');
  const says = `${paint('bold', 'Now three times the visitors in 20 s, on these machines')} (${scenarioName}): about ${minutes}; Ctrl-C ends it, and the platform stays up.`;
  return part === undefined ? says : `${says}\nIt is ${partSays(part)}. All of it: ./spillway demo --full`;
}

export function nextCommands(url: string, host: string): string {
  const lines = [
    [`curl -s ${url} | less`, 'the front page'],
    [
      `curl --cacert <(./spillway certificate sofoot) --resolve ${host}:443:${new URL(url).hostname} https://${host}/`,
      'the same over TLS',
    ],
    [`./spillway status sofoot`, 'how it is'],
    [`./spillway explain sofoot web-1`, 'why a machine is there, and who may talk to it'],
    [`./spillway ssh sofoot web-1`, 'a shell on a machine; break something, then'],
    [`./spillway plan sofoot`, 'see what differs and why, and'],
    [`./spillway up sofoot`, 'mend it'],
    [`./spillway rehearse sofoot ${scenarioName} --report ${report}`, 'the peak again'],
    [`./spillway control sofoot`, 'pools follow the load, until Ctrl-C; meanwhile, from another terminal,'],
    [`./spillway scale sofoot web 5 --for 1h`, 'order a size by hand'],
    [`./spillway events sofoot`, 'what was done, step by step'],
    [`./spillway down sofoot`, 'remove it all'],
  ];
  const width = Math.max(...lines.map(([command = '']) => command.length));
  const site = `The site is at ${url} (${host} for its certificate).`;
  return [
    '',
    paint('bold', site),
    '',
    'Go on with:',
    ...lines.map(([command = '', says = '']) => `  ${command.padEnd(width)}  ${paint('dim', says)}`),
  ].join('\n');
}
