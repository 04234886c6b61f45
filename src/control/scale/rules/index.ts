/** All rules. `test/control/scale/conformance.test.ts` holds each of them to the same promises. */
import type { Proposal, Rule, Sight } from '../rule.ts';
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

/** Of rules that look at the pool now. `moved` as for `Rule.resume`. */
export function resumeAll(
  states: RuleStates,
  was: RuleSettings,
  is: RuleSettings,
  moved: (atMs: number) => number,
): RuleStates {
  const left: { [Name in RuleName]?: StateOf<RuleName> } = {};
  for (const name of names) {
    const state = resumeOne(name, states[name], was[name], is[name], moved);
    if (state !== undefined) left[name] = state;
  }
  return left as RuleStates;
}

function resumeOne<Name extends RuleName>(
  name: Name,
  state: StateOf<Name> | undefined,
  was: SettingsOf<Name> | undefined,
  is: SettingsOf<Name> | undefined,
  moved: (atMs: number) => number,
) {
  if (state === undefined || was === undefined || is === undefined) return undefined;
  const rule = rules[name] as unknown as Rule<SettingsOf<Name>, StateOf<Name>>;
  return rule.resume(state, { was, is, moved });
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
  const rule = rules[name] as unknown as Rule<SettingsOf<Name>, StateOf<Name>>;
  return rule.propose(settings, known ?? rule.begin(), sight);
}
