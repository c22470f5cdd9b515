import type { z } from 'zod';

/** What is looked into of a schema's definition. */
interface Definition {
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  /** Of lists. */
  readonly element?: z.ZodType;
  /** Of tuples. */
  readonly items?: readonly z.ZodType[];
  /** Of records. */
  readonly valueType?: z.ZodType;
  /** Of unions. */
  readonly options?: readonly z.ZodType[];
  /** Of optional values and of those with a default. */
  readonly innerType?: z.ZodType;
  /** Of transformed values: what comes in. */
  readonly in?: z.ZodType;
}

/** The keys of the object at a path of a schema, of the first alternative that lacks `key`; none where they cannot be found. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[], key: string): string[] {
  const places = path.reduce<Definition[]>(
    (at, step) => at.flatMap((place) => below(place, step)),
    alternatives(schema),
  );
  const keys = places.map(({ shape = {} }) => Object.keys(shape));
  return keys.find((known) => known.length > 0 && !known.includes(key)) ?? [];
}

/** The schema without what wraps it, each alternative of a union by itself. */
function alternatives(schema: z.ZodType | undefined): Definition[] {
  if (schema === undefined) return [];
  const definition = schema._zod.def as Definition;
  const inside = definition.innerType ?? definition.in;
  if (inside !== undefined) return alternatives(inside);
  return definition.options?.flatMap(alternatives) ?? [definition];
}

function below({ shape, element, items, valueType }: Definition, step: PropertyKey): Definition[] {
  const named = shape !== undefined && Object.hasOwn(shape, step) ? shape[String(step)] : undefined;
  return alternatives(named ?? items?.[Number(step)] ?? element ?? valueType);
}
