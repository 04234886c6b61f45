import { describe, expect, onTestFinished, test } from 'vitest';
import { createClient, type Ask, type Client, type Outcome, type Target } from '../../../src/rehearse/load/client.ts';
import { createAuthority, issueCertificate } from '../../../src/store/certificates.ts';
import { httpServer, nobody, tcpServer, tlsServer } from './servers.ts';

const page: Ask = { method: 'GET', path: '/', isNewcomer: false };
const comment: Ask = { method: 'POST', path: '/comments', body: 'body=Goal%21', isNewcomer: false };

function clientOf(target: Target): Client {
  const client = createClient(target);
  onTestFinished(() => client.close());
  return client;
}

const ask = (client: Client, wanted: Ask) => new Promise<Outcome>((resolve) => client.send(wanted, resolve));

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('a request', () => {
  test('says what a browser would', async () => {
    const heard: unknown[] = [];
    const target = await httpServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const { host, cookie, connection } = request.headers;
        heard.push([request.method, request.url, host, cookie, connection, body]);
        response.end('ok');
      });
    });
    const client = clientOf(target);
    await ask(client, { ...page, path: '/search?q=cup' });
    await ask(client, { ...comment, cookie: 'session=1', isNewcomer: true });
    expect(heard).toEqual([
      ['GET', '/search?q=cup', 'www.example.test', undefined, undefined, ''],
      ['POST', '/comments', 'www.example.test', 'session=1', 'close', 'body=Goal%21'],
    ]);
  });

  test('uses a kept connection, unless it is to have its own', async () => {
    const ports = new Set<number | undefined>();
    const target = await httpServer((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    const client = clientOf(target);
    for (let turn = 0; turn < 3; turn++) await ask(client, page);
    expect([ports.size, client.counts.opened]).toEqual([1, 1]);
    for (let turn = 0; turn < 3; turn++) await ask(client, { ...page, isNewcomer: true });
    expect([ports.size, client.counts.opened]).toEqual([4, 4]);
  });

  test('does not wait for another', async () => {
    let open = 0;
    const target = await tcpServer((socket) => {
      open += 1;
      if (open === 20) socket.write(ok);
    });
    const client = clientOf(target);
    const outcome = await Promise.race(Array.from({ length: 20 }, () => ask(client, page)));
    expect(outcome.kind).toBe('answered');
  });

  test('takes no connection that was idle for long', async () => {
    const target = await httpServer((_, response) => response.end('ok'));
    const client = clientOf(target);
    await ask(client, page);
    client.tidy(performance.now() + 60_000);
    await ask(client, page);
    expect(client.counts).toEqual({ opened: 2, retried: 0 });
  });
});

describe('a kept connection that the server closes just as it is used', () => {
  /** Answers once, and closes when it is asked again; `heard` counts the requests that arrived. */
  async function closing(): Promise<{ target: Target; heard: () => number }> {
    let heard = 0;
    const target = await tcpServer((socket) => {
      let served = 0;
      socket.on('data', () => {
        heard += 1;
        served += 1;
        if (served === 1) socket.write(ok);
        else socket.destroy();
      });
    });
    return { target, heard: () => heard };
  }

  test('is made good for a GET, once', async () => {
    const { target } = await closing();
    const client = clientOf(target);
    await ask(client, page);
    expect(await ask(client, page)).toMatchObject({ kind: 'answered', answer: { status: 200 } });
    expect(client.counts).toEqual({ opened: 2, retried: 1 });
  });

  test('fails a POST, which is never sent twice', async () => {
    const { target, heard } = await closing();
    const client = clientOf(target);
    await ask(client, page);
    expect(await ask(client, comment)).toEqual({ kind: 'failed', why: 'reset', mayHaveArrived: true });
    expect([heard(), client.counts.retried]).toEqual([2, 0]);
  });

  test('fails a GET that had begun to be answered, and says so', async () => {
    let served = 0;
    const target = await tcpServer((socket) => {
      socket.on('data', () => {
        served += 1;
        if (served === 1) socket.write(ok);
        else socket.end(ok.slice(0, 20));
      });
    });
    const client = clientOf(target);
    await ask(client, page);
    expect(await ask(client, page)).toMatchObject({ kind: 'failed', why: 'cutShort' });
    expect(client.counts.retried).toBe(0);
  });

  test('fails a GET on a new connection at once', async () => {
    const client = clientOf(await tcpServer((socket) => socket.on('data', () => socket.destroy())));
    expect(await ask(client, page)).toMatchObject({ kind: 'failed', why: 'reset' });
    expect(client.counts).toEqual({ opened: 1, retried: 0 });
  });
});

describe('a request fails', () => {
  test('as refused where nobody listens, and cannot have arrived', async () => {
    const client = clientOf(await nobody());
    expect(await ask(client, comment)).toEqual({ kind: 'failed', why: 'refused', mayHaveArrived: false });
  });

  test('as garbled by an answer that is none', async () => {
    const client = clientOf(await tcpServer((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n\r\n')));
    expect(await ask(client, page)).toMatchObject({ kind: 'failed', why: 'garbled' });
  });

  test('as its sender says who gives up on it', async () => {
    const arrived = Promise.withResolvers<unknown>();
    const client = clientOf(await tcpServer((socket) => socket.on('data', arrived.resolve)));
    const outcome = new Promise<Outcome>((resolve) => {
      const exchange = client.send(comment, resolve);
      void arrived.promise.then(() => exchange.abandon('timeout'));
    });
    expect(await outcome).toEqual({ kind: 'failed', why: 'timeout', mayHaveArrived: true });
  });

  test('over TLS when the certificate is not known', async () => {
    const client = clientOf({ ...(await tcpServer((socket) => socket.write(ok))), tls: { authority: '' } });
    expect(await ask(client, page)).toMatchObject({ kind: 'failed', why: 'garbled', mayHaveArrived: false });
  });
});

test('over TLS it trusts the authority that it is given', async () => {
  const authority = await createAuthority('shop', Date.now());
  const pem = await issueCertificate(authority, ['www.example.test'], Date.now());
  const target = await tlsServer({ cert: pem, key: pem }, (_, response) => response.end('ok'));
  const client = clientOf({ ...target, tls: { authority: authority.certificate } });
  for (const isNewcomer of [false, false, true]) {
    expect(await ask(client, { ...page, isNewcomer })).toMatchObject({ kind: 'answered', answer: { status: 200 } });
  }
  expect(client.counts.opened).toBe(2);
});
