/** What serves today and will not for long: certificates that nobody renewed, disks with little room. */
import type { MachineFacts } from '../model/facts.ts';
import type { MachineName } from '../model/ids.ts';
import type { PlanFinding } from '../model/plan.ts';
import { secretsIn } from '../model/secrets.ts';
import { isTight, sizesOf } from './disks.ts';
import type { Found } from './found.ts';
import { judged } from './lint.ts';
import type { PlanInput } from './planning.ts';

export interface SeenCertificate {
  readonly machine: MachineName;
  /** Names and addresses that it is for. */
  readonly hosts: readonly string[];
  /** When it, or the authority that it came with, runs out, in milliseconds since 1970. */
  readonly validUntilMs: number;
}

type Looked = Pick<PlanInput, 'platform' | 'compiled' | 'actual'>;

/** As they are on the machines, whatever is kept here. */
export function seenCertificates({
  compiled,
  actual,
}: Pick<Looked, 'compiled' | 'actual'>): readonly SeenCertificate[] {
  return [...actual.facts].flatMap(([machine, facts]) =>
    (compiled.recipes.get(machine) ?? []).flatMap(({ role, files }) =>
      files.flatMap(({ path, content }): SeenCertificate[] => {
        const validUntilMs = facts.reachable ? facts.roles.get(role)?.paths.get(path)?.validUntilMs : undefined;
        if (validUntilMs === undefined) return [];
        const hosts = secretsIn(content).flatMap((secret) => (secret.kind === 'certificate' ? secret.hosts : []));
        return [{ machine, hosts, validUntilMs }];
      }),
    ),
  );
}

const dayMs = 24 * 3600 * 1000;
/** Chosen: renewal is tried from 30 days before the end; what still stands nine days later, nobody renews. */
export const warnBeforeMs = 21 * dayMs;

/** `nowMs` in milliseconds since 1970. */
export function runningOut(looked: Looked, nowMs: number): readonly PlanFinding[] {
  const { blueprint } = looked.platform;
  return judged(blueprint, [
    ...seenCertificates(looked)
      .filter(({ validUntilMs }) => validUntilMs - nowMs < warnBeforeMs)
      .map((certificate): Found => ({
        name: `certificate:${certificate.machine}`,
        severity: 'warned',
        says: endOf(certificate, nowMs),
        mend: `a controller renews it, and so does \`spillway up ${blueprint.platform}\`; \`spillway status ${blueprint.platform}\` says who controls`,
      })),
    ...[...looked.actual.facts].flatMap(([machine, facts]) =>
      disksOf(facts)
        .filter(isTight)
        .map((disk): Found => ({
          name: `disk:${machine}`,
          severity: 'warned',
          says: `${disk.path} on ${machine} is nearly full: ${sizesOf(disk)}`,
          mend: `see what takes the room: spillway ssh ${blueprint.platform} ${machine} -- du -xh -d 2 ${disk.path}`,
        })),
    ),
  ]);
}

const disksOf = (facts: MachineFacts) => (facts.reachable ? (facts.disks ?? []) : []);

function endOf({ machine, hosts, validUntilMs }: SeenCertificate, nowMs: number): string {
  const day = new Date(validUntilMs).toISOString().slice(0, 10);
  const whose = `the certificate of ${hosts[0] ?? ''} on ${machine}`;
  if (validUntilMs <= nowMs) return `${whose} ran out on ${day}: browsers refuse it`;
  const days = Math.floor((validUntilMs - nowMs) / dayMs);
  return `${whose} runs out on ${day}, in ${days === 1 ? '1 day' : `${days} days`}`;
}
