import { expect, test } from 'vitest';
import { load } from '../../src/app/load.ts';
import { status } from '../../src/app/status.ts';
import { up } from '../../src/app/up.ts';
import { withLook, withWork } from '../../src/app/work.ts';
import { statusText } from '../../src/cli/status-view.ts';
import type { MachineName, PlatformName } from '../../src/model/ids.ts';
import { imaginedToolbox } from '../app/imagined-toolbox.ts';

async function sofootUp() {
  const imagined = imaginedToolbox();
  const { toolbox } = imagined;
  const signal = new AbortController().signal;
  const loaded = load(toolbox, 'sofoot');
  await withWork(toolbox, loaded, (work) => up(work, { acceptLosses: false, signal, progress: () => undefined }));
  const machines = imagined.world.platforms.get('sofoot' as PlatformName)!.machines;
  return { machines, seen: () => withLook(toolbox, loaded, status) };
}

/** As it is read: without the colours. */
const text = async (seen: Parameters<typeof statusText>[0]) => `${statusText(seen).replaceAll(/\u001b\[\d+m/g, '')}\n`;

test('a platform that is well', async () => {
  const { seen } = await sofootUp();
  await expect(await text(await seen())).toMatchFileSnapshot('golden/status-well.txt');
});

test('a platform that lost a machine, and has one on which something fails', async () => {
  const { machines, seen } = await sofootUp();
  machines.delete('web-2' as MachineName);
  const now = await seen();
  const failing = [
    { machine: 'web-1' as MachineName, role: 'web', probe: 'answers', says: 'nothing answers on port 80' },
  ];
  const sites = now.sites.map((site) => ({
    ...site,
    machines: site.machines.map((one) =>
      one.name === 'web-1' ? { ...one, health: ['nothing answers on port 80', 'the disk is full'] } : one,
    ),
  }));
  await expect(await text({ ...now, failing, sites })).toMatchFileSnapshot('golden/status-not-well.txt');
});
