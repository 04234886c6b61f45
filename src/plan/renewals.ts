/** Of a plan, what renews certificates, and nothing else that differs on a machine. */
import type { Change, Step } from '../model/plan.ts';
import { secretsIn } from '../model/secrets.ts';

/** In their order. A unit reads all its files again; those that differ beside stay as they are. */
export function renewalsOf(steps: readonly Step[]): readonly Step[] {
  const renewing = steps.flatMap((step): Step[] => {
    if (step.kind === 'configure') {
      const changes = ofCertificates(step.changes);
      return changes.length === 0 ? [] : [{ ...step, changes }];
    }
    if (step.kind !== 'change-machine') return [];
    const parts = step.parts
      .map(({ role, changes }) => ({ role, changes: ofCertificates(changes) }))
      .filter(({ changes }) => changes.length > 0);
    return parts.length === 0 ? [] : [{ ...step, parts }];
  });
  const left = new Set(renewing.map(({ id }) => id));
  return renewing.map((step) => ({ ...step, after: step.after.filter((id) => left.has(id)) }));
}

function ofCertificates(changes: readonly Change[]): readonly Change[] {
  const renewed = new Set(
    changes.flatMap((change) => (change.kind === 'file' && isRenewed(change) ? [change.file.path] : [])),
  );
  if (renewed.size === 0) return [];
  return changes.filter(
    (change) =>
      (change.kind === 'file' && renewed.has(change.file.path)) ||
      (change.kind === 'unit' && change.unit.reads.some((path) => renewed.has(path)) && change.action !== 'start'),
  );
}

/** One that was never written, or that a person changed, is no renewal. */
const isRenewed = ({ file, why }: Change & { readonly kind: 'file' }) =>
  why.code === 'renewed' && secretsIn(file.content).some(({ kind }) => kind === 'certificate');
