// Conditions on single values, the same words for every store; all operators that are given must hold.

export interface StringFilter {
  readonly eq?: string | null | undefined;
  readonly in?: readonly string[] | null | undefined;
  readonly startsWith?: string | null | undefined;
  readonly contains?: string | null | undefined;
}

export interface FloatFilter {
  readonly eq?: number | null | undefined;
  readonly gt?: number | null | undefined;
  readonly gte?: number | null | undefined;
  readonly lt?: number | null | undefined;
  readonly lte?: number | null | undefined;
}

/** RFC 3339, with microseconds. */
export interface DateTimeFilter {
  readonly gte?: string | null | undefined;
  readonly lt?: string | null | undefined;
}
