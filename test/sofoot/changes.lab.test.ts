/** A platform that serves is changed: its visitors do not notice, and nothing is left of what it was. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { machinesOf } from '../lab/machines.ts';
import { eventually, home, spillway, spillwayJson } from '../lab/spillway.ts';
import { visitorOf } from '../lab/visitor.ts';
import { whileAsked } from '../lab/while-asked.ts';
import { createLabEngine } from '../../src/engines/lab/index.ts';
import type { PlatformName } from '../../src/model/ids.ts';

const platform = 'test-changes' as PlatformName;
const folder = mkdtempSync(join(tmpdir(), 'spillway-changes-'));
const file = join(folder, 'blueprint.yaml');
/** Half a megabyte that PHP writes in eight seconds, and sixteen that it writes at once. */
const pages = `if ($_SERVER['REQUEST_URI'] === '/slowly') {
    for ($n = 0; $n < 16; $n++) {
        echo str_repeat('slow', 8192);
        usleep(500_000);
    }
    exit;
}
if ($_SERVER['REQUEST_URI'] === '/of-a-visitor') {
    header('Cache-Control: private');
    usleep(1_500_000);
    exit('your basket');
}
if ($_SERVER['REQUEST_URI'] === '/large') exit(str_repeat('much', 4_000_000));
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    usleep(50_000);
    exit('taken');
}
`;
let lab: ReturnType<typeof machinesOf>;

beforeAll(async () => {
  cpSync(join(home, 'blueprints/sofoot'), folder, { recursive: true });
  writeFileSync(join(folder, 'site/public/old-news.txt'), 'It was true once.\n');
  const entry = join(folder, 'site/public/index.php');
  writeFileSync(
    entry,
    readFileSync(entry, 'utf8').replace(/^SoFoot.serve/m, (serve) => pages + serve),
  );
  await spillway('down', platform, '--yes');
  await up();
  lab = machinesOf(platform);
});

afterAll(async () => {
  await spillway('down', platform, '--yes');
  lab.close();
  rmSync(folder, { recursive: true });
});

async function up(): Promise<void> {
  const { code, stdout, stderr } = await spillway('up', file, '--as', platform);
  expect(code, stdout + stderr).toBe(0);
}

function change(from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

describe('a page that is for one visitor alone', () => {
  test('is not waited for by the others who ask for theirs', async () => {
    const visitor = await visitorOf(platform);
    const asked = async () => {
      const { body } = await visitor.curl('http://203.0.113.10/of-a-visitor', '--write-out', ' %{time_total}');
      expect(body).toContain('your basket ');
      return Number(body.replace('your basket ', ''));
    };
    const alone = await asked();
    // Three for each machine, and PHP makes six at once.
    const together = await Promise.all(Array.from({ length: 9 }, asked));
    // Who waits for another one's page waits for all of it, or for seconds, and then for one's own.
    expect(Math.max(...together)).toBeLessThan(2 * alone);
  });
});

describe('web machines of another flavour', () => {
  test('are made one after the other, and no visitor loses a request', async () => {
    change('flavour: host-32, serves: 450 requests/s', 'flavour: sp-64, serves: 450 requests/s');
    const { asked, lost } = await whileAsked(platform, up);
    expect(lost).toEqual([]);
    expect(asked).toBeGreaterThan(60);
    const { machines } = await createLabEngine().list(platform);
    const webs = machines.filter(({ pool }) => pool === 'web');
    expect(webs.map(({ flavour }) => flavour)).toEqual(['sp-64', 'sp-64', 'sp-64']);
  });
});

describe('a web machine that goes', () => {
  afterEach(up);

  test.each([
    { whom: 'for whom PHP writes slowly', path: '/slowly', options: [], whole: 'slow'.repeat(16 * 8192) },
    { whom: 'who reads slowly', path: '/large', options: ['--limit-rate', '1600k'], whole: 'much'.repeat(4_000_000) },
  ])('first gives all of its answer to a visitor $whom', async ({ path, options, whole }) => {
    const visitor = await visitorOf(platform);
    const [head, body] = [join(folder, `${path}.head`), join(folder, `${path}.body`)];
    const where = ['--dump-header', head, '--output', body, '--max-time', '30'];
    const answer = visitor.curl(...where, ...options, `http://203.0.113.10${path}`);
    const [, server] = await eventually(
      async () => /^x-served-by: (\S+)/im.exec(existsSync(head) ? readFileSync(head, 'utf8') : '') ?? [],
      ({ length }) => length > 0,
    );
    await lab.takeAway(server!);
    expect((await answer).code).toBe(0);
    expect(readFileSync(body, 'utf8') === whole).toBe(true);
  });

  test('loses no POST, which nobody may send a second time', async () => {
    const posts = { url: 'http://203.0.113.10/', method: 'POST', perSecond: 60 };
    const { asked, lost } = await whileAsked(platform, () => lab.takeAway('web-2'), posts);
    expect(lost).toEqual([]);
    expect(asked).toBeGreaterThan(60);
  });
});

describe('one web machine less', () => {
  test('goes when the balancers have forgotten it, and no visitor loses a request', async () => {
    change('base: { count: 3, site: rbx, flavour: sp-64', 'base: { count: 2, site: rbx, flavour: sp-64');
    change('overflow: { count: 5', 'overflow: { count: 7');
    const { lost } = await whileAsked(platform, up);
    expect(lost).toEqual([]);
    expect(await lab.on('balancer-1', 'grep web-3 /etc/haproxy/haproxy.cfg')).toBe('');
  });
});

describe('what is no longer wanted', () => {
  test('is not served any more', async () => {
    const visitor = await visitorOf(platform);
    expect((await visitor.curl('http://203.0.113.10/old-news.txt')).body).toBe('It was true once.\n');
    rmSync(join(folder, 'site/public/old-news.txt'));
    await up();
    expect((await visitor.curl('http://203.0.113.10/old-news.txt?again')).body).not.toContain('It was true once');
  });

  test('does not run any more', async () => {
    change('      content: { of: site, every: 10s, writes: refused } # visitors upload nothing\n', '');
    await up();
    const units = `systemctl list-units --all --no-legend | grep -c spillway-content; ls /etc/systemd/system | grep spillway-content`;
    expect(await lab.on('web-1', units)).toBe('0');
    expect((await spillwayJson('plan', file, '--as', platform)).steps).toEqual([]);
  });
});
