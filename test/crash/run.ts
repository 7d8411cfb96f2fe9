import { parseArgs } from 'node:util';
import { openEmbedded } from '../../src/embedded/open-embedded.ts';
import { type Death, killAgainAndAgain } from './kill-again-and-again.ts';

// `npm run crash -- --kills 300`: gateways killed at random moments of their lives, under load from several clients.
const { values } = parseArgs({ options: { kills: { type: 'string', default: '300' } } });
const kills = Number(values.kills);
const longestLifeMs = 1_500;
const deaths = Array.from({ length: kills }, (): Death => ({ afterMs: Math.random() * longestLifeMs }));
const { postgres, mongo, redis, close } = await openEmbedded(['DATABASE_URL', 'MONGODB_URI', 'REDIS_URL']);
if (!postgres || !mongo || !redis?.url) throw new Error('It needs a redis-server on the PATH.');
const urls = { DATABASE_URL: postgres.url, MONGODB_URI: mongo.url, REDIS_URL: redis.url };
try {
  const onKill = (done: number) => {
    if (done % 10 === 0) console.log(`${done} of ${kills} kills`);
  };
  const { faults, ...casualties } = await killAgainAndAgain({ urls, deaths, clients: 4, onKill });
  console.log(casualties);
  for (const fault of faults) console.log(`  ${fault}`);
  console.log(faults.length === 0 ? 'Nothing was lost, doubled or half done.' : `${faults.length} faults.`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await close();
}
