/** Object.entries that keeps the branded names. */
export function entries<Key extends string, Value>(record: { readonly [key in Key]?: Value }): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}

/**
 * The entry of that name, if it was declared. `record[name]` would also find
 * what every object has: a pool may be called `constructor`.
 */
export function find<Key extends string, Value>(
  record: Readonly<Record<Key, Value>> | undefined,
  name: Key | undefined,
): Value | undefined {
  return record !== undefined && name !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** What a reference leads to. That it leads somewhere was checked with the blueprint, so it is a bug if it does not. */
export function the<Key extends string, Value>(record: Readonly<Record<Key, Value>>, name: Key): Value {
  const value = find(record, name);
  if (value === undefined) throw new Error(`the checked blueprint has no \`${name}\``);
  return value;
}
