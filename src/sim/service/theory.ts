/**
 * Queueing theory: M/M/c, that is visitors who know nothing of each other, `c`
 * machines that each answer one request after the other, and one queue for all
 * of them, as HAProxy's `maxconn` makes it.
 * Source: Erlang's C formula, as in any textbook on queues.
 */

/** The chance that a request has to wait. `load` is the arrival rate over the rate of one server; below `servers`. */
export function erlangC(servers: number, load: number): number {
  if (load <= 0) return 0;
  if (load >= servers) return 1;
  // Erlang's B by its recursion, which neither overflows nor cancels.
  let blocked = 1;
  for (let count = 1; count <= servers; count++) blocked = (load * blocked) / (count + load * blocked);
  return blocked / (1 - (load / servers) * (1 - blocked));
}

/** The share of requests that take longer than `t`, waiting and being served; `t` in mean service times. */
export function longerThan(t: number, servers: number, load: number, waits = erlangC(servers, load)): number {
  const room = servers - load;
  const away = room - 1;
  // The two exponentials fall together where one server is free on average.
  const both = Math.abs(away) < 1e-9 ? t : (1 - Math.exp(-away * t)) / away;
  return Math.exp(-t) * (1 + waits * both);
}

/** The time, in mean service times, that this share of requests does not exceed. */
export function quantile(share: number, servers: number, load: number): number {
  const waits = erlangC(servers, load);
  const rest = 1 - share;
  let [low, high] = [0, 1];
  while (longerThan(high, servers, load, waits) > rest) [low, high] = [high, high * 2];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (longerThan(middle, servers, load, waits) > rest) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
