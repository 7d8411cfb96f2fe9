import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
  await gateway.stores.postgres.transact(
    { operation: 'model' },
    async (transaction) => await transaction`insert into models (name) values ('m')`,
  );
});
afterAll(() => gateway.close());

const mutation = `mutation ($input: UpdateTrainingRunInput!) { updateTrainingRun(input: $input) {
  __typename
  ... on UpdateTrainingRunSuccess { sequence run { id status startedAt endedAt durationMs } }
  ... on Error { code message }
  ... on NotFoundError { entity key }
  ... on InvalidInputError { issues { path message } }
  ... on InvalidTransitionError { from to }
} }`;

const idOf = (uuid: string) => Buffer.from(`TrainingRun:${uuid}`).toString('base64url');

async function update(uuid: string, change: object) {
  const { data, errors } = await gateway.query(mutation, { input: { runId: idOf(uuid), ...change } });
  expect(errors).toBeUndefined();
  return data.updateTrainingRun;
}

async function runThatIs(status: string, startedAt: string | null = null): Promise<string> {
  const id = v7();
  await gateway.stores.postgres.transact(
    { operation: 'run' },
    async (transaction) =>
      await transaction`insert into training_runs (id, model_name, status, framework, started_at)
        values (${id}, 'm', ${status}, 'f', ${startedAt})`,
  );
  return id;
}

const eventsOf = (uuid: string) =>
  gateway.stores.postgres.transact(
    { operation: 'eventsOf' },
    async (transaction) =>
      await transaction`select kind, subject_type, before, after from model_events where subject_key = ${uuid} order by sequence`,
  );

