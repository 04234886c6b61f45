/** What is done to machines while the load runs: one verb a line, with what it is done to. */
import { z } from 'zod';
import { quantity } from '../../blueprint/fields.ts';
import type { MachineName } from '../../model/ids.ts';

export interface Fault {
  readonly kind: Verb;
  /** From the load's start. */
  readonly atMs: number;
  readonly machine: MachineName;
  /** Without it the fault lasts until the load has ended. */
  readonly forMs?: number;
}

type Verb = keyof typeof verbs;

const says = 'this must be the name of a machine, for example `web-1`';
const machine = z
  .string({ error: ({ input }) => (input === undefined ? undefined : says) })
  .meta({ examples: ['web-1'], 'x-kind': 'machine' }) as unknown as z.ZodType<MachineName, string>;

const verbs = {
  kill: machine
    .optional()
    .describe(
      'A machine that ends at once, as when its power fails. When it is over, one of the base is started again; in the place of one of the overflow another is made.',
    ),
  cut: machine.optional().describe('A machine that loses all its networks, the controller’s too, and runs on.'),
};

const known = Object.keys(verbs) as Verb[];

export const faultSchema = z
  .strictObject({
    at: quantity('duration', { zero: 'allowed', example: '40s' }).describe('When, from the start of the traffic.'),
    ...verbs,
    for: quantity('duration', { example: '20s' })
      .optional()
      .describe('After this it is undone. By default once the traffic has ended.'),
  })
  .superRefine((written, context) => {
    const [verb, second] = known.filter((one) => written[one] !== undefined);
    const refuse = (key: string, message: string, mend: string) =>
      context.addIssue({ code: 'custom', message, path: [key], params: { mend } });
    const choices = known.map((one) => `\`${one}\``).join(' or ');
    if (verb === undefined) refuse('at', 'this does not say what happens', `add ${choices}`);
    else if (second !== undefined) refuse(second, 'one line is one thing that happens', 'put it on a line of its own');
  })
  .transform(({ at: atMs, for: forMs, ...written }): Fault => {
    const [kind = 'kill'] = known.filter((one) => written[one] !== undefined);
    return { kind, atMs, machine: written[kind] ?? ('' as MachineName), ...(forMs !== undefined && { forMs }) };
  })
  .describe('What happens to the platform meanwhile.');
