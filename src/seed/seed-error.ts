/** Why nothing was seeded, in one sentence with what to do. */
export class SeedError extends Error {}
