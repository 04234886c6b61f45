/** The two kinds of route: visits by host name and path, and connections to a port. */
import type { Blueprint } from './schema.ts';

export type Route = Blueprint['routes'][number];
export type WebRoute = Extract<Route, { readonly host: unknown }>;
export type PortRoute = Extract<Route, { readonly port: unknown }>;

type Routes = Pick<Blueprint, 'routes'>;

export const isWebRoute = (route: Route): route is WebRoute => 'host' in route;
export const isPortRoute = (route: Route): route is PortRoute => 'port' in route;

export const webRoutes = ({ routes }: Routes): readonly WebRoute[] => routes.filter(isWebRoute);
export const portRoutes = ({ routes }: Routes): readonly PortRoute[] => routes.filter(isPortRoute);
