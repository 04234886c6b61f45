/**
 * An engine knows where machines come from, and nothing of what runs on them.
 *
 * Every verb is idempotent: to ask for what is already so costs nothing, and a
 * verb that was interrupted is finished by calling it again. Only `bake` makes a
 * new one each time. Everything that an
 * engine makes carries the platform's name as a tag, so that `list` needs no
 * memory of ours. `docs/decisions/0002-the-engine-port.md` maps each verb to the
 * lab, to OpenStack and to listed servers.
 */
import type {
  AddressName,
  BakeName,
  ImageKey,
  MachineName,
  NetworkName,
  PlatformName,
  SiteName,
} from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { AddressSpec, BakeSpec, MachineSpec, NetworkSpec } from '../model/spec.ts';

export interface Engine {
  readonly kind: string;

  /** What this host lacks for the engine to work, with the mend. Changes nothing. */
  check(): Promise<readonly Shortfall[]>;

  /**
   * Whether this host carries so many machines more. With `raise`, limits that are too low and may be raised are raised
   * first. Absent where machines have hosts of their own.
   */
  readonly room?: (more: number, raise: boolean) => Promise<Room>;

  /** The key of the image that holds these Debian packages (and what the engine itself needs). */
  imageKey(packages: readonly string[]): ImageKey;
  /** Builds the image unless it is kept already. `progress` gets one short line at a time. */
  ensureImage(packages: readonly string[], progress: (line: string) => void): Promise<void>;

  /** The platforms that have anything on this engine. */
  platforms(): Promise<readonly PlatformName[]>;
  /**
   * Keeps the largest term that it heard of for the platform, and throws `stale-controller` for a smaller one.
   * Whoever changes anything says it first.
   */
  hear(platform: PlatformName, term: number): Promise<void>;
  /** All that carries the platform's tag, in the order of names. */
  list(platform: PlatformName): Promise<Inventory>;

  ensureNetwork(network: NetworkSpec): Promise<void>;
  removeNetwork(platform: PlatformName, network: NetworkName): Promise<void>;

  /** Makes and boots a machine; returns when its SSH port answers. */
  createMachine(machine: MachineSpec): Promise<void>;
  /** Boots a machine that was stopped or died, with the disk that it had. */
  startMachine(platform: PlatformName, machine: MachineName): Promise<void>;
  /** Cuts the power: no shutdown, the disk is kept. */
  powerOff(platform: PlatformName, machine: MachineName): Promise<void>;
  /** Takes all networks from a machine, the controller's too; it runs on, alone. */
  cutOff(platform: PlatformName, machine: MachineName): Promise<void>;
  /** Gives it its networks back. A machine that does not run has them when it is started, whatever was before. */
  rejoin(platform: PlatformName, machine: MachineName): Promise<void>;
  /** Removes a machine and its disk, running or not. */
  removeMachine(platform: PlatformName, machine: MachineName): Promise<void>;
  /** Marks a machine as completely configured; from now on it has its flavour's share of the hardware and no more. */
  commission(platform: PlatformName, machine: MachineName): Promise<void>;

  /**
   * Keeps a copy of a machine's disk for others of its pool to begin from, without what is that machine's own.
   * The machine goes on working. Each call makes a new one; the pool's older ones go, each with the last machine
   * that stands on it.
   */
  bake(bake: BakeSpec): Promise<void>;
  /** Removes a bake on which no machine stands. */
  removeBake(platform: PlatformName, bake: BakeName): Promise<void>;

  /** Reserves an address for its holders: they take it from one another by themselves, unless it is `placed`. */
  ensureAddress(address: AddressSpec): Promise<void>;
  /**
   * Moves a placed address to that machine: no other one has it afterwards, and its network hears of it. A machine
   * without power has it once it starts. Level-triggered: a move that half happened is finished by calling it again.
   */
  placeAddress(platform: PlatformName, address: AddressName, machine: MachineName): Promise<void>;
  removeAddress(platform: PlatformName, address: AddressName): Promise<void>;

  /** Removes whatever else carries the platform's tag; afterwards `list` is empty. */
  clear(platform: PlatformName): Promise<void>;

  /**
   * Milliseconds of a core that each of the platform's machines used since its boot, where machines share the host of
   * whoever asks; absent where they have hosts of their own.
   */
  readonly coresUsed?: (platform: PlatformName) => Promise<Readonly<Record<string, number>>>;

  /** What only an engine can break that has a whole world in its hand, as the lab; absent where there is none. */
  readonly faults?: EngineFaults;
}

/** In pairs: what is broken, and how that ends. Each may be asked for again, and for what is not there any more. */
export interface EngineFaults {
  /** A machine that hangs: nothing on it runs any more, and its networks stay up. Also `powerOff` ends it. */
  freeze(platform: PlatformName, machine: MachineName): Promise<void>;
  wake(platform: PlatformName, machine: MachineName): Promise<void>;

  /** Takes the controller's network from a machine, and no other. */
  hide(platform: PlatformName, machine: MachineName): Promise<void>;
  reveal(platform: PlatformName, machine: MachineName): Promise<void>;

  /** A site whose links are dead: its machines reach one another, and nobody else. The controller reaches them. */
  cutLinks(platform: PlatformName, site: SiteName): Promise<void>;
  mendLinks(platform: PlatformName, site: SiteName): Promise<void>;

  /** Two sites that do not reach each other, while visitors and other sites reach both. */
  part(platform: PlatformName, sites: readonly [SiteName, SiteName]): Promise<void>;
  reunite(platform: PlatformName, sites: readonly [SiteName, SiteName]): Promise<void>;

  /** Lets the links of a site carry no more than that, each way and each network for itself. */
  slowLinks(platform: PlatformName, site: SiteName, bitsPerSecond: number): Promise<void>;
  unslowLinks(platform: PlatformName, site: SiteName): Promise<void>;
}

/** One reason why the engine cannot work on this host. */
export interface Shortfall {
  readonly what: string;
  readonly mend: string;
}

export interface Room {
  /** What was raised: `fs.inotify.max_user_instances is 440`. */
  readonly raised: readonly string[];
  /** What is short for that many, raised or not. */
  readonly shortfalls: readonly Shortfall[];
  /** How many more there may be once all is raised that may be; and what ends first. */
  readonly most: number;
  readonly by: string;
}
