/** `up` killed at any instant, and run again: it converges. The instants come from a seed, which a failure names. */
import { afterAll, describe, expect, test } from 'vitest';
import { createRandom } from '../lab/random.ts';
import { eventually, spillway, spillwayJson, start } from '../lab/spillway.ts';
import { atTerminal } from '../lab/terminal.ts';

const platform = 'test-killed';
const seed = Number(process.env.SPILLWAY_SEED ?? 8);
const random = createRandom(seed);

/** 5 times from nothing, and each time 4 kills on the way: 20 instants. */
const rounds = 5;
const killsPerRound = 4;
/** Chosen: a whole `up` takes 10 to 15 s here, so four parts of this reach into every stage of it. */
const longestPartMs = 4_500;

afterAll(() => spillway('down', platform, '--yes'));

describe(`\`up\`, killed with SIGKILL (SPILLWAY_SEED=${seed})`, () => {
  test.each(Array.from({ length: rounds }, (_, round) => round + 1))(
    'round %i: four times on the way, and then left to end',
    async () => {
      await spillway('down', platform, '--yes');
      const instants: number[] = [];
      for (let kill = 0; kill < killsPerRound; kill++) {
        const afterMs = Math.round(300 + random() * longestPartMs);
        instants.push(afterMs);
        const { child, ended } = start('up', 'sofoot', '--as', platform);
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        child.kill('SIGKILL');
        await ended;
      }
      const { code, stdout, stderr } = await spillway('up', 'sofoot', '--as', platform);
      expect(code, `killed after ${instants.join(', ')} ms: ${stdout}${stderr}`).toBe(0);
      expect(await spillwayJson('plan', platform)).toMatchObject({ empty: true });
      expect((await spillway('status', platform)).code).toBe(0);
    },
  );
});

describe('Ctrl-C', () => {
  test('lets steps end that run, says how many are left, and `up` goes on from there', async () => {
    await spillway('down', platform, '--yes');
    const { child, ended } = start('up', 'sofoot', '--as', platform);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/stopped by hand, with \d+ steps? left/);
    await expectToGoOn();
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
    expect({ code, cursor }).toEqual({ code: 1, cursor: 'shown' });
    await expectToGoOn();
  });

  test('twice ends at once', async () => {
    await spillway('down', platform, '--yes');
    const terminal = atTerminal('up', 'sofoot', '--as', platform);
    await eventually(
      async () => terminal.shows(),
      (text) => text.includes('Machines'),
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
    expect((await spillway('up', 'sofoot', '--as', platform)).code).toBe(0);
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
