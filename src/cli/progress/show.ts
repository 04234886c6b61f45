/** Shows the view of long work on the terminal as it changes. What to show is decided in view.ts. */
import { Listr, PRESET_TIMER, type ListrTask } from 'listr2';
import { stageLine, stageOutcome, stageTitle, stageTook } from './lines.ts';
import { after, nothingYet, type ProgressEvent, type StageView } from './view.ts';

export interface Progress {
  readonly event: (event: ProgressEvent) => void;
  /** No event follows; resolves when the terminal is as it was. */
  readonly end: () => Promise<void>;
}

export const noProgress: Progress = { event: () => undefined, end: () => Promise.resolve() };

export function showProgress(nowMs: () => number): Progress {
  let view = nothingYet;
  let shown = Promise.resolve();
  const shownStages: ShownStage[][] = [];

  const begin = (chapter: readonly StageView[]) => {
    const stages = chapter.map(showStage);
    shownStages.push(stages);
    // The list before gives the terminal back first.
    shown = shown.then(() => run(stages));
    return stages;
  };
  const event = (happened: ProgressEvent) => {
    view = after(view, happened, nowMs());
    const inList = view.chapters.at(-1)?.some(({ state }) => state === 'running') ?? false;
    if (happened.kind === 'stopping' && !inList) process.stderr.write('stopping; Ctrl-C again ends at once\n');
    for (const [index, chapter] of view.chapters.entries()) {
      const stages = shownStages[index] ?? begin(chapter);
      for (const [at, stage] of chapter.entries()) stages[at]?.update(stage, stageLine(stage, view));
    }
  };
  return {
    event,
    async end() {
      event({ kind: 'over' });
      await shown;
    },
  };
}

interface ShownStage {
  readonly task: ListrTask;
  update(stage: StageView, line: string): void;
}

async function run(stages: readonly ShownStage[]): Promise<void> {
  await new Listr(
    stages.map(({ task }) => task),
    {
      concurrent: true,
      exitOnError: false,
      // Ctrl-C lets the steps end that run; listr2 would end the process.
      registerSignalListeners: false,
      fallbackRenderer: 'simple',
    },
  ).run();
}

function showStage(first: StageView): ShownStage {
  const begun = Promise.withResolvers<boolean>();
  const over = Promise.withResolvers<undefined>();
  let stage = first;
  let say: (line: string) => void = () => undefined;
  let said = '';
  let asked = false;
  const timer = { ...PRESET_TIMER, field: () => stageTook(stage) };
  const task: ListrTask = {
    title: stageTitle(first),
    // listr2 asks of all before any begins, and of each again when it is to begin: there it waits, and is shown so.
    enabled() {
      const again = asked;
      asked = true;
      return again ? begun.promise : true;
    },
    skip: () => stage.beganMs === undefined && stageOutcome(stage),
    async task(_, wrapper) {
      say = (line) => (wrapper.output = line);
      if (said !== '') say(said);
      await over.promise;
      if (stage.state === 'left') wrapper.skip(stageOutcome(stage));
      if (stage.state === 'failed') throw new Error(stageOutcome(stage));
    },
    rendererOptions: { timer },
    fallbackRendererOptions: { timer },
  };
  return {
    task,
    update(now, line) {
      stage = now;
      if (stage.state === 'waiting') return;
      begun.resolve(true);
      if (stage.state !== 'running') over.resolve(undefined);
      else if (line !== said) say((said = line));
    },
  };
}
