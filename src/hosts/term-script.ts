/**
 * How a machine hears under which term it is told something, and refuses what
 * comes from one that began before another: shell text to stand before it.
 */
import { stateFolder } from './inspect-script.ts';

/** The exit code with which a machine refuses. */
export const staleCode = 76;
const file = `${stateFolder}/term`;

/**
 * Keeps the largest term that it heard of, and ends the script when that is not this one. Afterwards the function
 * `obey` looks again, and starts no process. Two may come at once: the file is written under a lock of its own, for
 * the one under which changes are made may be held for long.
 */
export function hearing(term: number): readonly string[] {
  return [
    `heard() { { read -r heard <${file}; } 2>/dev/null || heard=0; case "$heard" in ''|*[!0-9]*) heard=0; esac; }`,
    `obey() { heard; [ "$heard" -le ${term} ] || { echo "stale $heard"; exit ${staleCode}; }; }`,
    'obey',
    `if [ "$heard" -lt ${term} ]; then`,
    `  mkdir -p ${stateFolder}`,
    `  exec 9>${file}.lock`,
    '  flock 9',
    '  obey',
    `  printf '%s\\n' ${term} >${file}.new && mv -f ${file}.new ${file} || exit 1`,
    '  exec 9>&-',
    'fi',
  ];
}

/** The term that the machine heard of, if that is why it refused. */
export function heardIn({
  stdout,
  exitCode,
}: {
  readonly stdout: string;
  readonly exitCode: number;
}): number | undefined {
  const [, heard] = /^stale (\d+)$/m.exec(stdout) ?? [];
  return exitCode === staleCode && heard !== undefined ? Number(heard) : undefined;
}
