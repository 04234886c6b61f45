/**
 * The settings that each role takes in a blueprint. A new role adds its line here and in `index.ts`.
 * On a machine with several roles they are set up in this order: content may be filled from a database.
 */
import { arbiterSettings } from './arbiter/settings.ts';
import { backofficeSettings } from './backoffice/settings.ts';
import { balancerSettings } from './balancer/settings.ts';
import { contentSettings } from './content/settings.ts';
import { galeraSettings } from './galera/settings.ts';
import { mariadbSettings } from './mariadb/settings.ts';
import { phpSettings } from './php/settings.ts';
import { standbySettings } from './standby/settings.ts';
import { webSettings } from './web/settings.ts';

export const roleSettings = {
  balancer: balancerSettings,
  web: webSettings,
  php: phpSettings,
  mariadb: mariadbSettings,
  galera: galeraSettings,
  arbiter: arbiterSettings,
  content: contentSettings,
  backoffice: backofficeSettings,
  standby: standbySettings,
} as const;
