/** The roles whose software must know of a release of content that it shows. */
import type { RoleName } from '../blueprint/schema.ts';
import { phpTakesReleases } from './php/releases.ts';
import type { TakesReleases } from './role.ts';

export const takesReleases: { readonly [Role in RoleName]?: TakesReleases } = { php: phpTakesReleases };
