/** How long nobody answers a visitor on the public side while something happens. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SpillwayError } from '../../../model/errors.ts';
import type { Visitor } from '../../toolbox.ts';
import type { Probed } from './probe.ts';

export interface Asked {
  readonly ip: string;
  readonly host: string;
  readonly path: string;
}

/** 300 requests/s. */
const everyMs = 1000 / 300;
/** Chosen: twenty times what an answer takes, and a fraction of the gaps that are looked for. */
const waitMs = 100;

/** Begins once the visitor is answered, ends when `happening` does. */
export async function longestGap(
  visitor: Visitor,
  { ip, host, path }: Asked,
  happening: () => Promise<void>,
): Promise<Probed> {
  const program = fileURLToPath(import.meta.resolve('./probe.ts'));
  const words = [ip, host, path, everyMs, waitMs].map(String);
  const [command = '', ...argv] = [...visitor.argv, process.execPath, program, ...words];
  const child = spawn(command, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done === true) throw silent(ip);
    return value;
  };
  const tooLong = setTimeout(() => child.kill(), beginningMs);
  try {
    await line();
    clearTimeout(tooLong);
    await happening();
    child.stdin.end();
    return JSON.parse(await line()) as Probed;
  } finally {
    clearTimeout(tooLong);
    child.kill();
  }
}

/** Chosen: whoever is not answered for so long will not be. */
const beginningMs = 20_000;

function silent(ip: string): SpillwayError {
  return new SpillwayError({
    code: 'bench-no-answer',
    message: `nobody answers at ${ip}`,
    mend: 'the measurement was given up; the platform is removed',
  });
}
