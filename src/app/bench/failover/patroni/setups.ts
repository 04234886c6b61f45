/** Ways to configure Patroni by which the same cluster is measured. */
export interface PatroniSetup {
  readonly name: string;
  /** In seconds, as Patroni has them. */
  readonly timing: { readonly ttl: number; readonly loop_wait: number; readonly retry_timeout: number };
}

/** https://patroni.readthedocs.io/en/latest/dynamic_configuration.html */
export const patroniDefaults: PatroniSetup = {
  name: 'Patroni’s defaults',
  timing: { ttl: 30, loop_wait: 10, retry_timeout: 10 },
};

/**
 * The least that the same page allows: “minimum possible value” 20, 1 and 3. Debian 12's 3.0.2 would take less, which
 * its maintainer advises against (https://github.com/patroni/patroni/issues/2040); later versions refuse it
 * (https://github.com/patroni/patroni/pull/2869).
 */
export const patroniFastest: PatroniSetup = {
  name: 'Patroni at its fastest',
  timing: { ttl: 20, loop_wait: 1, retry_timeout: 3 },
};
