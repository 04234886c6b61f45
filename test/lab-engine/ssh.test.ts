import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { waitForSsh } from '../../src/engines/lab/ssh.ts';

let server: Server;
afterEach(() => {
  server.close();
});

test('who takes seconds to greet is asked once, and not again and again', async () => {
  let came = 0;
  server = createServer((socket) => {
    came += 1;
    setTimeout(() => socket.end('SSH-2.0-OpenSSH\r\n'), 1_500);
  });
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
  expect(await waitForSsh('127.0.0.1', (server.address() as AddressInfo).port)).toBe(true);
  expect(came).toBe(1);
});
