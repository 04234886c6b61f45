/** All of them. `test/sim/policies/conformance.test.ts` holds each to the same promises. */
import { awsPredictive } from './aws-predictive/index.ts';
import { awsTarget } from './aws-target/index.ts';
import { hpa } from './hpa/index.ts';
import { keda } from './keda/index.ts';
import { nomad } from './nomad/index.ts';
import type { Policy } from './policy.ts';

export { staticAt } from './static/index.ts';

/** In the order of the table. Those that are static come with the traffic: `staticAt`. */
export const peers: readonly Policy<unknown>[] = [hpa, keda, nomad, awsTarget, awsPredictive];
