/** What an engine is asked for. */
import type {
  AddressName,
  BakeName,
  FlavourName,
  MachineName,
  NetworkName,
  PlatformName,
  PoolName,
  SiteName,
} from './ids.ts';

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
  /** Begin as a copy of this, and not of the image with the packages alone. */
  readonly bake?: BakeName;
  /** Each becomes an interface that bears the network's name. */
  readonly interfaces: readonly InterfaceSpec[];
  /** One line of OpenSSH's authorized_keys, for root. */
  readonly authorizedKey: string;
  /** The machine's ed25519 host key in OpenSSH's format, so that it is known before the first connection. */
  readonly hostKey: { readonly private: string; readonly public: string };
}

export interface BakeSpec {
  readonly platform: PlatformName;
  readonly pool: PoolName;
  /** Whose disk is copied while it works. */
  readonly from: MachineName;
  /** A digest of how it is configured, kept with the bake. */
  readonly recipes: string;
  /** Folders whose files are the running machine's own. The folders themselves are copied. */
  readonly transient: readonly string[];
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
  /**
   * True: the engine puts it on a machine when it is told (`placeAddress`). False: its holders take it from one
   * another by themselves, as keepalived does.
   */
  readonly placed: boolean;
}

/**
 * Every engine gives a machine an interface of this name on which only the
 * controller can be; SSH is let in there and nowhere else.
 */
export const managementInterface = 'mgmt0';
