/** The three stores, in the order in which they are told of. */
export const storeNames = ['POSTGRES', 'MONGODB', 'REDIS'] as const;
export type Store = (typeof storeNames)[number];

/** How people call them. */
export const storeTitles: Record<Store, string> = {
  POSTGRES: 'PostgreSQL',
  MONGODB: 'MongoDB',
  REDIS: 'Redis',
};
