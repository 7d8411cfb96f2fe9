import { Kind, parse } from 'graphql';

/** The names of a document's operations, in order. */
export function operationsOf(document: string): string[] {
  return parse(document).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? String(definition.name?.value) : [],
  );
}
