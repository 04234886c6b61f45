import { expect, test } from 'vitest';
import type { Work } from '../../src/app/work.ts';
import { aboutToPlay, nextCommands } from '../../src/cli/demo.ts';
import { rehearseWithView } from '../../src/cli/rehearsal.ts';
import { durationMs } from '../../src/rehearse/load/traffic.ts';
import { scenarioNamed } from '../rehearse/scenario/sofoot.ts';
import { wrongCommands } from './wrong-commands.ts';

test('what is about to be played is said in one sentence', () => {
  expect(aboutToPlay(durationMs(scenarioNamed('triple-in-20s').traffic))).toBe(
    'Now three times the visitors in 20 s, on these machines (triple-in-20s): about 4 minutes; Ctrl-C ends it, and the platform stays up.',
  );
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
