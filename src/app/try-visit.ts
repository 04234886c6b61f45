/** A short visit of a site, as a visitor would make it: a page, every machine behind it, and TLS. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { SpillwayError } from '../model/errors.ts';

export interface Visit {
  readonly what: string;
  readonly says: string;
}

/** Chosen: three times round a small pool. */
const rounds = 9;

/** Throws a SpillwayError that says what did not work. */
export async function tryVisit(url: string, authority: string, host: string): Promise<readonly Visit[]> {
  const { hostname } = new URL(url);
  const page = await get({ hostname, path: '/', host });
  const title = /<title>([^<]*)<\/title>/.exec(page.body)?.[1]?.trim() ?? 'no title';

  const served = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    const { headers } = await get({ hostname, path: '/search?q=cup', host });
    served.add(String(headers['x-served-by'] ?? 'nobody'));
  }
  const secure = await get({ hostname, path: '/', host, authority });
  return [
    { what: 'the front page answers', says: `“${title}”, ${Math.round(page.body.length / 1024)} KB` },
    { what: `${served.size} machines answer in turn`, says: [...served].sort().join(', ') },
    { what: 'TLS verifies', says: `${host}, by the platform's own authority, status ${secure.status}` },
  ];
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

function get({
  hostname,
  path,
  host,
  authority,
}: {
  hostname: string;
  path: string;
  host: string;
  authority?: string;
}): Promise<Answer> {
  const common = { hostname, path, headers: { host }, timeout: 10_000 };
  return new Promise((resolve, reject) => {
    const failed = (why: string, cause?: unknown) => {
      const message = `${authority === undefined ? 'http' : 'https'}://${host}${path} does not answer: ${why}`;
      reject(new SpillwayError({ code: 'visit-failed', message, mend: 'see `spillway status sofoot`', cause }));
    };
    const receive = (response: IncomingMessage) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        if (status === 200) resolve({ status, headers: response.headers, body });
        else failed(`status ${status}`);
      });
    };
    const sent =
      authority === undefined
        ? httpRequest(common, receive)
        : httpsRequest({ ...common, ca: authority, servername: host }, receive);
    sent.on('error', (error) => {
      failed(error.message, error);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 10 s')));
    sent.end();
  });
}
