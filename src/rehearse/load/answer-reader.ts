/**
 * Reads one HTTP/1.1 answer as its bytes come, in whatever pieces, and keeps only
 * what a load must know of it. Node's own clients cost half as much again and
 * more, and have opinions about when to try again (decision 0007).
 */

export interface Answer {
  readonly status: number;
  /** The server said when to come back. */
  readonly hasRetryAfter: boolean;
  /** The next request may use the same connection. */
  readonly keepsOpen: boolean;
  /** `name=value` of each cookie that was set. */
  readonly cookies: readonly string[];
}

/** `garbled` is no HTTP/1.1, or more than was announced. */
export type Progress = 'more' | 'done' | 'garbled';

export interface AnswerReader {
  /** Of the last answer that was read to its end. */
  readonly answer: Answer;
  /** Whether any byte of the present answer has come. */
  readonly hasBegun: boolean;
  push(bytes: Buffer): Progress;
  /** The server closed: with some answers, that is their end. */
  end(): Progress;
  /** Gets ready for the next answer. */
  reset(): void;
}

/** Chosen: HAProxy and nginx send at most 16 kB of head with their defaults. */
const longestHeadBytes = 64 * 1024;

const endOfHead = Buffer.from('\r\n\r\n');
const carriageReturn = 13;
const lineFeed = 10;

type State = 'head' | 'length' | 'chunk-size' | 'chunk-extension' | 'chunk-data' | 'trailer' | 'until-close' | 'done';

export function createAnswerReader(): AnswerReader {
  let state: State = 'head';
  let head: Buffer | undefined;
  let answer: Answer = { status: 0, hasRetryAfter: false, keepsOpen: false, cookies: [] };
  /** Bytes to pass over, in `length` and `chunk-data`; the size read so far, in `chunk-size`. */
  let left = 0;
  /** Characters of the present line, in `chunk-size` and `trailer`. */
  let lineChars = 0;

  function push(bytes: Buffer): Progress {
    let at = 0;
    while (at < bytes.length) {
      if (state === 'done') return 'garbled';
      const next = step(bytes, at);
      if (next < 0) return 'garbled';
      at = next;
    }
    return state === 'done' ? 'done' : 'more';
  }

  /** Where to read on, or -1. */
  function step(bytes: Buffer, at: number): number {
    switch (state) {
      case 'head':
        return readHead(bytes, at);
      case 'length':
      case 'chunk-data': {
        const taken = Math.min(left, bytes.length - at);
        left -= taken;
        if (left === 0) begin(state === 'length' ? 'done' : 'chunk-size');
        return at + taken;
      }
      case 'chunk-size':
        return readSize(bytes[at] ?? 0) ? at + 1 : -1;
      case 'chunk-extension':
        if (bytes[at] === lineFeed) endSize();
        return at + 1;
      case 'trailer': {
        if (bytes[at] === lineFeed) {
          if (lineChars === 0) state = 'done';
          lineChars = 0;
        } else if (bytes[at] !== carriageReturn) lineChars += 1;
        return at + 1;
      }
      case 'until-close':
      case 'done':
        return bytes.length;
    }
  }

  function begin(next: State): void {
    state = next;
    left = 0;
    lineChars = 0;
  }

  function readHead(bytes: Buffer, at: number): number {
    const earlier = head?.length ?? 0;
    const all = head === undefined ? bytes.subarray(at) : Buffer.concat([head, bytes.subarray(at)]);
    // The end may lie across two pieces.
    const end = all.indexOf(endOfHead, Math.max(0, earlier - endOfHead.length + 1));
    if (end < 0) {
      // The bytes belong to the socket, which may use them again.
      head = Buffer.from(all);
      return head.length > longestHeadBytes ? -1 : bytes.length;
    }
    head = undefined;
    if (!readFields(all.toString('latin1', 0, end))) return -1;
    return at + end + endOfHead.length - earlier;
  }

  function readFields(text: string): boolean {
    const [, minor, digits] = /^HTTP\/1\.([01]) (\d{3})/.exec(text) ?? [];
    const status = Number(digits);
    if (digits === undefined || status < 100) return false;
    // Interim answers, such as 103 Early Hints, come before the one that counts.
    if (status < 200) return status !== 101;
    const connection = /\r\nconnection: *([^\r]*)/i.exec(text)?.[1]?.toLowerCase() ?? '';
    const isChunked = /\r\ntransfer-encoding:[^\r]*chunked/i.test(text);
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    const hasBody = status !== 204 && status !== 304;
    const isDelimited = !hasBody || isChunked || length !== undefined;
    answer = {
      status,
      hasRetryAfter: /\r\nretry-after:/i.test(text),
      keepsOpen: isDelimited && (minor === '1' ? !connection.includes('close') : connection.includes('keep-alive')),
      cookies: Array.from(text.matchAll(/\r\nset-cookie: *([^;\r]+)/gi), ([, cookie = '']) => cookie.trim()),
    };
    if (!isDelimited) begin('until-close');
    else if (hasBody && isChunked) begin('chunk-size');
    else {
      begin('length');
      left = hasBody ? Number(length) : 0;
      if (left === 0) state = 'done';
    }
    return true;
  }

  /** False for what is no part of a chunk's size. */
  function readSize(byte: number): boolean {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      left = left * 16 + digit;
      lineChars += 1;
      // 2^44 bytes is no page; more digits would only lose precision.
      return lineChars <= 11;
    }
    // After a chunk's data its line ends, and that looks like an empty size.
    if (byte === carriageReturn) return true;
    if (byte === lineFeed) {
      if (lineChars > 0) endSize();
      return true;
    }
    if (lineChars === 0) return false;
    if (byte !== semicolon && byte !== space) return false;
    state = 'chunk-extension';
    return true;
  }

  function endSize(): void {
    const size = left;
    begin(size === 0 ? 'trailer' : 'chunk-data');
    left = size;
  }

  return {
    get answer() {
      return answer;
    },
    get hasBegun() {
      return state !== 'head' || head !== undefined;
    },
    push,
    end() {
      if (state !== 'until-close') return 'garbled';
      state = 'done';
      return 'done';
    },
    reset() {
      begin('head');
      head = undefined;
    },
  };
}

const semicolon = 59;
const space = 32;

/** -1 for another character. */
function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
