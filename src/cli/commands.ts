/** Every command: its words, its help, and the file that runs it. Completion is made from this list too. */
import type { Toolbox } from '../app/toolbox.ts';

export interface CommandCall {
  readonly toolbox: Toolbox;
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly json: boolean;
}

export interface CommandSpec {
  readonly name: string;
  readonly args: string;
  readonly summary: string;
  readonly example: string;
  readonly options: readonly (readonly [flags: string, description: string])[];
  readonly load: () => Promise<{ run: (call: CommandCall) => Promise<number> }>;
}

const as = ['--as <name>', 'bring it up under another name, beside the first'] as const;

export const commands: readonly CommandSpec[] = [
  {
    name: 'demo',
    args: '',
    summary: 'Bring SoFoot up, show that it works, and say how to go on',
    example: 'demo',
    options: [],
    load: () => import('./demo.ts'),
  },
  {
    name: 'check',
    args: '<platform>',
    summary: 'Read a blueprint and say everything that is wrong with it',
    example: 'check sofoot',
    options: [],
    load: () => import('./check.ts'),
  },
  {
    name: 'plan',
    args: '<platform>',
    summary: 'Show what `up` would do, why, and what it costs; change nothing',
    example: 'plan sofoot',
    options: [as],
    load: () => import('./plan.ts'),
  },
  {
    name: 'up',
    args: '<platform>',
    summary: 'Make the platform what the blueprint says',
    example: 'up sofoot',
    options: [as, ['--yes', 'go on even if a machine with data is removed']],
    load: () => import('./up.ts'),
  },
  {
    name: 'status',
    args: '[platform]',
    summary: 'Show how a platform is, or which platforms there are',
    example: 'status sofoot',
    options: [],
    load: () => import('./status.ts'),
  },
  {
    name: 'explain',
    args: '<platform> [machine]',
    summary: 'Say why a machine is there, what is on it, and who may talk to it',
    example: 'explain sofoot web-1',
    options: [],
    load: () => import('./explain.ts'),
  },
  {
    name: 'events',
    args: '<platform>',
    summary: 'Read the journal of decisions and steps',
    example: 'events sofoot --last 50',
    options: [['--last <count>', 'how many entries (default 30)']],
    load: () => import('./events.ts'),
  },
  {
    name: 'cost',
    args: '<platform>',
    summary: 'Tell what a platform costs per hour and month',
    example: 'cost sofoot',
    options: [],
    load: () => import('./cost.ts'),
  },
  {
    name: 'ssh',
    args: '<platform> <machine> [command...]',
    summary: 'Open a shell on a machine, or run a command there',
    example: 'ssh sofoot web-1 -- systemctl status nginx',
    options: [],
    load: () => import('./ssh.ts'),
  },
  {
    name: 'down',
    args: '<platform>',
    summary: 'Remove the platform: machines, networks, and the data on them',
    example: 'down sofoot',
    options: [['--yes', 'do not ask']],
    load: () => import('./down.ts'),
  },
  {
    name: 'schema',
    args: '',
    summary: 'Print the JSON Schema of blueprints, for editors; or --reference, the page of all keys',
    example: 'schema > docs/blueprint.schema.json',
    options: [['--reference', 'print the reference page (Markdown) instead']],
    load: () => import('./schema.ts'),
  },
  {
    name: 'bench',
    args: '[what]',
    summary: 'Measure: `plan`, `up`, `entrance`, or all of them',
    example: 'bench plan',
    options: [],
    load: () => import('./bench.ts'),
  },
  {
    name: 'doctor',
    args: '',
    summary: 'Say whether this host can run lab machines, and what it lacks',
    example: 'doctor',
    options: [],
    load: () => import('./doctor.ts'),
  },
  {
    name: 'completion',
    args: '<shell>',
    summary: 'Print shell completion for bash, zsh or fish',
    example: 'completion bash > /etc/bash_completion.d/spillway',
    options: [],
    load: () => import('./completion.ts'),
  },
];
