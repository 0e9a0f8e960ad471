import * as z from 'zod';

/**
 * Maps by id, as they are stored. What every object has by itself (`constructor`, `__proto__`) is an id like any other,
 * but the SDK takes an object that has such a member for one of another kind: it stands behind a `#`, which no id holds.
 */
const mark = '#';

export function storedById<Value>(byId: Readonly<Record<string, Value>>): Record<string, Value> {
  return renamed(byId, id => (id in Object.prototype ? mark + id : id));
}

export function StoredById<Value extends z.ZodType>(value: Value) {
  return z.record(z.string(), value).transform(stored => renamed(stored, name => name.replace(mark, '')));
}

function renamed<Value>(
  map: Readonly<Record<string, Value>>,
  nameOf: (name: string) => string,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [nameOf(name), value]));
}
