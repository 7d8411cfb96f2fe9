import { expect, vi } from 'vitest';
import type { TestGateway } from './test-gateway.ts';

/** Resolves when MongoDB and Redis have been told all that PostgreSQL decided so far; else tells who was not, and how the stores are. */
export async function untilDrained(gateway: TestGateway): Promise<void> {
  await vi.waitFor(
    async () => {
      const { data } = await gateway.query(
        '{ replicationStatus { pending deadLetters lagMs stores { store pending lagMs } } health { stores { store state openUntil } } }',
      );
      expect(data?.replicationStatus, JSON.stringify(data)).toMatchObject({ pending: 0, deadLetters: 0 });
    },
    { timeout: 20_000 },
  );
}
