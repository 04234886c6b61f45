import { databasePort } from '../databases.ts';

/** Where each node tells how it is, over HTTP. Chosen: the next after Galera's own three. */
export const statePort = 4569;

export const galeraDoor = { port: databasePort, health: { port: statePort, path: '/writes' } };
