/** Joins the parts of a configuration file, leaves out what is false, and ends it with a newline. */
export function lines(...parts: readonly (string | false | undefined | readonly string[])[]): string {
  return `${parts
    .flat()
    .filter((part) => part !== false && part !== undefined)
    .join('\n')}\n`;
}
