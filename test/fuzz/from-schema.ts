import fc from 'fast-check';
import { endpoints } from '../../shared/api/contract/endpoints.ts';
import { openApiDocument } from '../../shared/api/contract/openapi.ts';

/** The part of JSON Schema that the API description uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly format?: string;
}

/** Values that exist on the platform under test, by field name. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

export const description = openApiDocument(endpoints);

/** Values that a schema allows. A field with known values mostly gets one of them, so that requests get far. */
export function valuesOf(schema: JsonSchema, known: Known, name = ''): fc.Arbitrary<unknown> {
  const any = anyOf(schema, known, name);
  const familiar = known[name];
  return familiar?.length
    ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...familiar) }, { weight: 1, arbitrary: any })
    : any;
}

function anyOf(schema: JsonSchema, known: Known, name: string): fc.Arbitrary<unknown> {
  if (schema.$ref) return valuesOf(resolved(schema.$ref), known, name);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(choice => valuesOf(choice, known, name)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object':
      return objectsOf(schema, known);
    case 'array':
      return listsOf(schema, known, name);
    case 'string':
      return textsOf(schema);
    case 'integer':
    case 'number':
      return numbersOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function resolved(ref: string): JsonSchema {
  const name = ref.slice('#/components/schemas/'.length);
  const schema = description.components?.schemas?.[name];
  if (!schema) throw new Error(`There is no schema ${ref}.`);
  return schema as JsonSchema;
}

function objectsOf({ properties = {}, required = [] }: JsonSchema, known: Known): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema, known, name)]),
  );
  return fc.record(fields, { requiredKeys: [...required], noNullPrototype: true });
}

function listsOf({ items = {}, minItems = 0, maxItems = 4 }: JsonSchema, known: Known, name: string) {
  const member = valuesOf(items, known, name);
  return fc.oneof(
    {
      weight: 9,
      arbitrary: fc.array(member, { minLength: minItems, maxLength: Math.min(maxItems, minItems + 2) }),
    },
    { weight: 1, arbitrary: fc.array(member, { minLength: maxItems, maxLength: maxItems + 1 }) },
  );
}

/** Times near the clock of the platform under test, and any other. */
const times = fc.oneof(
  fc.constantFrom('2026-03-10T12:00:00+08:00', '2026-04-10T08:30:00+08:00', '2026-05-01T00:00:00Z'),
  fc
    .date({ min: new Date('2025-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
    .map(date => date.toISOString()),
  fc
    .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    .map(date => date.toISOString()),
);

function textsOf({ format, pattern, minLength = 0, maxLength = 64 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'date-time') return times;
  if (format === 'uri') return fc.webUrl({ validSchemes: ['https'], size: 'small' });
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ unit: 'grapheme', minLength, maxLength, size: 'small' });
}

function numbersOf({ minimum, maximum }: JsonSchema): fc.Arbitrary<number> {
  const min = Math.max(minimum ?? 0, Number.MIN_SAFE_INTEGER);
  const max = Math.min(maximum ?? min + 1_000_000, Number.MAX_SAFE_INTEGER);
  return fc.oneof(
    fc.integer({ min, max: Math.min(max, min + 100) }),
    fc.constantFrom(min, max),
    fc.integer({ min, max }),
  );
}
