/** Asks a machine that was changed whether it serves: its own probes, and the pages that a visitor would ask for. */
import { SpillwayError } from '../../model/errors.ts';
import type { Logs } from '../../model/plan.ts';
import type { Recipe } from '../../model/recipe.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Hosts, Reach } from '../../ports/host.ts';

export interface Proving {
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly reach: Reach;
  readonly watch: readonly Recipe[];
  readonly pages: Recipe;
}

/** The pages that are answered as they should be: those that fail already are no fault of what comes. */
export async function pagesAnswered({ hosts, reach, pages }: Proving): Promise<Recipe> {
  const facts = await hosts.inspect(reach, [pages]);
  const says = facts.reachable ? facts.roles.get(pages.role)?.probes : undefined;
  return { ...pages, probes: pages.probes.filter(({ name }) => (says?.get(name) ?? '') === '') };
}

/** Chosen: longer than a database takes to start again. */
const probesMs = 60_000;
/** Chosen: what starts anew may fail at first; a page that fails for so long fails. */
const pagesMs = 3_000;
const pauseMs = 200;

/** Why it does not serve; undefined when it does. */
export async function whyNotServing(proving: Proving): Promise<string | undefined> {
  const { clock } = proving;
  const beganMs = clock.now();
  let failingSinceMs: number | undefined;
  for (;;) {
    const probe = await complaint(proving, proving.watch);
    const page = probe === undefined ? await complaint(proving, [proving.pages]) : undefined;
    if (probe === undefined && page === undefined) return undefined;
    const nowMs = clock.now();
    failingSinceMs = page === undefined ? undefined : (failingSinceMs ?? nowMs);
    if (failingSinceMs !== undefined && nowMs - failingSinceMs >= pagesMs) return page;
    if (nowMs - beganMs >= probesMs) return probe ?? page;
    await clock.sleep(pauseMs);
  }
}

async function complaint({ hosts, reach }: Proving, recipes: readonly Recipe[]): Promise<string | undefined> {
  const facts = await hosts.inspect(reach, recipes);
  if (!facts.reachable) return facts.why;
  return [...facts.roles.values()].flatMap(({ probes }) => [...probes.values()]).find((says) => says !== '');
}

/** The last lines in which the machine's software says why, since the change began; `sinceMs` is the wall's. */
export async function lastLines({ hosts, reach }: Proving, { units, files }: Logs, sinceMs: number): Promise<string> {
  const since = Math.floor(sinceMs / 1000);
  const script = [
    ...units.map((unit) => `journalctl -q --no-pager -o cat --since @${since} -u ${unit} -p warning -n 5 2>/dev/null`),
    ...files.map((file) => `[ "$(stat -c %Y ${file} 2>/dev/null || echo 0)" -lt ${since} ] || tail -n 5 ${file}`),
  ].join('\n');
  const { stdout } = await hosts.run(reach, script).catch((error: unknown) => {
    if (error instanceof SpillwayError) return { stdout: '' };
    throw error;
  });
  return tersely(stdout.split('\n'));
}

/** Chosen: a reason is read, a page of log is not. */
const [mostLines, longestLine] = [4, 300];

/** The last lines, those that differ only in their numbers once. */
function tersely(lines: readonly string[]): string {
  const each = new Map(lines.filter((line) => line.trim() !== '').map((line) => [line.replaceAll(/\d+/g, '#'), line]));
  return [...each.values()]
    .slice(-mostLines)
    .map((line) => line.slice(0, longestLine))
    .join('\n');
}
