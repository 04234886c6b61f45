/**
 * The lab: machines on this very host. A machine is a runc container that
 * boots systemd from a Debian image, on an overlay of it, in its own network
 * namespace; a platform's networks are bridges in a namespace of their own.
 *
 * Nothing is remembered but in what is made: folders, namespaces, runc's own
 * state. So any process may be killed at any instant, and another one carries
 * on by asking for the same again.
 */
import { join } from 'node:path';
import type { PlatformName } from '../../model/ids.ts';
import type { Engine } from '../../ports/engine.ts';
import { ensureAddress, removeAddress } from './addresses.ts';
import { bake, removeBake } from './bakes.ts';
import { coresUsedIn } from './cgroups.ts';
import { clearPlatform } from './clear.ts';
import { labFaults } from './faults.ts';
import { ensureNetwork, removeNetwork } from './fabric.ts';
import { ensureImage } from './image.ts';
import { listPlatform, listPlatforms } from './inventory.ts';
import { commission, createMachine, cutOff, powerOff, rejoin, removeMachine, startMachine } from './machines.ts';
import { cgroupPrefix, type Lab } from './names.ts';
import { placeAddress } from './placing.ts';
import { imageKeyOf } from './recipe.ts';
import { roomFor } from './room.ts';
import { shortfalls } from './shortfalls.ts';
import { hear } from './term.ts';
import type { Visitor } from './visitor.ts';
import { visitorOf } from './visitor.ts';

export interface LabOptions {
  /** Where machines are kept. */
  readonly root?: string;
  /** Where runc keeps what ends with the host's next restart. */
  readonly run?: string;
  /** Where images are kept, if not below `root`. */
  readonly images?: string;
  /** Which platform has which management subnet. Engines with different roots have to share it. */
  readonly claims?: string;
}

export interface LabEngine extends Engine {
  readonly kind: 'lab';
  /** Runs programs as somebody on the platform's public network. */
  visitor(platform: PlatformName): Promise<Visitor>;
}

export function createLabEngine(options: LabOptions = {}): LabEngine {
  const { root = '/var/lib/spillway/lab', run = '/run/spillway/lab' } = options;
  const lab: Lab = {
    images: options.images ?? join(root, 'images'),
    claims: options.claims ?? join(root, 'claims'),
    platforms: join(root, 'platforms'),
    runc: join(run, 'runc'),
  };
  return {
    kind: 'lab',
    check: () => shortfalls(root),
    room: (more, raise) => roomFor(root, more, raise),
    imageKey: imageKeyOf,
    ensureImage: (packages, progress) => ensureImage(lab, packages, progress),
    platforms: () => listPlatforms(lab),
    hear: (platform, term) => hear(lab, platform, term),
    list: (platform) => listPlatform(lab, platform),
    ensureNetwork: (network) => ensureNetwork(lab, network),
    removeNetwork: (platform, network) => removeNetwork(lab, platform, network),
    createMachine: (machine) => createMachine(lab, machine),
    startMachine: (platform, machine) => startMachine(lab, platform, machine),
    powerOff: (platform, machine) => powerOff(lab, platform, machine),
    cutOff: (platform, machine) => cutOff(lab, platform, machine),
    rejoin: (platform, machine) => rejoin(lab, platform, machine),
    removeMachine: (platform, machine) => removeMachine(lab, platform, machine),
    commission: (platform, machine) => commission(lab, platform, machine),
    bake: (spec) => bake(lab, spec),
    removeBake: (platform, name) => removeBake(lab, platform, name),
    ensureAddress: (address) => ensureAddress(lab, address),
    placeAddress: (platform, address, machine) => placeAddress(lab, platform, address, machine),
    removeAddress: (platform, address) => removeAddress(lab, platform, address),
    clear: (platform) => clearPlatform(lab, platform),
    coresUsed: (platform) => coresUsedIn(cgroupPrefix(platform)),
    faults: labFaults(lab),
    visitor: visitorOf,
  };
}
