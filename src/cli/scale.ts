import { scale, type Scaling } from '../app/control/scale.ts';
import { exitCodes, SpillwayError } from '../model/errors.ts';
import { formatDuration, parseQuantity } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { paint, print, printJson } from './output.ts';

/** Chosen: longer than a match with all that follows, and an order that is forgotten ends the same evening. */
const usualFor = '2h';

export function run({ toolbox, operands: [which = '', pool = '', size], options, json }: CommandCall): Promise<number> {
  const scaling = scale(toolbox, which, pool, wishOf(size, options));
  if (json) printJson(scaling);
  else print(scalingText(scaling, toolbox.clock.now()).join('\n'));
  return Promise.resolve(exitCodes.done);
}

function wishOf(size: string | undefined, options: CommandCall['options']): Parameters<typeof scale>[3] {
  if (options.release === true) {
    if (size === undefined && options.for === undefined) return 'release';
    throw wrongWords('an order is either given or taken back', 'leave out `--release`, or the number of machines');
  }
  if (size === undefined) {
    if (options.for === undefined) return undefined;
    throw wrongWords('`--for` is about an order', 'say how many machines, for example `spillway scale sofoot web 5`');
  }
  if (!/^\d{1,6}$/.test(size)) {
    throw wrongWords(`\`${size}\` is not a number of machines`, 'say how many there shall be, the base included: `5`');
  }
  const read = parseQuantity('duration', typeof options.for === 'string' ? options.for : usualFor);
  if (!read.ok) throw wrongWords(read.says, read.mend ?? 'write for example `--for 2h`');
  if (read.value === 0) throw wrongWords('an order for no time is none', 'write for example `--for 2h`');
  return { size: Number(size), forMs: read.value };
}

function wrongWords(message: string, mend: string): SpillwayError {
  return new SpillwayError({ code: 'wrong-order', message, mend, exit: 'wrongInput' });
}

export function scalingText(scaling: Scaling, nowMs: number): readonly string[] {
  const { platform, pool, least, most, order, decision, controller } = scaling;
  const whoDecides =
    order === undefined
      ? `${least} to ${most} machines, as the rules decide`
      : `${order.size} machines by order, until ${timeOf(order.untilMs)} (${formatDuration(order.untilMs - nowMs)} more)`;
  return [
    `${paint('bold', pool)}  ${whoDecides}`,
    decision === undefined
      ? paint('dim', 'nothing was decided yet')
      : `${paint('dim', timeOf(decision.atMs))} ${decision.reason}`,
    controller === undefined
      ? paint('yellow', `no controller runs, so nothing follows: spillway control ${platform}`)
      : paint('dim', `process ${controller.pid} on ${controller.host} controls it`),
  ];
}

const timeOf = (atMs: number) => new Date(atMs).toISOString().replace('T', ' ').slice(0, 19);
