/** What breaks of a site of PHP on a platform of several machines, or behind nginx. */
import type { Platform } from '../blueprint/platform.ts';
import { entries, the } from '../blueprint/records.ts';
import { webRoutes } from '../blueprint/routes.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { Found } from './found.ts';

/** The next request of a visitor goes to another machine, which does not know his session. */
export function sessionsBreak(blueprint: Blueprint): Found[] {
  const routed = new Set(webRoutes(blueprint).map(({ to }) => to));
  return entries(blueprint.pools).flatMap(([name, { base, overflow, roles }]): Found[] => {
    const machines = base.count + (overflow?.count ?? 0);
    if (roles.php?.sessions !== 'machine' || machines < 2 || !routed.has(name)) return [];
    const kept = roles.php.database === undefined ? '' : `\`database\` keeps them for all, `;
    return [
      {
        name: `sessions:${name}`,
        severity: 'warned',
        says: `PHP keeps sessions on each of the ${machines} machines of \`${name}\` for itself: a visitor who is logged in on one is not on the next`,
        mend: `set pools.${name}.roles.php.sessions: ${kept}\`none\` says that the site uses none`,
      },
    ];
  });
}

/** nginx reads none: what they forbid is open, and what they rewrite is not found. */
export function htaccessIgnored({ blueprint, assets }: Platform): Found[] {
  return entries(blueprint.pools).flatMap(([name, { roles }]): Found[] => {
    const of = roles.content?.of;
    const root = roles.web?.root ?? roles.backoffice?.root;
    if (of === undefined || root === undefined) return [];
    const { path } = the(blueprint.content, of);
    const found = (assets.content.get(of)?.release.files ?? [])
      .map((file) => `${path}/${file.path}`)
      .filter((file) => file.endsWith('/.htaccess') && file.startsWith(`${root}/`));
    const [first] = found;
    if (first === undefined) return [];
    const others = found.length === 1 ? '' : ` (and ${found.length - 1} more)`;
    return [
      {
        name: `htaccess:${name}`,
        severity: 'warned',
        says: `nginx does not read \`${first.slice(path.length + 1)}\`${others}: what it forbids is open`,
        mend: 'move what must not be seen out of the folder that visitors see; what is no file goes to `entry` without it',
      },
    ];
  });
}
