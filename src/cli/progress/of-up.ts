/** The stages of `up`, from what it tells. */
import type { UpEvent } from '../../app/up.ts';
import type { StepKind } from '../../model/plan.ts';
import { subjectOf } from '../plan-view.ts';
import type { ProgressEvent } from './view.ts';

const stages = [
  { title: 'Image', kinds: ['build-image'] },
  { title: 'Networks and addresses', kinds: ['create-network', 'replace-network', 'create-address', 'place-address'] },
  {
    title: 'Machines',
    kinds: ['create-machine', 'replace-machine', 'start-machine', 'restart-machine', 'rejoin-machine'],
  },
  { title: 'Configuration', kinds: ['configure', 'await-machine'] },
  { title: 'Commissioning', kinds: ['commission-machine'] },
  { title: 'Bakes', kinds: ['bake'] },
  { title: 'Removal', kinds: ['remove-machine', 'remove-network', 'remove-address', 'remove-bake'] },
] as const satisfies readonly { title: string; kinds: readonly StepKind[] }[];

const checks = 'checks';

export function progressOfUp(event: UpEvent): readonly ProgressEvent[] {
  switch (event.kind) {
    case 'planned': {
      const byKind = Map.groupBy(event.plan.steps, ({ kind }) => kind);
      const items = (kinds: readonly StepKind[]) => kinds.flatMap((kind) => byKind.get(kind) ?? []).map(({ id }) => id);
      return [{ kind: 'chapter', stages: stages.map(({ title, kinds }) => ({ title, items: items(kinds) })) }];
    }
    case 'checking':
      return [
        { kind: 'chapter', stages: [{ title: 'Checks', items: [checks] }] },
        { kind: 'began', item: checks },
      ];
    case 'checked': {
      const [first] = event.failing;
      if (first === undefined) return [{ kind: 'ended', item: checks }];
      if (event.givenUp) return [{ kind: 'failed', item: checks }];
      return [{ kind: 'says', item: checks, line: `${first.machine}: ${first.says}` }];
    }
    case 'began':
      return [{ kind: 'began', item: event.step.id }];
    case 'says':
      return [{ kind: 'says', item: event.step.id, line: event.line }];
    case 'ended':
      return [{ kind: 'ended', item: event.step.id, label: subjectOf(event.step) }];
    case 'failed':
      return [{ kind: 'failed', item: event.step.id }];
  }
}
