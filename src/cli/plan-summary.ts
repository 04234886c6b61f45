/** What a plan comes to: a machine counts once, however many steps it takes. */
import { unreachable } from '../model/errors.ts';
import type { Step } from '../model/plan.ts';
import { counted } from '../model/quantities.ts';

/** Strongest first: a machine that is made is not said to be changed, too. */
const verbs = ['create', 'replace', 'remove', 'change'] as const;
type Verb = (typeof verbs)[number];

/** `2 machines to create, 3 to change; 1 network to create`. */
export function planSummary(steps: readonly Step[]): string {
  const things = new Map<string, { readonly kind: string; readonly verb: Verb }>();
  for (const step of steps) {
    const { kind, name } = thingOf(step);
    const id = `${kind} ${name}`;
    const known = things.get(id)?.verb;
    const verb = verbOf(step);
    if (known === undefined || verbs.indexOf(verb) < verbs.indexOf(known)) things.set(id, { kind, verb });
  }
  const byKind = Map.groupBy(things.values(), ({ kind }) => kind);
  return Object.entries(kinds)
    .flatMap(([kind, many]) => {
      const those = byKind.get(kind) ?? [];
      const counts = verbs.map((verb) => ({ verb, count: those.filter((one) => one.verb === verb).length }));
      const said = counts.filter(({ count }) => count > 0);
      if (said.length === 0) return [];
      return said
        .map(({ verb, count }, at) => `${at === 0 ? counted(count, kind, many) : count} to ${verb}`)
        .join(', ');
    })
    .join('; ');
}

/** In the order in which they are told, each with its plural. */
const kinds = {
  machine: 'machines',
  network: 'networks',
  address: 'addresses',
  image: 'images',
  bake: 'bakes',
} as const;

function thingOf(step: Step): { readonly kind: keyof typeof kinds; readonly name: string } {
  switch (step.kind) {
    case 'build-image':
      return { kind: 'image', name: step.image };
    case 'create-network':
    case 'replace-network':
      return { kind: 'network', name: step.network.name };
    case 'remove-network':
      return { kind: 'network', name: step.network };
    case 'create-address':
      return { kind: 'address', name: step.address.name };
    case 'place-address':
    case 'remove-address':
      return { kind: 'address', name: step.address };
    case 'create-machine':
    case 'replace-machine':
      return { kind: 'machine', name: step.machine.name };
    case 'bake':
      return { kind: 'bake', name: step.bake.pool };
    case 'remove-bake':
      return { kind: 'bake', name: step.bake };
    case 'change-machine':
    case 'configure':
    case 'commission-machine':
    case 'start-machine':
    case 'restart-machine':
    case 'rejoin-machine':
    case 'await-machine':
    case 'remove-machine':
      return { kind: 'machine', name: step.machine };
    default:
      return unreachable(step);
  }
}

export function verbOf(step: Step): Verb {
  switch (step.kind) {
    case 'build-image':
    case 'create-network':
    case 'create-address':
    case 'create-machine':
    case 'bake':
      return 'create';
    case 'place-address':
    case 'change-machine':
    case 'configure':
    case 'commission-machine':
    case 'start-machine':
    case 'restart-machine':
    case 'rejoin-machine':
    case 'await-machine':
      return 'change';
    case 'replace-machine':
    case 'replace-network':
      return 'replace';
    case 'remove-machine':
    case 'remove-network':
    case 'remove-address':
    case 'remove-bake':
      return 'remove';
    default:
      return unreachable(step);
  }
}
