/** What each role demands of a blueprint beyond its own settings. */
import type { RoleName } from '../blueprint/schema.ts';
import { checkArbiter } from './arbiter/check.ts';
import { checkBackoffice } from './backoffice/check.ts';
import { checkWeights } from './balancer/check.ts';
import { checkContent } from './content/check.ts';
import { checkGalera } from './galera/check.ts';
import { checkMariadb } from './mariadb/check.ts';
import { checkPhp } from './php/check.ts';
import type { RoleCheck } from './role.ts';
import { checkStandby } from './standby/check.ts';
import { checkWeb } from './web/check.ts';

export const roleChecks: { readonly [Role in RoleName]?: RoleCheck } = {
  balancer: checkWeights,
  web: checkWeb,
  php: checkPhp,
  content: checkContent,
  mariadb: checkMariadb,
  galera: checkGalera,
  arbiter: checkArbiter,
  backoffice: checkBackoffice,
  standby: checkStandby,
};
