/** The port Hosts onto the machines of one imagined platform. */
import { SpillwayError } from '../model/errors.ts';
import type { PlatformName } from '../model/ids.ts';
import type { Hosts, Reach } from '../ports/host.ts';
import type { Term } from '../ports/term.ts';
import {
  applied,
  changing,
  hearing,
  inspected,
  isReachable,
  proven,
  takenBack,
  withoutPower,
  type ImaginedMachine,
} from './imagined-machine.ts';
import { partOf, type Caller, type ImaginedWorld } from './imagined-world.ts';

/** Without a term nobody is refused. */
export function imaginedHosts(world: ImaginedWorld, platform: PlatformName, call: Caller, term?: Term): Hosts {
  /** The machine, if it answers where the controller knocks. */
  const answering = ({ machine: name, host }: Reach): ImaginedMachine | undefined => {
    const machine = partOf(world, platform).machines.get(name);
    return machine !== undefined && machine.actual.reach.host === host && isReachable(machine) ? machine : undefined;
  };
  /** The same machine, told under which term we work. */
  const told = (reach: Reach): ImaginedMachine => {
    const machine = answering(reach);
    if (machine === undefined) throw unreachableMachine(reach);
    if (term === undefined) return machine;
    const heard = hearing(machine, term());
    partOf(world, platform).machines.set(reach.machine, heard);
    return heard;
  };
  return {
    async hear(reach) {
      told(reach);
    },
    async inspect(reach, recipes) {
      const machine = answering(reach);
      return machine === undefined
        ? { reachable: false, because: 'silent', why: silence }
        : inspected(machine, recipes);
    },
    apply: (reach, role, changes) => {
      const change = (count: number) => () => {
        const machine = told(reach);
        partOf(world, platform).machines.set(reach.machine, applied(machine, role, changes.slice(0, count)));
      };
      return call('apply', `${reach.machine}/${role}`, change(changes.length), change(Math.floor(changes.length / 2)));
    },
    async lay(reach) {
      told(reach);
    },
    async beginChange(reach) {
      partOf(world, platform).machines.set(reach.machine, changing(told(reach)));
    },
    async takeBack(reach) {
      partOf(world, platform).machines.set(reach.machine, takenBack(told(reach)));
    },
    async proven(reach) {
      partOf(world, platform).machines.set(reach.machine, proven(told(reach)));
    },
    async change(reach) {
      told(reach);
      return { stdout: '', stderr: '', exitCode: 0 };
    },
    async run(reach) {
      if (answering(reach) === undefined) throw unreachableMachine(reach);
      return { stdout: '', stderr: '', exitCode: 0 };
    },
    // Nothing runs on an imagined machine: no socket and no port has a listener, and a script ends without a word.
    async openSocket(reach, path) {
      if (answering(reach) === undefined) throw unreachableMachine(reach);
      throw refusedSocket(`at ${path} on ${reach.machine}`);
    },
    async openTcp(reach, host, port) {
      if (answering(reach) === undefined) throw unreachableMachine(reach);
      throw refusedSocket(`at ${host}:${port} for ${reach.machine}`);
    },
    stream(reach) {
      const there = answering(reach) !== undefined;
      return { ended: there ? Promise.resolve() : Promise.reject(unreachableMachine(reach)), stop: () => undefined };
    },
    async shutDown(reach) {
      partOf(world, platform).machines.set(reach.machine, withoutPower(told(reach)));
    },
    forget: () => undefined,
    close: () => undefined,
  };
}

const silence = 'nobody answers';

function unreachableMachine({ machine }: Reach): SpillwayError {
  return new SpillwayError({
    code: 'machine-unreachable',
    message: `${machine} cannot be reached: ${silence}`,
    mend: '`spillway up` mends a machine that died',
  });
}

function refusedSocket(where: string): SpillwayError {
  return new SpillwayError({
    code: 'socket-refused',
    message: `nothing answers ${where}`,
    mend: 'see `spillway status`; `spillway up` starts what should run there',
  });
}
