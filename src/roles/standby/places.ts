/** Where things lie on machines that run services or stand by; the same on all of them. */

export const folders = {
  configuration: '/etc/spillway/standby',
  /** A folder a service; all of it is copied. */
  documents: '/srv/standby',
};

/**
 * Says which documents these are: made by the first machine that runs the services, and copied with them. Who has one
 * fetches from nobody who has another one: a machine that was made anew and empty must not cost the last good copy.
 */
export const origin = `${folders.documents}/.origin`;

/** When the last fetch began that came to its end, in seconds since 1970; absent where none ever did. */
export const copied = '/var/lib/spillway/standby-copied';

export const fetchScript = '/usr/local/lib/spillway/fetch-standby';

/** Chosen: not rsync's own, so that content can be served beside it. */
export const dataPort = 8730;

export const serveUnit = (service: string): string => `spillway-serve@${service}.service`;
export const confOf = (service: string): string => `${folders.configuration}/serve-${service}.conf`;
/** `%i` in a unit's template stands for the service. */
export const pidOf = (service: string): string => `/run/spillway-serve-${service}.pid`;
/** Is there while it starts with the machine. */
export const enabledOf = (service: string): string =>
  `/etc/systemd/system/multi-user.target.wants/${serveUnit(service)}`;

export const fetchUnit = 'spillway-standby-fetch';
