/** Joins the parts of a configuration file, leaves out what is false, and ends it with a newline. */
export function lines(...parts: readonly (string | false | undefined | readonly string[])[]): string {
  // Asked for thousands of machines, so it makes no lists of its own.
  let text = '';
  for (const part of parts) {
    if (part === false || part === undefined) continue;
    if (typeof part === 'string') text += `${part}\n`;
    else for (const line of part) text += `${line}\n`;
  }
  return text === '' ? '\n' : text;
}

/** A shell function by which a task's check ends and says what differs. */
export const differs = 'differs() { echo "$1"; exit 1; }';

/** Of several lines the first, and how many there are besides: a reason is one line. */
export const firstLine = `awk 'NR == 1 { first = $0 } END { print first (NR > 1 ? " (and " NR - 1 " more)" : "") }'`;
