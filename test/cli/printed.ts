import { vi } from 'vitest';

/** What is printed meanwhile. */
export function printed(use: () => void): string {
  const text: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text.push(String(chunk));
    return true;
  });
  try {
    use();
  } finally {
    spy.mockRestore();
  }
  return text.join('');
}
