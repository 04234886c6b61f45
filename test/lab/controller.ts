/** `spillway control` in a process of its own, with what it prints. */
import { start } from './spillway.ts';

export interface Line {
  readonly kind: string;
  readonly decision?: { readonly says: string };
  readonly from?: { readonly pid: number };
  readonly error?: { readonly code: string; readonly message: string };
}

export interface Controller extends ReturnType<typeof start> {
  readonly lines: readonly Line[];
  readonly kill: () => Promise<void>;
}

export function startController(platform: string, ...words: readonly string[]): Controller {
  const controller = start('control', platform, '--json', ...words);
  const lines: Line[] = [];
  let rest = '';
  controller.child.stdout?.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts.map((line) => JSON.parse(line) as Line));
  });
  const kill = async () => {
    controller.child.kill('SIGKILL');
    await controller.ended;
  };
  return { ...controller, lines, kill };
}
