/** What long work tells of itself, and the view that follows from it. Pure: a renderer only shows what is here. */

/** Work comes in chapters, a chapter in stages, a stage in items. */
export type ProgressEvent =
  | {
      readonly kind: 'chapter';
      readonly stages: readonly { readonly title: string; readonly items: readonly string[] }[];
    }
  | { readonly kind: 'began'; readonly item: string }
  | { readonly kind: 'says'; readonly item: string; readonly line: string }
  | { readonly kind: 'ended'; readonly item: string; readonly label?: string }
  | { readonly kind: 'failed'; readonly item: string }
  /** Nothing further begins; what runs may end. */
  | { readonly kind: 'stopping' }
  | { readonly kind: 'over' };

export type ItemState = 'waiting' | 'running' | 'done' | 'failed';

export interface StageView {
  readonly title: string;
  /** `left`: the work was over before the stage was. */
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'left';
  readonly items: ReadonlyMap<string, ItemState>;
  readonly counts: Readonly<Record<ItemState, number>>;
  readonly beganMs: number | undefined;
  /** Of the last item that ended; set once the stage is over. */
  readonly endedMs: number | undefined;
  /** What it said last. */
  readonly line: string;
}

export interface ProgressView {
  readonly chapters: readonly (readonly StageView[])[];
  readonly stopping: boolean;
}

export const nothingYet: ProgressView = { chapters: [], stopping: false };

export function viewOf(events: readonly { readonly atMs: number; readonly event: ProgressEvent }[]): ProgressView {
  return events.reduce((view, { atMs, event }) => after(view, event, atMs), nothingYet);
}

/** The view after one more event. */
export function after(view: ProgressView, event: ProgressEvent, atMs: number): ProgressView {
  switch (event.kind) {
    case 'chapter': {
      const stages = event.stages.filter(({ items }) => items.length > 0).map(waitingStage);
      const { chapters } = closed(view, atMs);
      return { ...view, chapters: stages.length === 0 ? chapters : [...chapters, stages] };
    }
    case 'stopping':
      return { ...view, stopping: true };
    case 'over':
      return closed(view, atMs);
    case 'began':
    case 'says':
    case 'ended':
    case 'failed':
      return inLastChapter(view, (stage) => (stage.items.has(event.item) ? afterItem(stage, event, atMs) : stage));
  }
}

function afterItem(
  stage: StageView,
  event: Extract<ProgressEvent, { readonly item: string }>,
  atMs: number,
): StageView {
  if (event.kind === 'says') return { ...stage, line: event.line };
  const state = ({ began: 'running', ended: 'done', failed: 'failed' } as const)[event.kind];
  const items = new Map(stage.items).set(event.item, state);
  const counts = countsOf(items);
  const over = counts.done + counts.failed === items.size;
  const progress = `${counts.done} of ${items.size}`;
  return {
    ...stage,
    items,
    counts,
    state: !over ? 'running' : counts.failed > 0 ? 'failed' : 'done',
    beganMs: stage.beganMs ?? atMs,
    endedMs: over ? atMs : undefined,
    line: event.kind !== 'ended' ? stage.line : event.label === undefined ? progress : `${progress}: ${event.label}`,
  };
}

function waitingStage({ title, items }: { readonly title: string; readonly items: readonly string[] }): StageView {
  const waiting = new Map(items.map((item) => [item, 'waiting'] as const));
  return {
    ...{ title, state: 'waiting', items: waiting, counts: countsOf(waiting) },
    ...{ beganMs: undefined, endedMs: undefined, line: '' },
  };
}

function countsOf(items: ReadonlyMap<string, ItemState>): StageView['counts'] {
  const counts = { waiting: 0, running: 0, done: 0, failed: 0 };
  for (const state of items.values()) counts[state] += 1;
  return counts;
}

/** No item of the last chapter will begin or end any more. */
function closed(view: ProgressView, atMs: number): ProgressView {
  return inLastChapter(view, (stage) => {
    if (stage.state !== 'waiting' && stage.state !== 'running') return stage;
    return {
      ...stage,
      state: stage.counts.failed > 0 ? 'failed' : 'left',
      endedMs: stage.beganMs === undefined ? undefined : atMs,
    };
  });
}

function inLastChapter(view: ProgressView, change: (stage: StageView) => StageView): ProgressView {
  const last = view.chapters.at(-1);
  if (last === undefined) return view;
  return { ...view, chapters: [...view.chapters.slice(0, -1), last.map(change)] };
}
