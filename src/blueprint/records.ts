/** Object.entries that keeps the branded names. */
export function entries<Key extends string, Value>(record: { readonly [key in Key]?: Value }): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}

/** What a reference leads to. That it leads somewhere was checked with the blueprint, so it is a bug if it does not. */
export function the<Key extends string, Value>(record: Readonly<Record<Key, Value>>, name: Key): Value {
  const value: Value | undefined = Object.hasOwn(record, name) ? record[name] : undefined;
  if (value === undefined) throw new Error(`the checked blueprint has no \`${name}\``);
  return value;
}
