/** All roles. A new one adds its line here and in `settings.ts`. */
import type { RoleName } from '../blueprint/schema.ts';
import { arbiter } from './arbiter/index.ts';
import { backoffice } from './backoffice/index.ts';
import { balancer } from './balancer/index.ts';
import { content } from './content/index.ts';
import { galera } from './galera/index.ts';
import { mariadb } from './mariadb/index.ts';
import { php } from './php/index.ts';
import type { Role } from './role.ts';
import { standby } from './standby/index.ts';
import { web } from './web/index.ts';

export const roles: { readonly [Name in RoleName]: Role<Name> } = {
  balancer,
  web,
  php,
  mariadb,
  galera,
  arbiter,
  content,
  backoffice,
  standby,
};
