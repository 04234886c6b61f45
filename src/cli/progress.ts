/** Shows the stages of `up` as they go, each with its progress and its time. */
import { Listr, PRESET_TIMER, type ListrTaskWrapper } from 'listr2';
import type { UpEvent } from '../app/up.ts';
import type { Plan, Step, StepKind } from '../model/plan.ts';
import { subjectOf } from './plan-view.ts';

const stages = [
  { title: 'Image', kinds: ['build-image'] },
  { title: 'Networks and addresses', kinds: ['create-network', 'replace-network', 'create-address'] },
  { title: 'Machines', kinds: ['create-machine', 'replace-machine', 'start-machine', 'restart-machine'] },
  { title: 'Configuration', kinds: ['configure', 'await-machine'] },
  { title: 'Commissioning', kinds: ['commission-machine'] },
  { title: 'Removal', kinds: ['remove-machine', 'remove-network', 'remove-address'] },
] as const satisfies readonly { title: string; kinds: readonly StepKind[] }[];

interface Stage {
  readonly left: Set<Step>;
  readonly total: number;
  says(line: string): void;
  finish(): void;
  fail(error: unknown): void;
}

type Task = Pick<ListrTaskWrapper<unknown, never, never>, 'output' | 'title'>;

export function createProgress({ silent }: { silent: boolean }): {
  event: (event: UpEvent) => void;
  end: () => Promise<void>;
} {
  if (silent) return { event: () => undefined, end: () => Promise.resolve() };
  let current: { stages: readonly Stage[]; shown: Promise<unknown> } | undefined;
  let checks: Stage | undefined;
  let checksShown: Promise<unknown> = Promise.resolve();

  const close = async () => {
    const closing = current;
    current = undefined;
    closing?.stages.forEach((stage) => {
      stage.finish();
    });
    await closing?.shown;
  };

  return {
    event(event) {
      if (event.kind === 'planned') {
        void close();
        if (event.plan.steps.length > 0) current = show(event.plan);
      } else if (event.kind === 'checking') {
        if (checks === undefined) {
          void close();
          const shown = showStages([{ title: 'Checks', steps: [] }]);
          [checks] = shown.stages;
          checksShown = shown.shown;
        }
        const [failing] = event.failing;
        if (failing === undefined) checks?.finish();
        else checks?.says(`${failing.machine}: ${failing.says}`);
      } else {
        stepEvent(current?.stages ?? [], event);
      }
    },
    async end() {
      await close();
      checks?.finish();
      await checksShown;
    },
  };
}

function show({ steps }: Plan) {
  return showStages(
    stages
      .map(({ title, kinds }) => ({
        title,
        steps: steps.filter(({ kind }) => (kinds as readonly StepKind[]).includes(kind)),
      }))
      .filter((stage) => stage.steps.length > 0),
  );
}

function showStages(wanted: readonly { title: string; steps: readonly Step[] }[]): {
  stages: readonly Stage[];
  shown: Promise<unknown>;
} {
  const made = wanted.map(({ title, steps }) => {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    let task: Task | undefined;
    const stage: Stage = {
      left: new Set(steps),
      total: steps.length,
      says(line) {
        if (task) task.output = line;
      },
      finish() {
        resolve(undefined);
      },
      fail(error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    };
    const start = (_: unknown, wrapper: Task) => {
      task = wrapper;
      return promise;
    };
    return { stage, listed: { title: steps.length === 0 ? title : `${title} (${steps.length})`, task: start } };
  });
  const list = new Listr(
    made.map(({ listed }) => listed),
    {
      concurrent: true,
      exitOnError: false,
      // Ctrl-C lets the steps end that run; listr2 would end the process.
      registerSignalListeners: false,
      rendererOptions: { timer: PRESET_TIMER, collapseErrors: true, showErrorMessage: false },
      fallbackRenderer: 'simple',
      fallbackRendererOptions: { timer: PRESET_TIMER },
    },
  );
  return { stages: made.map(({ stage }) => stage), shown: list.run() };
}

function stepEvent(shown: readonly Stage[], event: Exclude<UpEvent, { kind: 'planned' | 'checking' }>): void {
  const stage = shown.find(({ left }) => left.has(event.step));
  if (stage === undefined) return;
  switch (event.kind) {
    case 'began':
      return;
    case 'says':
      stage.says(event.line);
      return;
    case 'ended':
      stage.left.delete(event.step);
      stage.says(`${stage.total - stage.left.size} of ${stage.total}: ${subjectOf(event.step)}`);
      if (stage.left.size === 0) stage.finish();
      return;
    case 'failed':
      stage.fail(event.error);
      return;
  }
}
