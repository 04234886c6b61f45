/** Writes down what happens in a rehearsal, as it happens. */
import type { FailoverDecision } from '../../control/failover/decide.ts';
import type { ReliefDecision } from '../../control/relief/decide-relief.ts';
import type { ScaleDecision } from '../../control/scale/decide.ts';
import type { MachineName, PoolName } from '../../model/ids.ts';
import type { ObservedMachine } from '../../model/observation.ts';
import type { Probe, ReadBack, RecordedLedger } from '../../rehearse/ledger/ledger.ts';
import type { HostSecond } from '../../rehearse/host/host-second.ts';
import type { LoadSecond, LoadTotal } from '../../rehearse/load/load-second.ts';
import type { MachineStage, Mark, Recording, RecordedFault, RecordedPrimary } from '../../rehearse/recording.ts';

export function createRecorder(begun: Recording) {
  const seconds: LoadSecond[] = [];
  const decisions: Recording['decisions'][number][] = [];
  const reliefs: Recording['reliefs'][number][] = [];
  const primaries: RecordedPrimary[] = [];
  const stages: Recording['stages'][number][] = [];
  const readings: Recording['readings'][number][] = [];
  const faults: RecordedFault[] = [];
  const marks: Mark[] = [];
  const acknowledged: number[] = [];
  const probes: Probe[] = [];
  const host: HostSecond[] = [];
  let ledgerEnd: Pick<RecordedLedger, 'stoppedAtMs' | 'readBack'> = {};
  const last = new Map<MachineName, { readonly stage: MachineStage; readonly part: ObservedMachine['part'] }>();
  let end: { readonly total?: LoadTotal; readonly endedAtMs?: number } = {};
  let startedAtMs = begun.startedAtMs;

  return {
    starts(atMs: number) {
      startedAtMs = atMs;
    },
    second: (second: LoadSecond) => void seconds.push(second),
    host: (second: HostSecond) => void host.push(second),
    fault: (fault: RecordedFault) => void faults.push(fault),
    /** A role after the other is configured: the last one counts. */
    mark: (machine: MachineName, name: string, atMs: number) => {
      const known = marks.findLastIndex((one) => one.machine === machine);
      if (marks[known]?.name === name) marks[known] = { atMs, machine, name };
      else marks.push({ atMs, machine, name });
    },
    acknowledged: (atMs: number) => void acknowledged.push(atMs),
    probed: (probe: Probe) => void probes.push(probe),
    ledgerStopped(stoppedAtMs: number) {
      ledgerEnd = { stoppedAtMs };
    },
    readBack(readBack: ReadBack) {
      ledgerEnd = { ...ledgerEnd, readBack };
    },
    total(total: LoadTotal) {
      end = { ...end, total };
    },
    ends(endedAtMs: number) {
      end = { ...end, endedAtMs };
    },
    turn(atMs: number, pool: PoolName, machines: readonly ObservedMachine[], decision: ScaleDecision, queue?: number) {
      decisions.push({ atMs, pool, decision });
      if (queue !== undefined) readings.push({ atMs, pool, queue });
      const names = new Set(machines.map(({ name }) => name));
      for (const { name, part, stage } of machines) {
        if (last.get(name)?.stage === stage) continue;
        last.set(name, { stage, part });
        stages.push({ atMs, pool, machine: name, part, stage });
      }
      for (const [machine, { part, stage }] of last) {
        if (names.has(machine) || stage === 'gone' || !machine.startsWith(`${pool}-`)) continue;
        last.set(machine, { stage: 'gone', part });
        stages.push({ atMs, pool, machine, part, stage: 'gone' });
      }
    },
    relief(atMs: number, pool: PoolName, decision: ReliefDecision) {
      if (decision.kind !== 'nothing') reliefs.push({ atMs, pool, decision });
    },
    judged(atMs: number, pool: PoolName, { kind, says, evidence }: FailoverDecision) {
      primaries.push({ atMs, pool, decision: { kind, says, evidence } });
    },
    recording: (): Recording => ({
      ...begun,
      ...(primaries.length > 0 && { primaries }),
      ...(host.length > 0 && { host }),
      startedAtMs,
      seconds,
      decisions,
      reliefs,
      stages,
      readings,
      faults,
      marks,
      ...(begun.ledger !== undefined && { ledger: { ...begun.ledger, acknowledged, probes, ...ledgerEnd } }),
      ...end,
    }),
  };
}

export type Recorder = ReturnType<typeof createRecorder>;
