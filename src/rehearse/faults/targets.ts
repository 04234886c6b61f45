/**
 * What a fault is done to, as a person writes it: `web-1`, `rbx`, `rbx/sbg`,
 * `database-1/mariadbd`. Each kind reads its own text, knows what could be
 * written, and nothing of what is done.
 */
import { mendName, suggest } from '../../blueprint/suggest.ts';
import type { MachineName, SiteName } from '../../model/ids.ts';
import type { Daemon } from '../../roles/role.ts';

/** What each kind of target is once it is read. */
export interface Targets {
  readonly machine: { readonly machine: MachineName };
  readonly site: { readonly site: SiteName };
  readonly sites: { readonly sites: readonly [SiteName, SiteName] };
  readonly process: { readonly machine: MachineName; readonly process: string };
  readonly unit: { readonly machine: MachineName; readonly unit: string };
  readonly folder: { readonly machine: MachineName; readonly folder: string };
  readonly controller: object;
  readonly all: object;
}
export type TargetKind = keyof Targets;

/** Names that a target may be made of. */
export interface Known {
  readonly machines: readonly string[];
  readonly sites: readonly string[];
  /** By machine. Absent where nobody looked at the roles. */
  readonly daemons?: ReadonlyMap<string, readonly Daemon[]>;
}

/** Where a machine stands. */
export interface Placed {
  readonly name: string;
  readonly site: string;
}

interface Reading<Target> {
  /** In a sentence: "names no machine". */
  readonly says: string;
  /** Nothing when the text is of another kind. */
  readonly read: (text: string, known: Known) => Target | undefined;
  /** What could be written, as far as anybody knows. One that ends in `/` is only the beginning. */
  readonly candidates: (known: Known) => readonly string[];
  /** To which of these machines it is done, one by one; links and the controller are none. */
  readonly hit: <Machine extends Placed>(target: Target, machines: readonly Machine[]) => readonly Machine[];
}

export const targets: { readonly [Kind in TargetKind]: Reading<Targets[Kind]> } = {
  machine: {
    says: 'machine',
    read: (text, { machines }) => (machines.includes(text) ? { machine: text as MachineName } : undefined),
    candidates: ({ machines }) => machines,
    hit: named,
  },
  site: {
    says: 'site',
    read: (text, { sites }) => (sites.includes(text) ? { site: text as SiteName } : undefined),
    candidates: ({ sites }) => sites,
    hit: ({ site }, machines) => machines.filter((machine) => machine.site === site),
  },
  sites: {
    says: 'pair of sites (`one/other`)',
    read(text, { sites }) {
      const [one = '', other = '', ...more] = text.split('/');
      if (more.length > 0 || one === other || !sites.includes(one) || !sites.includes(other)) return undefined;
      return { sites: [one as SiteName, other as SiteName] };
    },
    candidates: ({ sites }) => sites.flatMap((one, index) => sites.slice(index + 1).map((other) => `${one}/${other}`)),
    hit: () => [],
  },
  process: {
    says: 'process (`machine/name`)',
    read: within(/^[A-Za-z0-9._+-]{1,15}$/, (machine, process) => ({ machine, process })),
    candidates: onMachines(({ process }) => process),
    hit: named,
  },
  unit: {
    says: 'unit of systemd (`machine/unit`)',
    read: within(/^[A-Za-z0-9@._-]{1,80}$/, (machine, unit) => ({ machine, unit })),
    candidates: onMachines(({ unit }) => unit),
    hit: named,
  },
  folder: {
    says: 'folder (`machine/path`)',
    read: within(/^(?!.*\.\.)[A-Za-z0-9._/-]{1,120}$/, (machine, path) => ({ machine, folder: `/${path}` })),
    candidates: onMachines(),
    hit: named,
  },
  controller: {
    says: '`controller`',
    read: (text) => (text === 'controller' ? {} : undefined),
    candidates: () => ['controller'],
    hit: () => [],
  },
  all: {
    says: '`all`',
    read: (text) => (text === 'all' ? {} : undefined),
    candidates: () => ['all'],
    // Only `hide` has it, and that is done to the controller's sight.
    hit: () => [],
  },
};

function named<Machine extends Placed>({ machine }: Targets['machine'], machines: readonly Machine[]) {
  return machines.filter(({ name }) => name === machine);
}

/** What is on a machine by its roles; only the machine where nobody knows. */
function onMachines(nameOf?: (daemon: Daemon) => string): Reading<unknown>['candidates'] {
  return ({ machines, daemons }) =>
    machines.flatMap((machine) =>
      nameOf === undefined || daemons === undefined
        ? [`${machine}/`]
        : (daemons.get(machine) ?? []).map((daemon) => `${machine}/${nameOf(daemon)}`),
    );
}

/** What is on a machine: `machine/` and what the pattern takes. */
function within<Target>(pattern: RegExp, made: (machine: MachineName, rest: string) => Target) {
  return (text: string, { machines }: Known): Target | undefined => {
    const slash = text.indexOf('/');
    const [machine, rest] = [text.slice(0, slash), text.slice(slash + 1)];
    return slash > 0 && machines.includes(machine) && pattern.test(rest)
      ? made(machine as MachineName, rest)
      : undefined;
  };
}

/** Why a text is none of these, and what was probably meant. `example` is one that could be. */
export function notAmong(
  kinds: readonly TargetKind[],
  text: string,
  known: Known,
  example: string,
): { readonly message: string; readonly mend: string } {
  const said = kinds.map((kind) => targets[kind].says);
  const which = [said.slice(0, -1).join(', '), said.at(-1)].filter(Boolean).join(' or ');
  const message = `\`${text.slice(0, 60)}\` names no ${which} of this platform`;
  const candidates = kinds.flatMap((kind) => targets[kind].candidates(known));
  // What is on a machine nobody knows, but the machine.
  if (!candidates.some((one) => one.endsWith('/'))) return { message, mend: mendName(text, candidates, 'target') };
  const [machine = '', ...rest] = text.split('/');
  const meant = known.machines.includes(machine) ? machine : suggest(machine, known.machines);
  if (meant !== undefined && meant !== machine && rest.length > 0)
    return { message, mend: `did you mean \`${meant}/${rest.join('/').slice(0, 60)}\`?` };
  const [exampleMachine = '', ...exampleRest] = example.split('/');
  return { message, mend: `write for example \`${meant ?? exampleMachine}/${exampleRest.join('/')}\`` };
}
