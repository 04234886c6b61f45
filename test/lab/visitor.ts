/** A visitor on the platform's public network. */
import { createLabEngine } from '../../src/engines/lab/index.ts';
import type { PlatformName } from '../../src/model/ids.ts';
import { join } from 'node:path';
import { output, startProcess } from './spillway.ts';

export async function visitorOf(platform: string) {
  const { argv, ip } = await createLabEngine().visitor(platform as PlatformName);
  const [command = '', ...words] = argv;
  return {
    ip,
    /** Runs a program as the visitor and resolves with what it printed. */
    run: (...program: readonly string[]) => output(command, ...words, ...program),
    curl: async (...options: readonly string[]) => {
      const { code, stdout, stderr } = await startProcess(command, [
        ...words,
        'curl',
        '-s',
        '--max-time',
        '10',
        ...options,
      ]).ended;
      return { code, body: stdout, stderr };
    },
    /** The ports of addresses that answer, by being opened or by refusing. */
    async answering(addresses: readonly string[], ...ranges: readonly string[]): Promise<Record<string, number[]>> {
      const scan = join(import.meta.dirname, 'scan.ts');
      const found = await output(command, ...words, process.execPath, scan, addresses.join(), ...ranges);
      return JSON.parse(found) as Record<string, number[]>;
    },
  };
}
