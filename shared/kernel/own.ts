/** What an object holds under a name by itself: an id may be called `constructor`, which every object inherits. */
export function own<Value>(object: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
