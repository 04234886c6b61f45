/** The words in which a stage is shown. */
import { counted, formatDuration } from '../../model/quantities.ts';
import type { ProgressView, StageView } from './view.ts';

/** A stage of one item is that item, and has no count. */
export function stageTitle({ title, items }: StageView): string {
  return items.size === 1 ? title : `${title} (${items.size})`;
}

/** How a stage that did not end well stands at its end. */
export function stageOutcome({ title, state, items, counts, beganMs }: StageView): string {
  if (beganMs === undefined) return `${title}: not begun`;
  const left = items.size - counts.done - counts.failed;
  return [
    `${title}: ${counts.done} of ${items.size} done`,
    ...(state === 'failed' ? [`${counts.failed} failed`] : []),
    ...(left === 0 ? [] : [`${left} left`]),
  ].join(', ');
}

/** The line below a stage that runs. Once it is stopping, the first such stage speaks for all. */
export function stageLine(stage: StageView, { chapters, stopping }: ProgressView): string {
  const stages = chapters.at(-1) ?? [];
  if (!stopping || stage !== stages.find(({ state }) => state === 'running')) return stage.line;
  const sum = (count: (stage: StageView) => number) => stages.reduce((all, one) => all + count(one), 0);
  const running = sum(({ counts }) => counts.running);
  const waiting = sum(({ counts }) => counts.waiting);
  return `stopping: ${counted(running, 'step')} may end, ${waiting} will be left; Ctrl-C again ends at once`;
}

export function stageTook({ beganMs, endedMs }: StageView): string {
  return beganMs === undefined || endedMs === undefined ? '' : formatDuration(endedMs - beganMs);
}
