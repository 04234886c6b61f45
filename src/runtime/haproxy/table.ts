/** HAProxy's tables: a header that begins with `# `, then a line for each row. Columns come and go with versions, so they are found by name. */
export type Row = (column: string) => string;

export function readTable(text: string, split: (line: string) => readonly string[]): readonly Row[] {
  const lines = text.split('\n').filter((line) => line !== '');
  const headAt = lines.findIndex((line) => line.startsWith('# '));
  if (headAt < 0) return [];
  const columns = new Map(split((lines[headAt] ?? '').slice(2)).map((name, index) => [name, index]));
  return lines.slice(headAt + 1).map((line): Row => {
    const fields = split(line);
    return (column) => fields[columns.get(column) ?? -1] ?? '';
  });
}

export const bySpaces = (line: string): readonly string[] => line.split(' ');

/** A field in quotes may hold commas, and a quote twice. */
export function byCommas(line: string): readonly string[] {
  if (!line.includes('"')) return line.split(',');
  const fields = `,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...fields].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}
