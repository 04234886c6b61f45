/** The pages by which a machine is judged after a change: the health pages of its routes, and those that the routes name. */
import type { Blueprint } from '../blueprint/schema.ts';
import { webRoutes } from '../blueprint/routes.ts';
import type { PoolName } from '../model/ids.ts';
import type { ProbeSpec } from '../model/recipe.ts';
import { routedPort } from './role.ts';
import { checkHeader } from './web/lanes.ts';
import { lines } from './text.ts';

/** Chosen: as long as a balancer waits for an answer by default. */
const answerSeconds = 15;

/** Each asks as a balancer would that passes a visitor on. */
export function pageProbes(blueprint: Blueprint, pool: PoolName): readonly ProbeSpec[] {
  const asked = webRoutes(blueprint).flatMap(({ to, host, health, pages, tls }) => {
    const [first] = host;
    if (to !== pool || first === undefined) return [];
    return [...new Set([health, ...pages])].map((path) => ({ host: first, path, scheme: tls ? 'https' : 'http' }));
  });
  const each = new Map(asked.map((page) => [`${page.host}${page.path}`, page]));
  return [...each.values()].map(({ host, path, scheme }) => ({
    name: `page ${host}${path}`,
    run: lines(
      `code=$(curl -s -o /dev/null --max-time ${answerSeconds} -A spillway-check -H '${checkHeader}: 1' -H 'Host: ${host}' -H 'X-Forwarded-Proto: ${scheme}' -w '%{http_code}' http://127.0.0.1:${routedPort}${path})`,
      'case "$code" in',
      '  [123]??) ;;',
      `  000) echo 'the page ${path} is not answered' ;;`,
      `  *) echo "the page ${path} is answered with $code" ;;`,
      'esac',
    ),
  }));
}
