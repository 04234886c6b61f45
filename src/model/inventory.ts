/** What an engine says that there is. */
import type {
  AddressName,
  BakeName,
  FlavourName,
  ImageKey,
  MachineName,
  NetworkName,
  PoolName,
  SiteName,
} from './ids.ts';
import type { Hardware, InterfaceSpec, MachinePart } from './spec.ts';

export interface Inventory {
  /** Keys of the images that are kept and complete. */
  readonly images: readonly ImageKey[];
  readonly networks: readonly ActualNetwork[];
  readonly machines: readonly ActualMachine[];
  readonly bakes: readonly ActualBake[];
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
  /** What the flavour was when it was made; absent where the engine cannot tell. */
  readonly hardware?: Hardware;
  readonly image: ImageKey;
  /** What it began as a copy of, and stands on. */
  readonly bake?: BakeName;
  readonly interfaces: readonly InterfaceSpec[];
  /** `broken`: something with its tag exists, but not enough of it to start; remove and create it. */
  readonly state: 'running' | 'stopped' | 'broken';
  /** It runs, and has lost at least one of its networks by `cutOff`, the controller's among them. */
  readonly isCutOff: boolean;
  readonly commissioned: boolean;
  /** Where the controller reaches its SSH port. */
  readonly reach: { readonly host: string; readonly port: number };
}

export interface ActualBake {
  readonly name: BakeName;
  readonly pool: PoolName;
  /** That of the machine that it was taken from. */
  readonly image: ImageKey;
  /** How that machine was to be configured, as `BakeSpec` said it. */
  readonly recipes: string;
  readonly from: MachineName;
  readonly madeAtMs: number;
}

export interface ActualAddress {
  readonly name: AddressName;
  readonly network: NetworkName;
  readonly ip: string;
  readonly holders: readonly MachineName[];
  readonly placed: boolean;
  /** The machine on which the engine placed it; absent too while a move has not ended, or where it is not as it was placed. */
  readonly on?: MachineName;
  /** Where a program beside the controller reaches the address, when that differs from `ip`. */
  readonly reachableAt: string;
}
