/** Servers on this host that do what servers do, good and bad. */
import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Target } from '../../../src/rehearse/load/client.ts';

export async function httpServer(answer: RequestListener): Promise<Target> {
  return listen(createHttpServer(answer));
}

export async function tlsServer(pem: { cert: string; key: string }, answer: RequestListener): Promise<Target> {
  return listen(createTlsServer(pem, answer));
}

/** For what an HTTP server would not do. */
export async function tcpServer(serve: (socket: Socket) => void): Promise<Target> {
  const open = new Set<Socket>();
  const server = createTcpServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    serve(socket);
  });
  onTestFinished(() => open.forEach((socket) => socket.destroy()));
  return listen(server);
}

/** A port on which nobody listens. */
export async function nobody(): Promise<Target> {
  const server = createTcpServer();
  const target = await bind(server);
  await new Promise((resolve) => server.close(resolve));
  return target;
}

async function listen(server: Server | HttpServer): Promise<Target> {
  onTestFinished(() => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
  return bind(server);
}

async function bind(server: Server): Promise<Target> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { ip: '127.0.0.1', port: (server.address() as AddressInfo).port, host: 'www.example.test' };
}
