import { Long } from 'bson';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCursors } from '../../../../src/embedded/mongo/cursors.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const some = () => [{ _id: 1 }, { _id: 2 }, { _id: 3 }];

test('a cursor that is not asked for ten minutes goes, one that is asked stays', () => {
  const cursors = createCursors();
  const [idle, busy] = [1, 2].map(() => cursors.open('db.c', some(), 1, false).cursor.id as Long) as [
    Long,
    Long,
  ];
  vi.advanceTimersByTime(540_000);
  expect(cursors.next(busy, 'db.c', 1).cursor.nextBatch).toEqual([{ _id: 2 }]);
  vi.advanceTimersByTime(120_000);
  expect(cursors.next(busy, 'db.c', 1).cursor).toMatchObject({ nextBatch: [{ _id: 3 }], id: Long.ZERO });
  expect(() => cursors.next(idle, 'db.c', 1)).toThrow('not found');
});

test('of very many open cursors the oldest go', () => {
  const cursors = createCursors();
  const ids = Array.from({ length: 1_100 }, () => cursors.open('db.c', some(), 1, false).cursor.id as Long);
  expect(cursors.kill(ids).length).toBeLessThanOrEqual(1_001);
  expect(cursors.kill(ids)).toEqual([]);
});

test('one that is over, killed, or of one batch is not kept', () => {
  const cursors = createCursors();
  expect(cursors.open('db.c', some(), 3, false).cursor.id).toEqual(Long.ZERO);
  expect(cursors.open('db.c', some(), 1, true).cursor.id).toEqual(Long.ZERO);
  const { id } = cursors.open('db.c', some(), 0, false).cursor;
  expect(() => cursors.next(id, 'db.other', 1)).toThrow('not found');
  expect(cursors.next(id, 'db.c', undefined).cursor).toMatchObject({ nextBatch: some(), id: Long.ZERO });
  expect(cursors.kill([id])).toEqual([]);
});
