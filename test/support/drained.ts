import { expect, vi } from 'vitest';
import type { TestGateway } from './test-gateway.ts';

/** Resolves when MongoDB and Redis have been told all that PostgreSQL decided so far. */
export async function untilDrained(gateway: TestGateway): Promise<void> {
  await vi.waitFor(
    async () => {
      const { data } = await gateway.query('{ replicationStatus { pending deadLetters } }');
      expect(data?.replicationStatus).toEqual({ pending: 0, deadLetters: 0 });
    },
    { timeout: 20_000 },
  );
}
