/** A store that lives as long as the gateway and keeps nothing. */
export interface EmbeddedStore {
  /** Which server it really is, for the banner, e.g. `PostgreSQL 18.4`. */
  readonly server: string;
  /** Where the gateway, and psql, mongosh or redis-cli, can join in. */
  readonly url: string;
  close(): Promise<void>;
}
