/** What is done to machines while the load runs: one verb a line, with what it is done to. */
import { z } from 'zod';
import { quantity } from '../../blueprint/fields.ts';
import type { MachineName } from '../../model/ids.ts';

/** `atMs` counts from the load's start. */
export type Fault =
  | { readonly kind: 'kill'; readonly atMs: number; readonly machine: MachineName }
  /** Without `forMs` it stays cut. */
  | { readonly kind: 'cut'; readonly atMs: number; readonly machine: MachineName; readonly forMs?: number };

type Verb = Fault['kind'];

const says = 'this must be the name of a machine, for example `web-1`';
const machine = z
  .string({ error: ({ input }) => (input === undefined ? undefined : says) })
  .meta({ examples: ['web-1'], 'x-kind': 'machine' }) as unknown as z.ZodType<MachineName, string>;

const verbs = {
  kill: machine.optional().describe('A machine that ends at once, as when its power fails.'),
  cut: machine.optional().describe('A machine that loses its networks, and runs on.'),
} satisfies Record<Verb, z.ZodType>;

/** What comes with some verbs only. */
const companions = {
  for: { verbs: ['cut'] as readonly Verb[] },
} as const;

const known = Object.keys(verbs) as Verb[];

export const faultSchema = z
  .strictObject({
    at: quantity('duration', { zero: 'allowed', example: '40s' }).describe('When, from the start of the traffic.'),
    ...verbs,
    for: quantity('duration', { example: '20s' })
      .optional()
      .describe('With `cut`: after this it has its networks again. By default it stays cut.'),
  })
  .superRefine((written, context) => {
    const [verb, second] = known.filter((one) => written[one] !== undefined);
    const refuse = (key: string, message: string, mend: string) =>
      context.addIssue({ code: 'custom', message, path: [key], params: { mend } });
    const choices = known.map((one) => `\`${one}\``).join(' or ');
    if (verb === undefined) refuse('at', 'this does not say what happens', `add ${choices}`);
    else if (second !== undefined) refuse(second, 'one line is one thing that happens', 'put it on a line of its own');
    else if (written.for !== undefined && !companions.for.verbs.includes(verb))
      refuse('for', `what \`${verb}\` does lasts, and has no \`for\``, 'remove it');
  })
  .transform(({ at: atMs, kill, cut, for: forMs }): Fault => {
    if (kill !== undefined) return { kind: 'kill', atMs, machine: kill };
    const target = cut ?? ('' as MachineName);
    return { kind: 'cut', atMs, machine: target, ...(forMs !== undefined && { forMs }) };
  })
  .describe('What happens to the platform meanwhile.');
