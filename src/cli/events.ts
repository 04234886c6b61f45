import { events, eventsAfter, type JournalEntry } from '../app/events.ts';
import { exitCodes } from '../model/errors.ts';
import { formatDuration } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { countIn } from './given.ts';
import { untilInterrupted } from './interrupt.ts';
import { paint, print, printJson } from './output.ts';

export async function run({ toolbox, operands: [which = ''], options, json }: CommandCall): Promise<number> {
  const limit = countIn(options.last, 30, '--last');
  const { platform, entries } = events(toolbox, which, limit);
  // To be followed, a line each.
  if (json && options.follow === true) entries.forEach((entry) => print(JSON.stringify(entry)));
  else if (json) printJson({ platform, entries });
  else if (entries.length === 0) print(`nothing was done on ${platform} yet`);
  else entries.forEach(showEntry);
  if (options.follow === true) {
    const signal = untilInterrupted(() => undefined);
    for await (const entry of eventsAfter(toolbox, platform, entries.at(-1)?.id ?? 0, signal)) {
      if (json) print(JSON.stringify(entry));
      else showEntry(entry);
    }
  }
  return exitCodes.done;
}

const signs = {
  'run-began': paint('cyan', '▶'),
  'run-ended': paint('cyan', '■'),
  'step-began': paint('dim', '…'),
  'step-ended': paint('green', '✓'),
  'step-failed': paint('red', '✗'),
  decision: paint('yellow', '◆'),
  order: paint('magenta', '▲'),
  measured: paint('blue', '≈'),
  verdict: paint('cyan', '⚖'),
} as const;

function showEntry({ atMs, kind, subject, reason, detail }: JournalEntry): void {
  const time = new Date(atMs).toISOString().replace('T', ' ').slice(0, 23);
  const took = typeof detail.tookMs === 'number' ? `, ${formatDuration(detail.tookMs)}` : '';
  const what = typeof detail.kind === 'string' ? detail.kind : '';
  print(
    `${paint('dim', time)} ${signs[kind]} ${subject} ${paint('dim', [what, reason].filter((part) => part !== '').join(': ') + took)}`,
  );
  if (kind === 'step-failed') print(`    ${paint('red', String(detail.error))}`);
}
