/** Engines obey the largest term that they heard of, and every verb that changes something says it first. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createLabEngine } from '../../src/engines/lab/index.ts';
import type { PlatformName } from '../../src/model/ids.ts';
import { stale } from '../../src/model/term.ts';
import type { Engine } from '../../src/ports/engine.ts';
import { underTerm } from '../../src/runtime/under-term.ts';
import { imaginedEngine } from '../../src/sim/imagined-engine.ts';
import { allWell, createCaller, emptyWorld } from '../../src/sim/imagined-world.ts';

const shop = 'shop' as PlatformName;
const refused = { code: 'stale-controller', exit: 'refused' };

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

function lab(): Engine {
  const root = mkdtempSync(join(tmpdir(), 'spillway-lab-'));
  folders.push(root);
  return createLabEngine({ root, run: join(root, 'run') });
}

describe.each<[string, () => Engine]>([
  ['the lab', lab],
  ['an imagined engine', () => imaginedEngine(emptyWorld(), createCaller(allWell))],
])('%s', (_, make) => {
  test('hears the same term and later ones, and refuses an older one', async () => {
    const engine = make();
    for (const term of [1_000, 1_000, 1_001, 2_000]) await engine.hear(shop, term);
    await expect(engine.hear(shop, 1_999)).rejects.toMatchObject(refused);
    await engine.hear(shop, 2_000);
  });

  test('of one platform what it heard counts for no other', async () => {
    const engine = make();
    await engine.hear(shop, 2_000);
    await engine.hear('other' as PlatformName, 1_000);
  });

  test('of many that come at once the largest stays', async () => {
    const engine = make();
    await Promise.all([5, 3, 9, 1, 7].map((term) => engine.hear(shop, term).catch(() => undefined)));
    await expect(engine.hear(shop, 8)).rejects.toMatchObject(refused);
    await engine.hear(shop, 9);
  });
});

test('the lab keeps it for who opens it later, until the platform is gone', async () => {
  const first = lab();
  await first.hear(shop, 2_000);
  const [root = ''] = folders;
  const later = createLabEngine({ root, run: join(root, 'run') });
  await expect(later.hear(shop, 1_000)).rejects.toMatchObject(refused);
});

/** What an engine may be asked without a term. */
const looks = ['kind', 'check', 'imageKey', 'ensureImage', 'platforms', 'hear', 'list'];
const changes = Object.keys(imaginedEngine(emptyWorld(), createCaller(allWell))).filter(
  (verb) => !looks.includes(verb),
);

test.each(changes)('%s says the term first, and is not asked when it is refused', async (verb) => {
  const asked: string[] = [];
  const bare = Object.fromEntries(
    [...looks, ...changes].map((name) => [name, async () => void asked.push(name)]),
  ) as unknown as Engine;
  const ask = (engine: Engine) => (engine as unknown as Record<string, (what: unknown) => Promise<void>>)[verb]!(shop);
  await ask(underTerm(bare, () => 1));
  expect(asked).toEqual(['hear', verb]);

  const hear = () => Promise.reject(stale('another works there'));
  await expect(ask(underTerm({ ...bare, hear }, () => 1))).rejects.toMatchObject(refused);
  expect(asked).toEqual(['hear', verb]);
});

test('a process that is woken into another’s term does nothing, though the engine let it', async () => {
  const engine = imaginedEngine(emptyWorld(), createCaller(allWell));
  let asked = 0;
  const term = () => {
    if ((asked += 1) > 1) throw stale('another works there');
    return 1_000;
  };
  await expect(underTerm(engine, term).clear(shop)).rejects.toMatchObject(refused);
});
