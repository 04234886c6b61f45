/** Asks questions that come as lines of JSON, and prints each answer as one. */
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { createInterface } from 'node:readline';
import type { Answer, Question } from './served.ts';

const [ip = ''] = process.argv.slice(2);

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, question } = JSON.parse(line) as { id: number; question: Question };
  void ask(question).then((answer) => process.stdout.write(`${JSON.stringify({ id, answer })}\n`));
});

function ask({ method = 'GET', path, headers = [], body, from, port = 80, leavesAfterMs }: Question): Promise<Answer> {
  const beganMs = performance.now();
  const hasHost = headers.some(([name]) => name.toLowerCase() === 'host');
  const all = [...(hasHost ? [] : [['Host', 'www.shop.test'] as const]), ...headers];
  const localAddress = from === 'elsewhere' ? '127.0.0.2' : ip;
  return new Promise((resolve) => {
    const end = (answer: Omit<Answer, 'tookMs'>) => resolve({ ...answer, tookMs: performance.now() - beganMs });
    const sent = (port === 443 ? secureRequest : request)({
      ...{ host: ip, port, localAddress, method, path, agent: false, setHost: false, rejectUnauthorized: false },
      headers: all.flatMap(([name, value]) => [name, value]),
    });
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('close', () => {
        const { rawHeaders } = response;
        end({
          status: response.complete ? (response.statusCode ?? 0) : 0,
          headers: rawHeaders.flatMap((one, index) =>
            index % 2 === 0 ? [[one.toLowerCase(), rawHeaders[index + 1] ?? ''] as const] : [],
          ),
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    sent.on('error', () => end({ status: 0, headers: [], body: '' }));
    if (leavesAfterMs !== undefined) setTimeout(() => sent.destroy(), leavesAfterMs);
    sent.end(body);
  });
}
