/**
 * The shell script that makes a step's changes. It goes to the machine by
 * standard input, so that nothing of it shows in a list of processes. Each
 * change prints a line before it begins, so that a failure can be named, and
 * so that a script whose controller is gone ends there.
 */
import type { Change } from '../model/plan.ts';
import type { FileSpec } from '../model/recipe.ts';
import { guarding, keepPath, keepUnit } from './guard-script.ts';
import { stampPath, stateFolder, writtenFolder, writtenPath } from './inspect-script.ts';
import { switchScript } from './lay-program.ts';
import { quote } from './quote.ts';
import { hearing } from './term-script.ts';

/** No line of base64 has a dot. */
const endOfFile = '.end';

/**
 * `content` gives the base64 of what a file will hold, its secrets filled in. With a term, the machine refuses it, and
 * what is left of it, once it has heard of a later one.
 */
export function applyScript(
  role: string,
  changes: readonly Change[],
  content: (file: FileSpec) => string,
  term?: number,
): string {
  const [hear, obey] = term === undefined ? [[], []] : [hearing(term), ['obey']];
  const firstUnit = changes.findIndex(({ kind }) => kind === 'unit');
  return [
    // In braces, so that the shell begins when it has read all: a session that is cut leaves no half file.
    '{',
    'set -e',
    // For a unit whose package also has an init script, systemd would set that script's links too, with four reloads of its own.
    'export LC_ALL=C DEBIAN_FRONTEND=noninteractive SYSTEMCTL_SKIP_SYSV=1',
    'umask 077',
    ...hear,
    ...guarding,
    `mkdir -p ${stateFolder}/units ${stateFolder}/tasks ${writtenFolder}`,
    // Written beside its place and moved there, so that nobody ever reads half a file.
    'put() { t="$(dirname "$1")/.spillway.$$"; mkdir -p "$(dirname "$1")"; base64 -d > "$t"; chown "$2" "$t"; chmod "$3" "$t"; mv -fT "$t" "$1"; }',
    `trap 'rm -f "$t"' EXIT`,
    'stamp() { printf "%s\\n" "$2" > "$1.new"; mv -f "$1.new" "$1"; }',
    ...(changes.some((change) => change.kind === 'file' && change.file.path.startsWith('/etc/systemd/system/'))
      ? ['reload_systemd=1']
      : []),
    ...changes.flatMap((change, index) => [
      ...obey,
      ...(index === firstUnit ? [...changes.flatMap(enabling), reloadIfNeeded] : []),
      `echo 'begin ${index}'`,
      ...commands(role, change, content),
    ]),
    'echo end',
    '}',
  ].join('\n');
}

const reloadIfNeeded = 'if [ -n "$reload_systemd" ]; then systemctl daemon-reload; reload_systemd=; fi';

/** All units are enabled before the first is started: each reload of systemd starts its generators, and one is enough for all. */
function enabling(change: Change, index: number): readonly string[] {
  if (change.kind !== 'unit') return [];
  const name = quote(change.unit.name);
  return [
    `echo 'begin ${index}'`,
    keepUnit(change.unit.name),
    ...(change.why.code === 'masked'
      ? [`systemctl unmask --quiet ${name}; systemctl unmask --runtime --quiet ${name}`]
      : []),
    // A script that was cut off has enabled it, and systemd has not heard of it.
    ...(change.why.code === 'not-enabled' ? ['reload_systemd=1'] : []),
    // Asked first, for static units cannot be enabled.
    `systemctl is-enabled --quiet ${name} 2>/dev/null || { systemctl --no-reload enable --quiet ${name}; reload_systemd=1; }`,
  ];
}

function commands(role: string, change: Change, content: (file: FileSpec) => string): readonly string[] {
  switch (change.kind) {
    case 'directory': {
      const { path, owner, mode } = change.directory;
      return [`mkdir -p ${quote(path)}; chown ${owner} ${quote(path)}; chmod ${octal(mode)} ${quote(path)}`];
    }
    case 'file': {
      const { path, owner, mode } = change.file;
      return [
        keepPath(path),
        `put ${quote(path)} ${owner} ${octal(mode)} <<'${endOfFile}'`,
        wrap(content(change.file)),
        endOfFile,
        `stamp ${writtenPath(path)} ${quote(`${change.digest}\t${path}`)}`,
      ];
    }
    case 'release':
      return [
        keepPath(change.spec.path),
        ...switchScript(change.spec, quote),
        ...change.spec.rereads.flatMap((unit) => [
          keepUnit(unit),
          `! systemctl is-active --quiet ${quote(unit)} || systemctl reload-or-restart ${quote(unit)}`,
        ]),
      ];
    case 'remove-file':
      return [keepPath(change.path), `rm -f ${quote(change.path)} ${writtenPath(change.path)}`];
    case 'stop-unit':
      return [
        keepUnit(change.unit),
        `systemctl disable --quiet --now ${quote(change.unit)} || systemctl stop ${quote(change.unit)}`,
        `rm -f ${stateFolder}/units/*.${quote(change.unit)}`,
        'reload_systemd=1',
      ];
    case 'unit': {
      const { name } = change.unit;
      const verb = change.action === 'reload' ? 'reload-or-restart' : change.action;
      return [
        ...(change.unit.verify === undefined ? [] : [`(${sub(change.unit.verify)}) </dev/null >&2`]),
        reloadIfNeeded,
        `systemctl reset-failed ${quote(name)} 2>/dev/null || true`,
        `systemctl ${verb} ${quote(name)} || { systemctl status --no-pager --lines=20 ${quote(name)} >&2; exit 1; }`,
        `stamp ${quote(stampPath('unit', role, name))} ${quote(change.stamp)}`,
      ];
    }
    case 'task': {
      const { task, stamp } = change;
      const check =
        task.check === undefined
          ? []
          : [
              `if [ "$(cat ${quote(stampPath('task', role, task.name))} 2>/dev/null)" != ${quote(stamp)} ] || ! (${sub(task.check)}) </dev/null >/dev/null 2>&1; then`,
            ];
      const needsStampOnly = task.check === undefined;
      return [
        ...(needsStampOnly ? [] : check),
        `(set +e; ${sub(task.run)}) </dev/null >&2`,
        ...(needsStampOnly ? [] : ['fi']),
        `stamp ${quote(stampPath('task', role, task.name))} ${quote(stamp)}`,
      ];
    }
  }
}

function sub(script: string): string {
  return `\n${script.trimEnd()}\n`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** A here-document is read line by line; 76 is base64's own width. */
function wrap(base64: string): string {
  return base64.replaceAll(/.{1,76}/g, '$&\n').trimEnd();
}
