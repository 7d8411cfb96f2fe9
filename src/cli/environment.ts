import { existsSync } from 'node:fs';
import type { Environment } from '../config.ts';

/** The process's environment, with `.env` of the working directory for what it does not set. */
export function readEnvironment(): Environment {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
