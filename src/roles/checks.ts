/** What each role demands of a blueprint beyond its own settings. */
import type { RoleName } from '../blueprint/schema.ts';
import { checkBackoffice } from './backoffice/check.ts';
import { checkContent } from './content/check.ts';
import { checkMariadb } from './mariadb/check.ts';
import { checkPhp } from './php/check.ts';
import type { RoleCheck } from './role.ts';

export const roleChecks: { readonly [Role in RoleName]?: RoleCheck } = {
  php: checkPhp,
  content: checkContent,
  mariadb: checkMariadb,
  backoffice: checkBackoffice,
};
