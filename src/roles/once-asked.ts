/** A map whose values are made when somebody asks for them: one machine more costs one recipe, not ten thousand. */
export function onceAsked<Key, Given, Value>(
  given: ReadonlyMap<Key, Given>,
  make: (given: Given) => Value,
): ReadonlyMap<Key, Value> {
  return new OnceAsked(given, make);
}

class OnceAsked<Key, Given, Value> extends Map<Key, Value> {
  readonly #given: ReadonlyMap<Key, Given>;
  readonly #make: (given: Given) => Value;

  constructor(given: ReadonlyMap<Key, Given>, make: (given: Given) => Value) {
    super();
    this.#given = given;
    this.#make = make;
  }

  override get size(): number {
    return this.#given.size;
  }

  override has(key: Key): boolean {
    return this.#given.has(key);
  }

  override get(key: Key): Value | undefined {
    const made = super.get(key);
    if (made !== undefined) return made;
    const given = this.#given.get(key);
    if (given === undefined) return undefined;
    const value = this.#make(given);
    super.set(key, value);
    return value;
  }

  override keys(): MapIterator<Key> {
    return this.#given.keys();
  }

  override *values(): MapIterator<Value> {
    for (const [, value] of this.entries()) yield value;
  }

  override *entries(): MapIterator<[Key, Value]> {
    for (const key of this.#given.keys()) yield [key, this.get(key) as Value];
  }

  override [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries();
  }

  override forEach(call: (value: Value, key: Key, map: Map<Key, Value>) => void): void {
    for (const [key, value] of this.entries()) call(value, key, this);
  }
}
