import type { EngineName } from '../model/ids.ts';
import type { Step } from '../model/plan.ts';
import { isMaking, on, type Planning } from './planning.ts';
import { imageStep } from './step-ids.ts';

/** Whoever is made needs the image, whatever the reason; a bake has its own below it. */
export function imageSteps(input: Planning, engine: EngineName, machines: readonly Step[]): Step[] {
  const { packages } = input.compiled;
  const image = input.imageKey(engine);
  const someToMake = machines.some(
    (step) => isMaking(step) && step.engine === engine && step.machine.bake === undefined,
  );
  if (!someToMake || on(input, engine).images.includes(image)) return [];
  const reason = { code: 'missing', says: `no image holds these ${packages.length} packages yet` };
  return [{ id: imageStep(engine), kind: 'build-image', engine, image, packages, reason, after: [] }];
}
