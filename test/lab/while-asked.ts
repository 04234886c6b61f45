/** Visitors who ask a platform for a page all the while that something happens to it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createLabEngine } from '../../src/engines/lab/index.ts';
import type { PlatformName } from '../../src/model/ids.ts';
import { home } from './spillway.ts';

interface Asked<Result> {
  readonly result: Result;
  /** Requests that were sent. */
  readonly asked: number;
  /** One line for each that got no good answer in time. */
  readonly lost: readonly string[];
}

export async function whileAsked<Result>(
  platform: string,
  work: () => Promise<Result>,
  { url = 'http://203.0.113.10/', perSecond = 20, method = 'GET' } = {},
): Promise<Asked<Result>> {
  const { argv } = await createLabEngine().visitor(platform as PlatformName);
  const asking = [...argv, process.execPath, join(home, 'test/lab/keep-asking.ts'), url, String(perSecond), method];
  const child = spawn('env', asking, { stdio: ['pipe', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const ended = new Promise((resolve) => child.on('close', resolve));
  let result;
  try {
    result = await work();
  } finally {
    child.stdin.end();
    await ended;
  }
  return { result, ...(JSON.parse(printed) as { asked: number; lost: readonly string[] }) };
}
