/** Takes readings once a second, of balancers by their runtime sockets and of machines by a script on each. */
import type { MachineName } from '../../model/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Hosts } from '../../ports/host.ts';
import type { HaproxySocket } from '../haproxy/socket.ts';
import type { BalancerReadings } from './balancer-sample.ts';
import type { MachineReadings } from './machine-sample.ts';
import { takeOfBalancer } from './take-balancer.ts';
import { takeOfMachine, type Told } from './take-machine.ts';

export interface Readings {
  /** From now on of these machines and balancers, and of no others. */
  readonly takeOf: (machines: readonly Told[], balancers: ReadonlyMap<MachineName, HaproxySocket>) => void;
  /** What each told last. A machine whose script has ended tells nothing. */
  readonly machines: ReadonlyMap<MachineName, MachineReadings>;
  readonly balancers: ReadonlyMap<MachineName, BalancerReadings>;
  /** Sockets stay open: they belong to whoever opened them. */
  readonly stop: () => void;
}

export function takeReadings(hosts: Hosts, clock: Clock): Readings {
  const machines = new Map<MachineName, MachineReadings>();
  const balancers = new Map<MachineName, BalancerReadings>();
  const toldBy: Takings = new Map();
  const askedOf: Takings = new Map();

  const beginMachine = (name: MachineName, told: Told, signal: AbortSignal) => {
    void takeOfMachine({ hosts, clock, signal }, told, (readings) => {
      // Another one may tell under its name by now.
      if (signal.aborted) return;
      if (readings === undefined) machines.delete(name);
      else machines.set(name, readings);
    });
  };
  const beginBalancer = (name: MachineName, socket: HaproxySocket, signal: AbortSignal) => {
    void takeOfBalancer({ clock, signal }, socket, (readings) => balancers.set(name, readings));
  };

  const takeOf: Readings['takeOf'] = (told, sockets) => {
    const wanted = new Map(told.map((one) => [one.reach.machine, one]));
    keepTo(wanted, toldBy, identityOf, beginMachine, (name) => machines.delete(name));
    keepTo(
      sockets,
      askedOf,
      (socket) => socket,
      beginBalancer,
      (name) => balancers.delete(name),
    );
  };
  return { machines, balancers, takeOf, stop: () => takeOf([], new Map()) };
}

/** A machine that was made anew may answer elsewhere. */
const identityOf = ({ reach, database }: Told) => `${reach.host}:${reach.port} ${database}`;

type Takings = Map<MachineName, { readonly identity: unknown; readonly control: AbortController }>;

/** Ends what is no longer wanted or has changed, and begins what is missing. */
function keepTo<Wanted>(
  wanted: ReadonlyMap<MachineName, Wanted>,
  takings: Takings,
  identityOfOne: (one: Wanted) => unknown,
  begin: (name: MachineName, one: Wanted, signal: AbortSignal) => void,
  forget: (name: MachineName) => void,
): void {
  for (const [name, { identity, control }] of takings) {
    const one = wanted.get(name);
    if (one !== undefined && identityOfOne(one) === identity) continue;
    control.abort();
    takings.delete(name);
    forget(name);
  }
  for (const [name, one] of wanted) {
    if (takings.has(name)) continue;
    const control = new AbortController();
    takings.set(name, { identity: identityOfOne(one), control });
    begin(name, one, control.signal);
  }
}