describe('a run', () => {
  it('starts when it becomes RUNNING and ends when it is FINISHED, each in one call, and both are in the audit', async () => {
    const id = await runThatIs('SCHEDULED');
    const calls = await storeCallsOf(async () => {
      expect(await update(id, { status: 'RUNNING' })).toMatchObject({
        __typename: 'UpdateTrainingRunSuccess',
        sequence: expect.stringMatching(/^\d+$/),
        run: { id: idOf(id), status: 'RUNNING', startedAt: expect.any(String), endedAt: null },
      });
    });
    expect(calls.map(({ store, operation }) => [store, operation])).toEqual([
      ['POSTGRES', 'updateTrainingRun'],
    ]);
    const { run } = await update(id, { status: 'FINISHED' });
    expect(run).toMatchObject({ status: 'FINISHED', durationMs: expect.stringMatching(/^\d+$/) });
    expect(Date.parse(run.endedAt)).toBeGreaterThanOrEqual(Date.parse(run.startedAt));
    expect(await eventsOf(id)).toMatchObject([
      {
        kind: 'RUN_UPDATED',
        subject_type: 'TrainingRun',
        before: { status: 'SCHEDULED' },
        after: { status: 'RUNNING' },
      },
      {
        before: { status: 'RUNNING', endedAt: null },
        after: { status: 'FINISHED', endedAt: expect.any(String) },
      },
    ]);
  });

  it('ends when it is said to have ended, to the microsecond and whatever the offset', async () => {
    const id = await runThatIs('RUNNING', '2026-01-02T03:04:05.000001Z');
    expect(await update(id, { status: 'KILLED', endedAt: '2026-01-02T04:04:05.123457+01:00' })).toMatchObject(
      {
        run: {
          startedAt: '2026-01-02T03:04:05.000001Z',
          endedAt: '2026-01-02T03:04:05.123457Z',
          durationMs: '123',
        },
      },
    );
  });

  it('that never ran can be killed and has no duration', async () => {
    expect(await update(await runThatIs('SCHEDULED'), { status: 'KILLED' })).toMatchObject({
      run: { status: 'KILLED', startedAt: null, endedAt: expect.any(String), durationMs: null },
    });
  });

  it('told again what is so already stays as it is, without an event', async () => {
    const id = await runThatIs('RUNNING', '2026-01-02T03:04:05Z');
    const ended = await update(id, { status: 'FINISHED', endedAt: '2026-01-02T03:04:06.5Z' });
    for (const same of [
      { status: 'FINISHED' },
      { status: 'FINISHED', endedAt: '2026-01-02T05:04:06.500000+02:00' },
      { endedAt: '2026-01-02T03:04:06.5Z' },
    ])
      expect(await update(id, same)).toEqual(ended);
    expect(await eventsOf(id)).toHaveLength(1);
  });

  it('sent again under its idempotency key has the same answer', async () => {
    const id = await runThatIs('SCHEDULED');
    const change = { status: 'RUNNING', idempotencyKey: 'run once' };
    const first = await update(id, change);
    await update(id, { status: 'FINISHED' });
    expect(await update(id, change)).toEqual(first);
    expect(await update(id, { ...change, status: 'FAILED' })).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  it('ended by several at once ends once', async () => {
    const id = await runThatIs('RUNNING', '2026-01-02T03:04:05Z');
    const ends = await Promise.all(['FINISHED', 'FAILED', 'KILLED'].map((status) => update(id, { status })));
    expect(ends.filter(({ __typename }) => __typename === 'UpdateTrainingRunSuccess')).toHaveLength(1);
    expect(ends.filter(({ code }) => code === 'INVALID_TRANSITION')).toHaveLength(2);
  });
});

describe('what is refused', () => {
  const states = ['SCHEDULED', 'RUNNING', 'FINISHED', 'FAILED', 'KILLED'];
  const legal: Record<string, string[]> = {
    SCHEDULED: ['RUNNING', 'FAILED', 'KILLED'],
    RUNNING: ['FINISHED', 'FAILED', 'KILLED'],
  };
  it.each(states)('every way out of %s but the legal ones', async (from) => {
    for (const to of states.filter((state) => state !== from)) {
      const id = await runThatIs(from);
      expect(await update(id, { status: to })).toMatchObject(
        legal[from]?.includes(to)
          ? { run: { status: to } }
          : { __typename: 'InvalidTransitionError', code: 'INVALID_TRANSITION', from, to },
      );
    }
  });

  it('an end before the beginning, of a run that goes on, or other than the known one', async () => {
    const id = await runThatIs('RUNNING', '2026-01-02T03:04:05.000002Z');
    const refusal = (message: string) => ({
      code: 'INVALID_INPUT',
      issues: [{ path: ['endedAt'], message }],
    });
    expect(await update(id, { status: 'FINISHED', endedAt: '2026-01-02T03:04:05.000001Z' })).toMatchObject(
      refusal('is before the run began, at 2026-01-02T03:04:05.000002Z'),
    );
    expect(await update(id, { status: 'RUNNING', endedAt: '2026-01-02T03:04:06Z' })).toMatchObject(
      refusal('a run that is RUNNING has not ended'),
    );
    await update(id, { status: 'FINISHED', endedAt: '2026-01-02T03:04:06Z' });
    expect(await update(id, { status: 'FINISHED', endedAt: '2026-01-02T03:04:07Z' })).toMatchObject(
      refusal('the run ended at 2026-01-02T03:04:06.000000Z'),
    );
  });

  it('moments that no store can hold, and nothing to do', async () => {
    const id = await runThatIs('RUNNING');
    for (const endedAt of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-01:00']) {
      const input = { runId: idOf(id), status: 'FINISHED', endedAt };
      const { errors } = await gateway.query(mutation, { input });
      expect(errors).toMatchObject([{ message: expect.stringContaining('at "input.endedAt"') }]);
    }
    expect(await update(id, { status: 'FINISHED', endedAt: '0001-01-01T00:00:00+01:00' })).toMatchObject({
      issues: [{ path: ['endedAt'] }],
    });
    expect(await update(id, {})).toMatchObject({ issues: [{ path: ['status'], message: 'give a status' }] });
  });

  it('a run that is not there', async () => {
    const id = v7();
    expect(await update(id, { status: 'RUNNING' })).toMatchObject({ entity: 'TrainingRun', key: id });
  });

  it('the id of something else', async () => {
    const input = { runId: Buffer.from('Dataset:x').toString('base64url'), status: 'RUNNING' };
    const { data, errors } = await gateway.query(mutation, { input });
    expect(data.updateTrainingRun).toBeNull();
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', argumentPath: ['input', 'runId'] } },
    ]);
  });
});
