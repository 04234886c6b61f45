/** All rules. `test/control/scale/conformance.test.ts` holds each of them to the same promises. */
import type { Proposal, Sight } from '../rule.ts';
import { burst } from './burst/index.ts';
import { forecast } from './forecast/index.ts';
import { schedule } from './schedule/index.ts';
import { target } from './target/index.ts';

export const rules = { target, schedule, burst, forecast };

export type RuleName = keyof typeof rules;
type SettingsOf<Name extends RuleName> = Parameters<(typeof rules)[Name]['propose']>[0];
type StateOf<Name extends RuleName> = ReturnType<(typeof rules)[Name]['begin']>;

/** Which rules look at a pool, with their settings. */
export type RuleSettings = { readonly [Name in RuleName]?: SettingsOf<Name> };
export type RuleStates = { readonly [Name in RuleName]?: StateOf<Name> };

export function proposeAll(
  settings: RuleSettings,
  states: RuleStates,
  sight: Sight,
): { readonly states: RuleStates; readonly proposals: readonly Proposal[] } {
  const next: { [Name in RuleName]?: StateOf<RuleName> } = {};
  const proposals: Proposal[] = [];
  for (const name of names) {
    const asked = ask(name, settings[name], states[name], sight);
    if (asked === undefined) continue;
    next[name] = asked.state;
    proposals.push(asked.proposal);
  }
  return { states: next as RuleStates, proposals };
}

const names = Object.keys(rules) as readonly RuleName[];

/** The one place where the union of rules is opened: a rule with its settings and its state. */
function ask<Name extends RuleName>(
  name: Name,
  settings: SettingsOf<Name> | undefined,
  known: StateOf<Name> | undefined,
  sight: Sight,
) {
  if (settings === undefined) return undefined;
  const rule = rules[name] as unknown as {
    begin(): StateOf<Name>;
    propose(...seen: [SettingsOf<Name>, StateOf<Name>, Sight]): { state: StateOf<Name>; proposal: Proposal };
  };
  return rule.propose(settings, known ?? rule.begin(), sight);
}
