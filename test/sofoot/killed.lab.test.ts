/** `up` killed at any instant, and run again: it converges. The instants come from a seed, which a failure names. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLabEngine } from '../../src/engines/lab/index.ts';
import type { PlatformName } from '../../src/model/ids.ts';
import { killOnTheWay } from '../lab/kill.ts';
import { machinesOf } from '../lab/machines.ts';
import { createRandom } from '../lab/random.ts';
import { eventually, home, spillway, spillwayJson, start } from '../lab/spillway.ts';
import { atTerminal } from '../lab/terminal.ts';

const platform = 'test-killed';
const seed = Number(process.env.SPILLWAY_SEED ?? 8);
const random = createRandom(seed);
const folder = mkdtempSync(join(tmpdir(), 'spillway-killed-'));

const up = ['up', 'sofoot', '--as', platform];
const down = () => spillway('down', platform, '--yes');
/** How long a whole `up` takes on this host now: instants are drawn from all of it. */
let wholeMs = 0;

beforeAll(async () => {
  await down();
  const { steps } = (await spillwayJson('plan', ...up.slice(1))) as { steps: readonly { kind: string }[] };
  if (steps.some(({ kind }) => kind === 'build-image')) {
    // It takes a minute, once: instants drawn from that would all hit the build.
    await spillway(...up);
    await down();
  }
  const beganMs = Date.now();
  const { code, stdout, stderr } = await spillway(...up);
  expect(code, stdout + stderr).toBe(0);
  wholeMs = Date.now() - beganMs;
});

afterAll(async () => {
  await down();
  rmSync(folder, { recursive: true, force: true });
});

/** Kills `up` on the way so often, then lets it end: the platform must be as it is wanted, and well. */
async function expectConvergence(words: readonly string[], spanMs: number, kills: number): Promise<void> {
  const afterMs = await killOnTheWay(words, { spanMs, kills, random });
  const { code, stdout, stderr } = await spillway(...words);
  expect(code, `killed after ${afterMs.join(', ')} ms: ${stdout}${stderr}`).toBe(0);
  const asked = words.slice(1).filter((word) => word !== '--from-here');
  expect(await spillwayJson('plan', ...asked)).toMatchObject({ empty: true });
}

describe(`\`up\`, killed with SIGKILL (SPILLWAY_SEED=${seed})`, () => {
  test('from nothing, five times on the way', async () => {
    await down();
    await expectConvergence(up, wholeMs, 5);
    expect((await spillway('status', platform)).code).toBe(0);
  });

  test('while it mends: a drifted file, a stopped service, a dead machine', async () => {
    const lab = machinesOf(platform);
    await lab.on('web-1', 'echo "# edited" >> /etc/nginx/nginx.conf');
    await lab.on('balancer-2', 'rm /etc/keepalived/keepalived.conf');
    await lab.on('web-3', 'systemctl stop php8.2-fpm');
    await lab.powerOff('database-2');
    await lab.powerOff('web-2');
    lab.close();
    await expectConvergence(up, wholeMs / 2, 4);
    expect((await spillway('status', platform)).code).toBe(0);
  });

  test('while it replaces machines, whose flavour is another one', async () => {
    cpSync(join(home, 'blueprints/sofoot'), folder, { recursive: true });
    const file = join(folder, 'blueprint.yaml');
    const text = readFileSync(file, 'utf8');
    const changed = text.replace('flavour: host-32, serves: 450', 'flavour: sp-64, serves: 450');
    expect(changed).not.toBe(text);
    writeFileSync(file, changed);
    await expectConvergence(['up', file, '--as', platform, '--from-here'], wholeMs, 4);
    const { machines } = await createLabEngine().list(platform as PlatformName);
    const webs = machines.filter(({ pool, state }) => pool === 'web' && state === 'running');
    expect(webs.map(({ flavour }) => flavour)).toEqual(['sp-64', 'sp-64', 'sp-64']);
  });
});

describe('Ctrl-C', () => {
  test('lets steps end that run, and says how many are left', async () => {
    await spillway('down', platform, '--yes');
    const { child, ended } = start('up', 'sofoot', '--as', platform);
    // Most of the work is still to come then, on any host.
    await eventually(
      async () => (await createLabEngine().list(platform as PlatformName)).machines,
      ({ length }) => length > 0,
    );
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/stopped by hand, with \d+ steps? left/);
  });

  test('at a terminal says what may end and what is left, gives the cursor back, and `up` goes on', async () => {
    await spillway('down', platform, '--yes');
    const terminal = atTerminal('up', 'sofoot', '--as', platform);
    await eventually(
      async () => terminal.shows(),
      (text) => /✔\S* Machines/.test(text),
    );
    terminal.ctrlC();
    const { code, shows, cursor } = await terminal.ended;
    expect(shows).toMatch(/stopping: \d+ steps? may end, \d+ will be left/);
    expect(shows).toMatch(/stopped by hand, with \d+ steps? left/);
    expect({ code, cursor }).toEqual({ code: 1, cursor: 'shown' });
    await expectToGoOn();
  });

  test('twice ends at once', async () => {
    await spillway('down', platform, '--yes');
    const terminal = atTerminal('up', 'sofoot', '--as', platform);
    await eventually(
      async () => terminal.shows(),
      // Configuring takes longer than the look for what is shown; networks are there before a second Ctrl-C is.
      (text) => /✔\S* Machines/.test(text),
    );
    terminal.ctrlC();
    await eventually(
      async () => terminal.shows(),
      (text) => text.includes('stopping: '),
    );
    terminal.ctrlC();
    const { code, shows, cursor } = await terminal.ended;
    expect(shows).not.toContain('stopped by hand');
    expect({ code, cursor }).toEqual({ code: 1, cursor: 'shown' });
    await expectToGoOn();
  });

  async function expectToGoOn() {
    const { code, stdout, stderr } = await spillway('up', 'sofoot', '--as', platform);
    expect(code, stdout + stderr).toBe(0);
    expect(await spillwayJson('plan', platform)).toMatchObject({ empty: true });
  }
});

describe('`down`, killed on the way', () => {
  test('is ended by another `down`', async () => {
    const { child, ended } = start('down', platform, '--yes');
    await new Promise((resolve) => setTimeout(resolve, 900));
    child.kill('SIGKILL');
    await ended;
    const { code, stderr } = await spillway('down', platform, '--yes');
    // 2: the first had ended already, and there is nothing left to remove.
    expect([0, 2], stderr).toContain(code);
    expect((await spillwayJson('status')).platforms).not.toContain(platform);
  });
});
