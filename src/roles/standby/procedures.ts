/**
 * What is done with the services beside their configuration: they are started and stopped, and told of. Whoever runs
 * them has them enabled, so that a machine that comes back from a crash goes on where it was; its addresses are given to
 * another one before that one starts them.
 */
import type { PrimaryProcedures } from '../role.ts';
import { tellScript } from '../tell.ts';
import { lines } from '../text.ts';
import { copied, enabledOf, fetchScript, fetchUnit, origin, pidOf, serveUnit } from './places.ts';
import type { Served } from './served.ts';

export const unitsOf = (served: readonly Served[]): string => served.map(({ name }) => serveUnit(name)).join(' ');

/** `verb`: how systemd starts them. */
export function runScript(served: readonly Served[], verb: 'start' | 'reload-or-restart' = 'start'): string {
  const units = unitsOf(served);
  return lines(
    'set -e',
    // First, for who has them enabled fetches no more; what is being fetched must not overwrite what is written from now on.
    `systemctl enable --quiet ${units}`,
    `systemctl stop ${fetchUnit}.service`,
    `[ -e ${origin} ] || cat /proc/sys/kernel/random/uuid > ${origin}`,
    `systemctl reset-failed ${units} 2>/dev/null || true`,
    `systemctl ${verb} ${units}`,
  );
}

export function standByScript(served: readonly Served[]): string {
  return lines('set -e', `systemctl disable --quiet --now ${unitsOf(served)}`);
}

const nothing = lines(':');

export function proceduresOf(served: readonly Served[], innerIp: string): PrimaryProcedures {
  const services = served.map(({ name }) => name);
  return {
    watch: watchScript(services, innerIp),
    promote: () => runScript(served),
    rest: lines(standByScript(served).trimEnd(), `echo 'written 0-1-1'`),
    unrest: runScript(served),
    // Once more, from the old machine, on which nobody writes any more.
    catchUp: () => lines(fetchScript),
    follow: standByScript(served),
    // Nobody listens to the machine from before, and nobody waits for who stands by.
    ...{ leave: nothing, wait: nothing, goAlone: nothing },
    greets: () => greetsScript(served),
  };
}

/** Chosen: what systemd has not started again in five seconds, on a machine that shall run it, counts as lost. */
function watchScript(services: readonly string[], innerIp: string): string {
  const count = services.length;
  const each = services
    .flatMap((service) => [
      `  [[ ! -L ${enabledOf(service)} ]] || enabled=\${enabled}e`,
      '  pid= name=',
      `  [[ ! -r ${pidOf(service)} ]] || read -r pid <${pidOf(service)}`,
      '  [[ -z $pid ]] || read -r name <"/proc/$pid/comm"',
      '  [[ $name != nginx ]] || running=${running}r',
    ])
    .join('\n');
  return tellScript(`
ailing=

look() {
  local enabled= running= pid name
${each}
  answer='own=1,+,+,+0'
  case $enabled:$running in
    ${'e'.repeat(count)}:${'r'.repeat(count)})
      ailing=
      answer='own=0,+0-1-1,+,+0'
      ;;
    e*)
      ailing=\${ailing}x
      [[ \${#ailing} -le 25 ]] || answer=
      ;;
    :)
      ailing=
      answer+=' host=${innerIp} io=Yes sql=Yes'
      at=
      [[ ! -r ${copied} ]] || read -r at <${copied}
      [[ -z $at ]] || answer+=" received=0-1-$at ago=$((EPOCHSECONDS - at))"
      ;;
  esac
}
`);
}

/** All of them answer with a line of HTTP. */
function greetsScript(served: readonly Served[]): string {
  const each = served.map(
    ({ ip, port }) =>
      `timeout 0.5 bash -c 'exec 3<>/dev/tcp/${ip}/${port} && printf "HEAD / HTTP/1.0\\r\\n\\r\\n" >&3 && IFS= read -rN 1 -t 0.4 -u 3 _' 2>/dev/null`,
  );
  return `${each.join(' && ')} && echo greeted || echo silent`;
}
