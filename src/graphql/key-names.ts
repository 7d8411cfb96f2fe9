import { badUserInput } from '../errors.ts';
import { faultOfKeyName } from '../key-name.ts';

/** The name of a board or of a feature view, checked. Fails with BAD_USER_INPUT at `argumentPath`. */
export function checkKeyName(of: 'board' | 'view', name: string, argumentPath: readonly string[]): string {
  const fault = faultOfKeyName(name);
  if (fault) throw badUserInput(argumentPath, `A ${of}’s name ${fault}.`);
  return name;
}
