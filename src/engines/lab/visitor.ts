/** The lab's visitor: somebody on the public network who is not one of the machines. */
import { SpillwayError } from '../../model/errors.ts';
import type { PlatformName } from '../../model/ids.ts';
import { rangeOf } from '../../model/ipv4.ts';
import { fabricNetns, netnsDir, visitorNetns } from './names.ts';
import { linksIn } from './netns.ts';
import { networksOf } from './plumbing.ts';
import { nthAddress } from './subnet.ts';

export interface Visitor {
  /** To be put before a program's own words: runs it as the visitor. Unlike `ip netns exec` it leaves /sys as it is. */
  readonly argv: readonly string[];
  /** The visitor's address on the first public network. */
  readonly ip: string;
}

export async function visitorOf(platform: PlatformName): Promise<Visitor> {
  const network = networksOf(await linksIn(fabricNetns(platform))).find(({ kind }) => kind === 'public');
  if (network === undefined) {
    throw new SpillwayError({
      code: 'lab-network-missing',
      message: `${platform} has no public network on which anybody could visit it.`,
      mend: 'Make the network first.',
    });
  }
  return {
    argv: ['nsenter', `--net=${netnsDir}/${visitorNetns(platform)}`, '--'],
    ip: nthAddress(rangeOf(network.cidr), -1),
  };
}
