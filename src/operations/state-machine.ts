import { invalidTransition } from '../problems.ts';
import type { DeploymentStatus } from '../stores/postgres/deployments.ts';
import type { RunStatus } from '../stores/postgres/run-filter.ts';

/** Where each state can lead. */
type StateMachine<State extends string> = Readonly<Record<State, readonly State[]>>;

/** What a training run goes through; FINISHED, FAILED and KILLED are ends. */
export const runStates: StateMachine<RunStatus> = {
  SCHEDULED: ['RUNNING', 'FAILED', 'KILLED'],
  RUNNING: ['FINISHED', 'FAILED', 'KILLED'],
  FINISHED: [],
  FAILED: [],
  KILLED: [],
};

/** What a deployment goes through. While no rollout agent reports, a deployment becomes ACTIVE without the steps between. */
export const deploymentStates: StateMachine<DeploymentStatus> = {
  PENDING: ['DEPLOYING', 'ACTIVE', 'FAILED', 'RETIRED'],
  DEPLOYING: ['ACTIVE', 'FAILED', 'RETIRED'],
  ACTIVE: ['FAILED', 'RETIRED'],
  FAILED: ['RETIRED'],
  RETIRED: [],
};

/** Refuses with InvalidTransitionError, which says where `what` could go instead. */
export function requireTransition<State extends string>(
  states: StateMachine<State>,
  what: string,
  from: State,
  to: State,
): void {
  if (states[from].includes(to)) return;
  const ways = states[from].join(', ');
  const instead = ways ? `can become ${ways}, but not ${to}` : 'stays so';
  throw invalidTransition(`${what} is ${from} and ${instead}.`, from, to);
}
