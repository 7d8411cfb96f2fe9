import { pino } from 'pino';

/** JSON lines on standard output; in development, lines for people on standard error. */
export async function createLogger(level: string, development: boolean) {
  if (!development) return pino({ level });
  const { default: pretty } = await import('pino-pretty');
  return pino(
    { level },
    pretty({ destination: 2, sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }),
  );
}
