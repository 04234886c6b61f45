import { control, type ControlEvent } from '../app/control/index.ts';
import { startController, stopController } from '../app/control/kept-running.ts';
import { loadApplied } from '../app/releases/revisions.ts';
import { exitCodes, SpillwayError, unreachable } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import { untilInterrupted } from './interrupt.ts';
import { paint, print, printJson } from './output.ts';

export async function run({ toolbox, operands: [which = ''], options, json }: CommandCall): Promise<number> {
  const { platform } = loadApplied(toolbox, which).blueprint;
  if (options.stop === true) {
    await stopController(toolbox, platform);
    if (json) printJson({ platform, controller: 'stopped' });
    else print(`${paint('green', '✓')} nobody controls ${platform} any more`);
    return exitCodes.done;
  }
  if (options.start === true) {
    startController(toolbox, platform);
    if (json) printJson({ platform, controller: 'started' });
    else print(`${paint('green', '✓')} a controller of ${platform} runs in the background`);
    return exitCodes.done;
  }
  const signal = untilInterrupted(() => {
    if (!json) print(paint('dim', 'stopping: steps that run may end; Ctrl-C again ends at once'));
  });
  // One object a line, errors too, for a program that reads as it comes.
  const progress = (event: ControlEvent) => print(json ? JSON.stringify(event) : controlLine(event));
  try {
    await control(toolbox, which, { takeOver: options.takeOver === true, signal, progress });
    return exitCodes.done;
  } catch (error) {
    if (!json || !(error instanceof SpillwayError)) throw error;
    const { code, message, mend, exit } = error;
    print(JSON.stringify({ kind: 'ended', error: { code, message, mend } }));
    return exitCodes[exit];
  }
}

export function controlLine(event: ControlEvent): string {
  const time = paint('dim', new Date(event.atMs).toISOString().replace('T', ' ').slice(0, 19));
  switch (event.kind) {
    case 'took-over':
      return `${time} in place of process ${event.from.pid} on ${event.from.host}, which is refused from now on`;
    case 'began':
      return `${time} controls ${[...event.pools, ...event.primaries.map((pool) => `the primary of ${pool}`)].join(', ')}`;
    case 'decided':
      return `${time} ${signs[event.decision.kind]} ${event.pool} ${event.decision.says}`;
    case 'relieved':
      return `${time} ${reliefSigns[event.decision.kind]} ${event.pool} ${event.decision.says}`;
    case 'compared': {
      const { kind, machine, says } = event.decision;
      return `${time} ${outlierSigns[kind]} ${event.pool} ${machine} ${outlierWords[kind]}: ${says}`;
    }
    case 'judged':
      return [
        `${time} ${failoverSigns[event.decision.kind]} ${event.pool} ${event.decision.says}`,
        ...event.decision.evidence.map((one) => paint('dim', `           ${one}`)),
      ].join('\n');
    case 'kept-up':
      return `${time} ${paint('green', '+')} ${event.about}: ${event.says}`;
    case 'failed':
      return `${time} ${paint('red', '✗')} ${event.about}: ${event.says}`;
    default:
      return unreachable(event);
  }
}

const signs = {
  grow: paint('green', '▲'),
  shrink: paint('cyan', '▼'),
  nothing: paint('dim', '·'),
} as const;

const failoverSigns = {
  nothing: paint('green', '✓'),
  doubt: paint('yellow', '?'),
  move: paint('red', '⇄'),
  refuse: paint('red', '✗'),
  alone: paint('yellow', '!'),
  together: paint('green', '✓'),
  mend: paint('yellow', '!'),
  rebuild: paint('cyan', '↻'),
} as const;

const outlierSigns = { out: paint('red', '✗'), back: paint('green', '✓') } as const;
const outlierWords = { out: 'goes out of the balancers', back: 'comes back' } as const;

const reliefSigns = {
  up: paint('yellow', '!'),
  down: paint('green', '✓'),
  nothing: paint('dim', '·'),
} as const;
