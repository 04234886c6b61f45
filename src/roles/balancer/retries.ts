/**
 * A request that one machine failed to answer is sent to another one, once: what fails everywhere must not be done many
 * times over by a pool that has trouble enough.
 */

/** Chosen: a blip is over in it, and a pool that fails for longer is left alone soon. */
const windowSeconds = 10;
/** A tenth of the requests may be asked twice. */
const requestsForEach = 10;
/** Chosen: of a few requests a tenth is none, and then a machine that fails would be felt. */
const leastInWindow = 5 * windowSeconds;

/**
 * Without `response-timeout` and 504: such a page has been made for as long as any may take, and would be made again.
 * The connection to a machine that was lost, or froze, ends sooner than that.
 */
export const oneRetry: readonly string[] = [
  '  retries 1',
  '  option redispatch 1',
  '  retry-on conn-failure empty-response junk-response 500 502 503',
];

/**
 * Counted are requests that failed, and those that another machine answered. It is decided when a request comes, since
 * HAProxy 2.6 does not ask again when one fails: those that are under way at once are counted a moment late. Another
 * connection is tried in any case, for of that no machine has work.
 */
export const retryBudget: readonly string[] = [
  `  stick-table type integer size 1 expire 1m store http_req_rate(${windowSeconds}s),http_fail_rate(${windowSeconds}s),gpc0_rate(${windowSeconds}s)`,
  '  http-request track-sc2 int(1)',
  // Only requests that change nothing may be sent a second time, and there must be somebody else.
  '  http-request disable-l7-retry if !{ method GET HEAD OPTIONS } or { nbsrv lt 2 }',
  // Negative numbers cannot be multiplied here.
  `  http-request set-var(txn.bearable) sc_http_req_rate(2),add(${leastInWindow * requestsForEach})`,
  '  http-request set-var(txn.failed) sc_http_fail_rate(2)',
  `  http-request disable-l7-retry if { sc_gpc0_rate(2),add(txn.failed),mul(${requestsForEach}),sub(txn.bearable) gt 0 }`,
  '  http-response set-var-fmt(txn.retries) %rc',
  '  http-response sc-inc-gpc0(2) if { status lt 500 } !{ var(txn.retries) -m str 0 }',
];
