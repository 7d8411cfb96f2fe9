import { ConfigError, missingStoreUrls, readConfig } from '../config.ts';
import { readEnvironment } from './environment.ts';

// Stand-ins while the environment is checked: no server need start to find a fault in it.
const placeholders = {
  DATABASE_URL: 'postgres://embedded',
  MONGODB_URI: 'mongodb://embedded',
  REDIS_URL: 'redis://embedded',
};

/** `npm run dev`: embedded stores for those without a URL, demo data in them, GraphiQL. */
export async function dev(): Promise<void> {
  const environment = readEnvironment();
  const missing = missingStoreUrls(environment);
  const embeddedUrls = Object.fromEntries(missing.map((name) => [name, placeholders[name]]));
  readConfig({ ...environment, ...embeddedUrls });
  if (environment.NODE_ENV === 'production' && missing.length > 0) {
    throw new ConfigError(
      missing.map(
        (name) => `${name}: not set, and embedded stores are not for production; set it, or unset NODE_ENV.`,
      ),
    );
  }
  const { openEmbedded } = await import('../embedded/open-embedded.ts');
  // The servers come up in processes of their own while this one loads the rest of the house.
  const [embedded, { runDev }] = await Promise.all([openEmbedded(missing), import('./run-dev.ts')]);
  try {
    await runDev({ ...environment, ...embeddedUrls }, embedded);
  } catch (error) {
    await embedded.close();
    throw error;
  }
}
