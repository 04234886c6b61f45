/** What is done to the platform while the load runs: one verb a line, with what it is done to. */
import { z } from 'zod';
import { quantity } from '../../blueprint/fields.ts';
import { type Breakage, type FaultKind, faultKinds, readMeasure, verbOf } from '../faults/index.ts';

export interface Fault extends Breakage {
  /** From the load's start. */
  readonly atMs: number;
  /** Without it the fault lasts until the load has ended. */
  readonly forMs?: number;
}

const targetOf = (kind: FaultKind) => {
  const { about, example } = verbOf(kind);
  const says = `this must be what it is done to, for example \`${example}\``;
  return z
    .string({ error: ({ input }) => (input === undefined ? undefined : says) })
    .optional()
    .meta({ examples: [example], 'x-kind': 'target' })
    .describe(about);
};
const targets = Object.fromEntries(faultKinds.map((kind) => [kind, targetOf(kind)])) as Record<
  FaultKind,
  ReturnType<typeof targetOf>
>;

const measured = faultKinds.flatMap((kind) => {
  const { to } = verbOf(kind);
  return to === undefined ? [] : [{ verb: kind, ...to }];
});
const measures = measured.map(
  ({ verb, about, example, usual }) =>
    `of \`${verb}\` ${about}, \`${example}\`${usual === undefined ? '' : '; this is usual'}`,
);

export const faultSchema = z
  .strictObject({
    at: quantity('duration', { zero: 'allowed', example: '40s' }).describe('When, from the start of the traffic.'),
    ...targets,
    to: z
      .string({
        error: ({ input }) =>
          input === undefined ? undefined : 'the unit is missing; write how much with its unit, for example `1Mbit/s`',
      })
      .optional()
      .meta({ examples: measured.map(({ example }) => example), 'x-kind': 'measure' })
      .describe(`How much: ${measures.join('; ')}.`),
    for: quantity('duration', { example: '20s' })
      .optional()
      .describe('After this it is undone. By default once the traffic has ended.'),
  })
  .superRefine((written, context) => {
    const [verb, second] = faultKinds.filter((one) => written[one] !== undefined);
    const refuse = (key: string, message: string, mend: string) =>
      context.addIssue({ code: 'custom', message, path: [key], params: { mend } });
    if (verb === undefined) {
      const choices = faultKinds.map((one) => `\`${one}\``);
      const mend = `add ${choices.slice(0, -1).join(', ')} or ${choices.at(-1) ?? ''}`;
      refuse('at', 'this does not say what happens', mend);
      return;
    }
    if (second !== undefined) refuse(second, 'one line is one thing that happens', 'put it on a line of its own');
    const measure = readMeasure(verb, written.to);
    if (!measure.ok) refuse(written.to === undefined ? verb : 'to', measure.message, measure.mend);
    if (verbOf(verb).isOverAtOnce === true && written.for !== undefined)
      refuse('for', `\`${verb}\` is over at once, and nothing of it can be undone`, 'leave it out');
  })
  .transform(({ at: atMs, for: forMs, to: text, ...written }): Fault => {
    const [kind = 'kill'] = faultKinds.filter((one) => written[one] !== undefined);
    const measure = readMeasure(kind, text);
    return {
      ...{ kind, atMs, target: written[kind] ?? '' },
      ...(measure.ok && measure.to !== undefined && { to: measure.to }),
      ...(forMs !== undefined && { forMs }),
    };
  })
  .describe('What happens to the platform meanwhile.');
