/** A plan is steps in order, each with its reason: all choices are made here, performing it makes none. */
import type { AddressName, BakeName, EngineName, ImageKey, MachineName, NetworkName, PoolName, StepId } from './ids.ts';
import type { DirectorySpec, FileSpec, Recipe, TaskSpec, UnitSpec } from './recipe.ts';
import type { ReleaseSpec } from './release.ts';
import type { AddressSpec, BakeSpec, MachineSpec, NetworkSpec } from './spec.ts';

export interface Plan {
  readonly steps: readonly Step[];
  readonly cost: Cost;
  readonly findings: readonly PlanFinding[];
  /** How the peak that the objectives name is met, pool by pool, as arithmetic. */
  readonly headroom: readonly HeadroomNote[];
  /** Machines that a step removes and whose disk holds what exists nowhere else. */
  readonly losses: readonly MachineName[];
}

export interface HeadroomNote {
  readonly pool: PoolName;
  readonly says: readonly string[];
}

/** Per hour, of what runs now and of what will run; `full` with the whole overflow. */
export interface Cost {
  readonly currency: string;
  readonly nowPerHour: number;
  readonly thenPerHour: number;
  readonly fullPerHour: number;
}

export interface PlanFinding {
  /** Stable: what is found and about what, for example `single-machine:backoffice`. */
  readonly name: string;
  readonly severity: 'warned' | 'refused' | 'accepted';
  readonly says: string;
  readonly mend: string;
  /** The blueprint's reason, when it accepts the finding. */
  readonly because?: string;
}

interface AnyStep {
  readonly id: StepId;
  readonly reason: Reason;
  /** Steps of this plan that must have ended well. */
  readonly after: readonly StepId[];
}

export type Step = AnyStep &
  (
    | {
        readonly kind: 'build-image';
        readonly engine: EngineName;
        readonly image: ImageKey;
        readonly packages: readonly string[];
      }
    | {
        readonly kind: 'create-network' | 'replace-network';
        readonly engine: EngineName;
        readonly network: NetworkSpec;
      }
    | { readonly kind: 'remove-network'; readonly engine: EngineName; readonly network: NetworkName }
    | { readonly kind: 'create-address'; readonly engine: EngineName; readonly address: AddressSpec }
    /** It leads to this machine, and to no other. */
    | {
        readonly kind: 'place-address';
        readonly engine: EngineName;
        readonly address: AddressName;
        readonly machine: MachineName;
      }
    | { readonly kind: 'remove-address'; readonly engine: EngineName; readonly address: AddressName }
    | {
        readonly kind: 'create-machine' | 'replace-machine';
        readonly engine: EngineName;
        readonly machine: MachineOrder;
      }
    | {
        readonly kind: 'start-machine' | 'restart-machine' | 'rejoin-machine' | 'remove-machine' | 'commission-machine';
        readonly engine: EngineName;
        readonly machine: MachineName;
      }
    | { readonly kind: 'bake'; readonly engine: EngineName; readonly bake: BakeSpec }
    | { readonly kind: 'remove-bake'; readonly engine: EngineName; readonly bake: BakeName }
    | {
        readonly kind: 'await-machine';
        readonly machine: MachineName;
        /** Whose probes must be content. */
        readonly watch: readonly Watch[];
      }
    /** One that serves, as a whole: what fails is taken back. No parts: its last change is proven, or taken back. */
    | {
        readonly kind: 'change-machine';
        readonly machine: MachineName;
        /** Role by role, in the order in which they are done. */
        readonly parts: readonly { readonly role: string; readonly changes: readonly Change[] }[];
        readonly visits: Visits;
        /** Its probes must be content, then those that ask for its pages, before visitors come back. */
        readonly watch: readonly Recipe[];
        readonly pages: Recipe;
        readonly logs: Logs;
      }
    | {
        readonly kind: 'configure';
        readonly machine: MachineName;
        readonly role: string;
        readonly changes: readonly Change[];
      }
  );

/** The balancers that send visitors to a machine, and the backends in which it stands there. Neither, where none come. */
export interface Visits {
  readonly balancers: readonly MachineName[];
  readonly backends: readonly string[];
}

/** Where a machine says why something fails. */
export interface Logs {
  readonly units: readonly string[];
  readonly files: readonly string[];
}

export interface Watch {
  readonly machine: MachineName;
  /** Of their roles, the probes that count, and nothing else. None: it need only answer. */
  readonly recipes: readonly Recipe[];
}

export type StepKind = Step['kind'];

/** A machine's spec before its keys, which the vault adds. */
export type MachineOrder = Omit<MachineSpec, 'authorizedKey' | 'hostKey'>;

export interface Reason {
  /** Stable, for programs. */
  readonly code: string;
  readonly says: string;
}

/** One difference on a machine, in the order in which they are mended. */
export type Change =
  | { readonly kind: 'directory'; readonly directory: DirectorySpec; readonly why: Reason }
  | { readonly kind: 'file'; readonly file: FileSpec; readonly digest: string; readonly why: Reason }
  | { readonly kind: 'remove-file'; readonly path: string; readonly why: Reason }
  | {
      readonly kind: 'release';
      readonly spec: ReleaseSpec;
      /** By which it is known on the machine as whole. */
      readonly tree: string;
      /** Its checks are asked before it is used. */
      readonly isChecked: boolean;
      readonly why: Reason;
    }
  | { readonly kind: 'stop-unit'; readonly unit: string; readonly why: Reason }
  | {
      readonly kind: 'unit';
      readonly unit: UnitSpec;
      readonly action: 'start' | 'reload' | 'restart';
      readonly stamp: string;
      readonly why: Reason;
    }
  | { readonly kind: 'task'; readonly task: TaskSpec; readonly stamp: string; readonly why: Reason };

/** What a step does on a machine, in its order. */
export function changesOf(step: Step): readonly Change[] {
  if (step.kind === 'change-machine') return step.parts.flatMap(({ changes }) => changes);
  return step.kind === 'configure' ? step.changes : [];
}

/** What a change is about, without its content: for people and for the journal. */
export function changeSubject(change: Change): string {
  switch (change.kind) {
    case 'directory':
      return change.directory.path;
    case 'file':
      return change.file.path;
    case 'remove-file':
      return change.path;
    case 'release':
      return `${change.spec.content} ${change.spec.release.id}`;
    case 'stop-unit':
      return change.unit;
    case 'unit':
      return change.unit.name;
    case 'task':
      return change.task.name;
  }
}
