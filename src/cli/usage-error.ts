/** What was asked for on the command line cannot be, in one sentence with what can. */
export class UsageError extends Error {}
