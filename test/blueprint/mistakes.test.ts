/**
 * Mistakes that people make, each put into SoFoot's blueprint, and what they are told. That stands in `golden/`,
 * a page a group: `npx vitest run --project fast test/blueprint -u` writes it anew; then read it as who made the mistake.
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mistakes, type Mistake } from './mistakes.ts';
import { sofoot } from './sofoot.ts';
import { told } from './told.ts';

test('without a mistake nothing is told', () => {
  expect(told(sofoot)).toEqual([]);
});

describe.each(Object.entries(mistakes))('%s', (group, all) => {
  test('all are told as on the golden page', async () => {
    const page = all.map((mistake) => `## ${mistake.title}\n\n${told(made(mistake)).join('\n\n')}\n`);
    await expect(page.join('\n')).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `${group}.txt`));
  });

  test.each(all)('$title: problems: $problems', (mistake) => {
    expect(told(made(mistake))).toHaveLength(mistake.problems);
  });
});

/** SoFoot's blueprint with the mistake in it. */
function made({ edits }: Mistake): string {
  return edits.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, () => to);
  }, sofoot);
}
