/**
 * An engine knows where machines come from, and nothing of what runs on them.
 *
 * Every verb is idempotent: to ask for what is already so costs nothing, and a
 * verb that was interrupted is finished by calling it again. Everything that an
 * engine makes carries the platform's name as a tag, so that `list` needs no
 * memory of ours. `docs/decisions/0002-the-engine-port.md` maps each verb to the
 * lab, to OpenStack and to listed servers.
 */
import type {
  AddressName,
  FlavourName,
  ImageKey,
  MachineName,
  NetworkName,
  PlatformName,
  PoolName,
  SiteName,
} from '../model/ids.ts';

export interface Engine {
  readonly kind: string;

  /** What this host lacks for the engine to work, with the mend. Changes nothing. */
  check(): Promise<readonly Shortfall[]>;

  /** The key of the image that holds these Debian packages (and what the engine itself needs). */
  imageKey(packages: readonly string[]): ImageKey;
  /** Builds the image unless it is kept already. `progress` gets one short line at a time. */
  ensureImage(packages: readonly string[], progress: (line: string) => void): Promise<void>;

  /** The platforms that have anything on this engine. */
  platforms(): Promise<readonly PlatformName[]>;
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
  /** Removes a machine and its disk, running or not. */
  removeMachine(platform: PlatformName, machine: MachineName): Promise<void>;
  /** Marks a machine as completely configured; from now on it has its flavour's share of the hardware and no more. */
  commission(platform: PlatformName, machine: MachineName): Promise<void>;

  /** Reserves an address that the holders may take from one another by themselves. */
  ensureAddress(address: AddressSpec): Promise<void>;
  removeAddress(platform: PlatformName, address: AddressName): Promise<void>;

  /** Removes whatever else carries the platform's tag; afterwards `list` is empty. */
  clear(platform: PlatformName): Promise<void>;
}

/** One reason why the engine cannot work on this host. */
export interface Shortfall {
  readonly what: string;
  readonly mend: string;
}

export interface NetworkSpec {
  readonly platform: PlatformName;
  readonly name: NetworkName;
  /** `public` is what visitors see; a private network reaches only the platform's machines. */
  readonly kind: 'public' | 'private';
  /** IPv4, for example `10.8.0.0/24`. The first address is the engine's own (gateway), the last the lab's visitor. */
  readonly cidr: string;
  readonly sites: readonly SiteName[];
}

export interface MachineSpec {
  readonly platform: PlatformName;
  readonly name: MachineName;
  readonly pool: PoolName;
  readonly part: MachinePart;
  readonly site: SiteName;
  readonly flavour: { readonly name: FlavourName } & Hardware;
  readonly packages: readonly string[];
  /** Each becomes an interface that bears the network's name. */
  readonly interfaces: readonly InterfaceSpec[];
  /** One line of OpenSSH's authorized_keys, for root. */
  readonly authorizedKey: string;
  /** The machine's ed25519 host key in OpenSSH's format, so that it is known before the first connection. */
  readonly hostKey: { readonly private: string; readonly public: string };
}

/** Is the machine always there, or does it come and go? */
export type MachinePart = 'base' | 'overflow';

export interface Hardware {
  readonly cores: number;
  readonly memoryBytes: number;
}

export interface InterfaceSpec {
  readonly network: NetworkName;
  /** IPv4 without prefix. */
  readonly ip: string;
  readonly prefixLength: number;
}

export interface AddressSpec {
  readonly platform: PlatformName;
  readonly name: AddressName;
  readonly network: NetworkName;
  readonly ip: string;
  readonly holders: readonly MachineName[];
}

export interface Inventory {
  /** Keys of the images that are kept and complete. */
  readonly images: readonly ImageKey[];
  readonly networks: readonly ActualNetwork[];
  readonly machines: readonly ActualMachine[];
  readonly addresses: readonly ActualAddress[];
  /** Things with the platform's tag that belong to none of the above, in words. */
  readonly leftovers: readonly string[];
}

export interface ActualNetwork {
  readonly name: NetworkName;
  readonly kind: 'public' | 'private';
  readonly cidr: string;
  readonly sites: readonly SiteName[];
}

export interface ActualMachine {
  readonly name: MachineName;
  readonly pool: PoolName;
  readonly part: MachinePart;
  readonly site: SiteName;
  readonly flavour: FlavourName;
  readonly image: ImageKey;
  readonly interfaces: readonly InterfaceSpec[];
  /** `broken`: something with its tag exists, but not enough of it to start; remove and create it. */
  readonly state: 'running' | 'stopped' | 'broken';
  readonly commissioned: boolean;
  /** Where the controller reaches its SSH port. */
  readonly reach: { readonly host: string; readonly port: number };
}

export interface ActualAddress {
  readonly name: AddressName;
  readonly network: NetworkName;
  readonly ip: string;
  readonly holders: readonly MachineName[];
  /** Where a program beside the controller reaches the address, when that differs from `ip`. */
  readonly reachableAt: string;
}
