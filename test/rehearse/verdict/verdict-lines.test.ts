/** The verdict as it is read at a terminal: `golden/`; `npx vitest run --project fast test/rehearse/verdict --update` writes it anew. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verdictLines } from '../../../src/rehearse/verdict/verdict-lines.ts';
import { verdictOf } from '../../../src/rehearse/verdict/verdict.ts';
import { whole as ledger, withLedger } from '../imagined-ledger.ts';
import { imaginedRecording, untilMs } from '../imagined-recording.ts';

const held = imaginedRecording('triple-in-20s');

test.each([
  ['held', held],
  ['not-held', imaginedRecording('triple-in-20s', { change: { capacity: 'base only' } })],
  [
    'at-a-part',
    { ...held, part: { share: 0.5, wholePerSecond: 6000, because: 'this host carries no more with its 2 cores' } },
  ],
  ['broken-off', untilMs(held, 46_000)],
  ['primary-killed', ledger],
  ['writes-lost', withLedger({ readBack: { lost: [3, 4], duplicated: 1 } })],
  ['by-chance', { ...ledger, chaos: { seed: 7, forMs: 90_000, drawn: 1 } }],
  ['writes-and-visitors', { ...held, ledger: ledger.ledger }],
])('%s', async (name, recording) => {
  const text = `${verdictLines(verdictOf(recording)).join('\n')}\n`;
  await expect(text).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `${name}.txt`));
});
