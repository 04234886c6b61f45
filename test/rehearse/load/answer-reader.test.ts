import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAnswerReader, type Answer, type Progress } from '../../../src/rehearse/load/answer-reader.ts';

const head = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;

/** Pushes the text in pieces of the given sizes, in turn, over and over. */
function read(text: string, sizes: readonly number[] = [text.length]): { last: Progress; answer: Answer } {
  const bytes = Buffer.from(text, 'latin1');
  const reader = createAnswerReader();
  let last: Progress = 'more';
  for (let at = 0, turn = 0; at < bytes.length && last !== 'garbled'; turn++) {
    const size = sizes[turn % sizes.length]!;
    // A copy that is then wiped, as a socket uses its memory again.
    const piece = Buffer.from(bytes.subarray(at, at + size));
    last = reader.push(piece);
    piece.fill(0);
    at += size;
  }
  return { last, answer: reader.answer };
}

const whole: Record<string, { text: string; answer: Partial<Answer> }> = {
  'a body of known length': {
    text: `${head('HTTP/1.1 200 OK', 'Content-Length: 5')}hello`,
    answer: { status: 200, keepsOpen: true, hasRetryAfter: false, cookies: [] },
  },
  'an empty body': {
    text: head('HTTP/1.1 404 Not Found', 'content-length:0'),
    answer: { status: 404, keepsOpen: true },
  },
  'no body where none can be': { text: head('HTTP/1.1 304 Not Modified'), answer: { status: 304, keepsOpen: true } },
  chunks: {
    text: `${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}5\r\nhello\r\nA;name=x\r\n0\r\n\r\n56789\r\n0\r\n\r\n`,
    answer: { status: 200, keepsOpen: true },
  },
  'chunks with a trailer': {
    text: `${head('HTTP/1.1 200 OK', 'transfer-encoding: gzip, chunked')}1f\r\n${'x'.repeat(31)}\r\n00\r\nA: b\r\nC: d\r\n\r\n`,
    answer: { status: 200 },
  },
  'an interim answer before it': {
    text: `${head('HTTP/1.1 103 Early Hints', 'Link: </site.css>')}${head('HTTP/1.1 200 OK', 'Content-Length: 2')}ok`,
    answer: { status: 200 },
  },
  'a server that closes afterwards': {
    text: `${head('HTTP/1.1 200 OK', 'Content-Length: 2', 'Connection: Close')}ok`,
    answer: { keepsOpen: false },
  },
  'an old server': {
    text: `${head('HTTP/1.0 200 OK', 'Content-Length: 2')}ok`,
    answer: { keepsOpen: false },
  },
  'a full platform': {
    text: head('HTTP/1.1 503 Service Unavailable', 'Retry-After: 3', 'Content-Length: 0'),
    answer: { status: 503, hasRetryAfter: true },
  },
  cookies: {
    text: head('HTTP/1.1 303 See Other', 'Set-Cookie: a=1; Path=/', 'set-cookie: b=x=y; HttpOnly', 'Content-Length: 0'),
    answer: { status: 303, cookies: ['a=1', 'b=x=y'] },
  },
};

describe('an answer with', () => {
  test.each(Object.entries(whole))('%s is read', (_, { text, answer }) => {
    const { last, answer: found } = read(text);
    expect(last).toBe('done');
    expect(found).toMatchObject(answer);
  });

  test.each(Object.entries(whole))('%s is read the same in whatever pieces it comes', (_, { text }) => {
    const expected = read(text);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 30 }), (sizes) => {
        expect(read(text, sizes)).toEqual(expected);
      }),
    );
  });

  test.each(Object.entries(whole))('%s is not done before its last byte', (_, { text }) => {
    for (let end = 1; end < text.length; end++) expect(read(text.slice(0, end)).last).toBe('more');
  });
});

test('a body without a length ends when the server closes', () => {
  const reader = createAnswerReader();
  expect(reader.push(Buffer.from(`${head('HTTP/1.1 200 OK')}some`))).toBe('more');
  expect(reader.push(Buffer.from('thing'))).toBe('more');
  expect(reader.end()).toBe('done');
  expect(reader.answer).toMatchObject({ status: 200, keepsOpen: false });
});

test('any other body that ends with the connection is none', () => {
  const reader = createAnswerReader();
  reader.push(Buffer.from(`${head('HTTP/1.1 200 OK', 'Content-Length: 5')}hell`));
  expect(reader.end()).toBe('garbled');
});

test.each([
  ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
  ['a switch of protocols', head('HTTP/1.1 101 Switching Protocols')],
  ['more than was announced', `${head('HTTP/1.1 200 OK', 'Content-Length: 2')}okay`],
  ['a chunk without a size', `${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}xyz\r\n`],
  ['a chunk larger than the world', `${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}ffffffffffffffff\r\n`],
  ['a head without an end', 'HTTP/1.1 200 OK\r\n'.repeat(5000)],
])('%s is garbled', (_, text) => {
  expect(read(text).last).toBe('garbled');
  expect(read(text, [7]).last).toBe('garbled');
});

test('one reader reads one answer after the other', () => {
  const reader = createAnswerReader();
  for (const status of [200, 404, 503]) {
    expect(reader.hasBegun).toBe(false);
    expect(reader.push(Buffer.from(`HTTP/1.1 ${status} x\r\nContent-`))).toBe('more');
    expect(reader.hasBegun).toBe(true);
    expect(reader.push(Buffer.from('Length: 2\r\n\r\nok'))).toBe('done');
    expect(reader.answer.status).toBe(status);
    reader.reset();
  }
});
