import { withinLimits } from '../machines.ts';
import type { Policy } from '../policy.ts';

/** As many machines at all times, as somebody who knows the traffic would order: for its peak, or for its mean. */
export function staticAt(name: string, about: string, size: number): Policy<null> {
  return {
    name,
    about,
    begin: () => null,
    look: ({ least, most }) => ({ state: null, size: withinLimits(size, least, most) }),
  };
}
