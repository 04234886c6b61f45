import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Toolbox } from '../../src/app/toolbox.ts';
import type { Work } from '../../src/app/work.ts';
import { aboutToPlay, nextCommands, whyNoMore } from '../../src/cli/demo.ts';
import { rehearseWithView } from '../../src/cli/rehearsal.ts';
import { partOf } from '../../src/rehearse/scenario/part-of.ts';
import { scenarioNamed } from '../rehearse/scenario/sofoot.ts';
import { imaginedToolbox } from '../app/imagined-toolbox.ts';
import { run } from './run-words.ts';
import { wrongCommands } from './wrong-commands.ts';

const scenario = scenarioNamed('triple-in-20s');

test('what is about to be played is said in one sentence, and in a second one how much of it', () => {
  const all =
    'Now three times the visitors in 20 s, on these machines (triple-in-20s): about 4 minutes; Ctrl-C ends it, and the platform stays up.';
  expect(aboutToPlay(scenario)).toBe(all);
  const part = partOf(scenario, 0.55, whyNoMore({ cores: 2, others: 0.62 }));
  expect(aboutToPlay(part)).toBe(
    `${all}\nIt is 55 % of the peak, 1,650 of 3,000 requests/s: this host carries no more, with its 2 cores of which others use 0.6. All of it: ./spillway demo --full`,
  );
  expect(wrongCommands(aboutToPlay(part))).toEqual([]);
  expect(whyNoMore({ cores: 2, others: 0.04 })).toBe('this host carries no more with its 2 cores');
});

test('what it says to go on with can be typed as it stands', () => {
  const text = nextCommands('http://203.0.113.10/', 'www.sofoot.test');
  expect(wrongCommands(text)).toEqual([]);
  for (const one of ['rehearse sofoot triple-in-20s --report ', 'control sofoot', 'scale sofoot web 5'])
    expect(text).toContain(`  ./spillway ${one}`);
});

test.each(['report', 'recording'])('a %s that cannot be written is refused before anything is played', async (what) => {
  const playing = rehearseWithView({} as Work, {
    ...{ name: 'triple-in-20s', scenario: scenarioNamed('triple-in-20s'), json: true },
    ...{ signal: new AbortController().signal, [what]: '/no/such/folder/file' },
  });
  await expect(playing).rejects.toMatchObject({ code: 'cannot-write' });
});

test('where no machine can run it says why, and plays the peak in virtual time', async () => {
  const { toolbox } = imaginedToolbox();
  const check = async () => [{ what: 'runc is missing', mend: 'apt-get install runc' }];
  const without: Toolbox = { ...toolbox, engine: (wanted) => ({ ...toolbox.engine(wanted), check }) };
  const { code, stdout } = await run(['demo'], without);
  rmSync('sofoot-triple-in-20s.html');
  expect(code).toBe(0);
  expect(stdout).toMatch(/runc is missing: apt-get install runc[\s\S]*in virtual time[\s\S]*The objectives held\./);
  expect(wrongCommands(stdout)).toEqual([]);
});
