/** A platform's name stays with the file that it comes from. */
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { load } from '../../src/app/load.ts';
import { up } from '../../src/app/up.ts';
import { withWork } from '../../src/app/work.ts';
import { shop } from '../plan/shop.ts';
import { imaginedToolbox } from './imagined-toolbox.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'spillway-origin-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const tooDear = { objectives: { budget: '1 EUR/month' } };
function write(name: string, more: object = {}): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ ...shop, ...more }));
  return path;
}

function shopIn({ toolbox } = imaginedToolbox()) {
  const bringUp = (which: string, fromHere = false) =>
    withWork(toolbox, load(toolbox, which), (work) =>
      up(work, { acceptLosses: false, fromHere, signal: new AbortController().signal, progress: () => undefined }),
    );
  return { bringUp, toolbox, fileOf: () => load(toolbox, 'shop').file };
}

test('one that was refused leaves the name where it was', async () => {
  const { bringUp, fileOf } = shopIn();
  const own = write('blueprint.yaml');
  await bringUp(own);
  await expect(bringUp(write('peak.yaml', tooDear), true)).rejects.toMatchObject({ code: 'refused' });
  expect(fileOf()).toBe(own);
});

test('also where the first one failed after it had begun', async () => {
  const { bringUp, fileOf, toolbox } = shopIn();
  const own = write('blueprint.yaml');
  toolbox.open('shop' as never).store.revisions.begin({
    ...{ atMs: 0, who: 'ana', cause: 'up', file: own, text: '', schemas: {}, releases: {} },
  });
  await expect(bringUp(write('peak.yaml', tooDear), true)).rejects.toMatchObject({ code: 'refused' });
  expect(fileOf()).toBe(own);
});

describe('a copy', () => {
  test('does not take the platform over without a word', async () => {
    const { bringUp, fileOf } = shopIn();
    const own = write('blueprint.yaml');
    await bringUp(own);
    const copy = join(folder, 'copy.yaml');
    cpSync(own, copy);
    await expect(bringUp(copy)).rejects.toMatchObject({
      code: 'other-file',
      exit: 'refused',
      message: `shop comes from ${own}, and this is ${copy}`,
    });
    await bringUp(own);
    expect(fileOf()).toBe(own);
  });

  test('does when a person says so, and then the first one does not', async () => {
    const { bringUp, fileOf } = shopIn();
    const own = write('blueprint.yaml');
    await bringUp(own);
    const other = write('other.yaml');
    await bringUp(other, true);
    expect(fileOf()).toBe(other);
    await expect(bringUp(own)).rejects.toMatchObject({ code: 'other-file' });
  });

  test('by a link is none, and a file that was moved goes on', async () => {
    const { bringUp, fileOf } = shopIn();
    const own = write('blueprint.yaml');
    await bringUp(own);
    const link = join(folder, 'link.yaml');
    symlinkSync(own, link);
    await bringUp(link);
    rmSync(own);
    const moved = write('moved.yaml');
    await bringUp(moved);
    expect(fileOf()).toBe(moved);
  });
});

describe('a name that nobody knows', () => {
  const mendOf = (which: string, more = {}) => {
    try {
      load({ ...imaginedToolbox().toolbox, ...more }, which);
    } catch (error) {
      return (error as { mend: string }).mend;
    }
    throw new Error('it was found');
  };

  test('is likened to those that somebody knows', async () => {
    expect(mendOf('sofot')).toBe('did you mean `sofoot`?');
    const { bringUp, toolbox } = shopIn();
    await bringUp(write('blueprint.yaml'));
    expect(mendOf('shopp', toolbox)).toBe('did you mean `shop`?');
  });

  test('may be one that only root sees', () => {
    expect(mendOf('unheard-of')).toContain('name a folder in blueprints/');
    expect(mendOf('unheard-of', { othersKeep: () => true })).toContain('only root sees: sudo spillway');
  });

  test('whose file is gone is told so', async () => {
    const { bringUp, toolbox } = shopIn();
    const own = write('blueprint.yaml');
    await bringUp(own);
    rmSync(own);
    expect(() => load(toolbox, 'shop')).toThrow(`shop was brought up from ${own}, which is not there any more`);
  });
});
