/** As much of HAProxy as membership needs: one process, its servers, and the rules by which 2.6 accepts commands. */
import type { SeenServer } from '../../../src/runtime/haproxy/membership.ts';

export type Server = { -readonly [Key in keyof SeenServer]: SeenServer[Key] } & { configured: boolean };

export class ImaginedHaproxy {
  readonly refused: string[] = [];
  servers: Server[];
  constructor(servers: readonly Server[]) {
    this.servers = servers.map((server) => ({ ...server }));
  }

  perform(command: string): void {
    const [, id = '', rest = ''] =
      /^(?:add server|del server|enable health|enable server|set server) (\S+) ?(.*)$/.exec(command) ?? [];
    const [backend = '', name = ''] = id.split('/');
    const server = this.servers.find((one) => one.backend === backend && one.name === name);
    const refuse = () => this.refused.push(command);
    if (command.startsWith('add server')) {
      const [, ip = '', port = ''] = /^([\d.]+):(\d+) /.exec(rest) ?? [];
      if (server !== undefined) refuse();
      else {
        const added = { backend, name, ip, port: Number(port), ordered: 'maint', checked: false, weight: 100 } as const;
        this.servers.push({ ...added, sessions: 0, configured: false });
      }
    } else if (server === undefined) refuse();
    else if (command.startsWith('del server')) {
      if (server.ordered !== 'maint' || server.sessions > 0) refuse();
      else this.servers = this.servers.filter((one) => one !== server);
    } else if (command.startsWith('enable health')) server.checked = true;
    else if (command.startsWith('enable server'))
      server.ordered = server.ordered === 'maint' ? 'ready' : server.ordered;
    else server.ordered = /^state (ready|drain|maint)$/.exec(rest)?.[1] as Server['ordered'];
  }

  /** Whoever gets no new requests ends one of those that it has. */
  pass(): void {
    for (const server of this.servers) if (server.ordered !== 'ready' && server.sessions > 0) server.sessions -= 1;
  }
}
