/** What does not work on machines as they were seen: what their probes say, and what no probe can know. */
import type { MachineFacts } from '../model/facts.ts';
import type { MachineName } from '../model/ids.ts';
import { isFull, sizesOf } from '../plan/disks.ts';

export interface FailingProbe {
  readonly machine: MachineName;
  readonly role: string;
  readonly probe: string;
  readonly says: string;
}

type Facts = ReadonlyMap<MachineName, MachineFacts>;

/** `nowMs`: what the time is on this host, in milliseconds since 1970. */
export function failingProbes(facts: Facts, nowMs: number): readonly FailingProbe[] {
  return [...facts].flatMap(([machine, seen]) =>
    seen.reachable
      ? [...ofProbes(machine, seen), ...ofCertificates(machine, seen, nowMs), ...ofDisks(machine, seen)]
      : [{ machine, role: 'base', probe: 'reachable', says: seen.why }],
  );
}

type Seen = MachineFacts & { readonly reachable: true };

function ofProbes(machine: MachineName, { roles }: Seen): readonly FailingProbe[] {
  return [...roles].flatMap(([role, { probes }]) =>
    [...probes].flatMap(([probe, says]) => (says === '' ? [] : [{ machine, role, probe, says }])),
  );
}

function ofCertificates(machine: MachineName, { roles }: Seen, nowMs: number): readonly FailingProbe[] {
  return [...roles].flatMap(([role, { paths }]) =>
    [...paths].flatMap(([path, { validUntilMs }]) =>
      validUntilMs === undefined || validUntilMs > nowMs
        ? []
        : [{ machine, role, probe: 'certificate', says: `${path} ran out on ${dayOf(validUntilMs)}` }],
    ),
  );
}

function ofDisks(machine: MachineName, { disks = [] }: Seen): readonly FailingProbe[] {
  return disks
    .filter(isFull)
    .map((disk) => ({ machine, role: 'base', probe: 'disk', says: `${disk.path} is full: ${sizesOf(disk)}` }));
}

const dayOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);
