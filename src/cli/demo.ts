/** SoFoot up, shown to work, and how to go on. Run again, it is quick and changes nothing. */
import { load } from '../app/load.ts';
import { status } from '../app/status.ts';
import { tryVisit } from '../app/try-visit.ts';
import { withWork } from '../app/work.ts';
import { exitCodes, SpillwayError } from '../model/errors.ts';
import { formatDuration } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { paint, print, printJson } from './output.ts';
import { statusText } from './status-view.ts';
import { upWithProgress } from './up.ts';

export async function run({ toolbox, json }: CommandCall): Promise<number> {
  const loaded = load(toolbox, 'sofoot');
  return withWork(toolbox, loaded, async (work) => {
    if (!json) print(`${paint('bold', 'SoFoot')}, a football news site: ${loaded.file}\n`);
    const { steps, tookMs } = await upWithProgress(work, { acceptLosses: false, json });
    const seen = await status(work);
    const [entrance] = seen.entrances;
    if (entrance === undefined)
      throw new SpillwayError({
        code: 'no-entrance',
        message: 'the demo has no address',
        mend: 'restore blueprints/sofoot/blueprint.yaml',
      });
    const visits = await tryVisit(entrance.url, work.vault.reveal({ kind: 'authority' }), entrance.hosts[0] ?? '');
    if (json) {
      printJson({ platform: seen.platform, url: entrance.url, steps, tookMs, visits });
      return exitCodes.done;
    }
    print(
      steps === 0
        ? `${paint('green', '✓')} everything was as the blueprint says; nothing was changed`
        : `${paint('green', '✓')} up in ${formatDuration(tookMs)}, ${steps} steps`,
    );
    for (const { what, says } of visits) print(`${paint('green', '✓')} ${what}  ${paint('dim', says)}`);
    print(statusText(seen));
    print(nextCommands(entrance.url, entrance.hosts[0] ?? ''));
    return exitCodes.done;
  });
}

function nextCommands(url: string, host: string): string {
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
