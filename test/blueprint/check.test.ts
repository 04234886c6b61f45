/** `spillway check` from outside: what a person sees, and the exit code. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { repository, sofoot } from './sofoot.ts';

// Each starts a process, on a machine where others may be at work.
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'spillway-check-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('each problem is shown with its line, a caret and the mend; exit 2', () => {
  expect(check(sofoot.replace('to: web, health', 'to: wbe, health').replace('rto: 30s', 'rto: 30'))).toEqual({
    status: 2,
    stdout: '',
    stderr: `blueprint.yaml:74:63: there is no pool \`wbe\`
  74 |   - { address: www, host: [www.sofoot.test, sofoot.test], to: wbe, health: /health }
     |                                                               ^^^
  mend: did you mean \`web\`?

blueprint.yaml:106:8: the unit is missing
  106 |   rto: 30 # chosen
      |        ^^
  mend: write a duration with its unit, for example \`30s\`

2 problems in blueprint.yaml
mend: docs/reference.md lists every key
`,
  });
});

test.each([
  { what: 'an empty file', bytes: '', says: 'blueprint.yaml:1:1: this blueprint is empty' },
  { what: '10 MB', bytes: 'a: b\n'.repeat(2e6), says: 'blueprint.yaml:1:1: this is 10,000 kB' },
  { what: 'bytes', bytes: Buffer.from([0xff, 0xfe, 0, 1]), says: 'blueprint.yaml:1:1: this is not text in UTF-8' },
])('$what: one problem and exit 2, no stack trace', ({ bytes, says }) => {
  const { status, stderr } = check(bytes);
  expect(status).toBe(2);
  expect(stderr).toContain(says);
  expect(stderr).toContain('1 problem in blueprint.yaml');
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('for programs each problem is data; its path is as it stands in the file', () => {
  const { status, stdout } = check(
    sofoot.replace('networks:\n  public: { kind: public', 'netwroks:\n  public: { kind: pubic'),
    '--json',
  );
  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    error: {
      code: 'blueprint',
      problems: [
        { code: 'unknown-key', line: 16, column: 1, width: 8, path: ['netwroks'] },
        { code: 'wrong-value', line: 17, column: 19, width: 5, path: ['netwroks', 'public', 'kind'] },
      ],
    },
  });
});

function check(text: string | Uint8Array, ...options: string[]) {
  writeFileSync(join(folder, 'blueprint.yaml'), text);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(repository, 'src/main.ts'), 'check', 'blueprint.yaml', ...options],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', SPILLWAY_STATE: folder } },
  );
  return { status, stdout, stderr };
}
