/**
 * How soon a member that is silent is taken for lost. Until then the cluster's
 * writes wait for it, so this is how long they stall when a node is killed.
 * docs/measurements.md has what was measured.
 */
const timing: Readonly<Record<string, string>> = {
  'evs.keepalive_period': 'PT0.2S',
  'evs.inactive_check_period': 'PT0.1S',
  'evs.suspect_timeout': 'PT1S',
  // These two do not count while the others agree; when short, busy members give up the whole cluster in a dispute.
  'evs.inactive_timeout': 'PT10S',
  'evs.install_timeout': 'PT5S',
  'evs.join_retrans_period': 'PT0.2S',
  'gmcast.peer_timeout': 'PT1S',
  'gmcast.time_wait': 'PT1S',
  // Who cannot find the cluster gives up soon, and is started again.
  'pc.wait_prim_timeout': 'PT10S',
  // What a machine wrote down before it lost its power is no vote: the rule of the program decides.
  'pc.recovery': 'FALSE',
};

/** For all members alike; `own` is what one kind of member has besides. */
export function providerOptions(own: Readonly<Record<string, string>>): string {
  return Object.entries({ ...timing, ...own })
    .map(([option, value]) => `${option}=${value}`)
    .join('; ');
}
