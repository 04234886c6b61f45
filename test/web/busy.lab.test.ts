/** What a machine still answers while its PHP is busy, and how pages end that nobody waits for. No test goes by the clock. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shopWith, type Change } from '../roles/platforms.ts';
import { headerOf, serve, type Answer, type Question, type Served } from './served.ts';

const root = '/srv/site/public';
const files = {
  [`${root}/index.php`]: `<?php header('Cache-Control: max-age=600'); echo 'made by ', getmypid();`,
  [`${root}/health.php`]: `<?php header('Cache-Control: max-age=600'); echo 'well';`,
  // Each ends when the file is there whose name it is given.
  [`${root}/waits.php`]: `<?php touch('/tmp/began-' . $_GET['id']); while (!file_exists('/tmp/' . $_GET['for'])) { clearstatcache(); usleep(20000); } echo 'over';`,
  [`${root}/export/year.php`]: `<?php while (!file_exists('/tmp/' . $_GET['for'])) { clearstatcache(); usleep(20000); } echo 'over';`,
  [`${root}/talks.php`]: `<?php
    register_shutdown_function(fn () => file_put_contents('/tmp/talked', connection_aborted() ? 'left' : 'heard'));
    while (ob_get_level() > 0) { ob_end_flush(); }
    for (;;) { echo str_repeat('.', 8192); flush(); usleep(20000); }`,
  [`${root}/body.php`]: `<?php touch('/tmp/asked-with-body'); echo strlen(file_get_contents('php://input'));`,
  [`${root}/dot.css`]: 'a file',
};

const fromBalancer: NonNullable<Question['headers']> = [['X-Spillway-Check', '1']];
const fromVisitor: NonNullable<Question['headers']> = [...fromBalancer, ['X-Forwarded-For', '198.51.100.9']];

function serving(change: Change): () => Served {
  let served: Served;
  beforeAll(async () => {
    served = await serve(shopWith(change), 'web-1', files);
  });
  afterAll(() => served.close());
  return () => served;
}

const webWith = (php: Change, web: Change = {}): Change => ({
  pools: { web: { roles: { web: { root, ...web }, php } } },
  routes: [{ address: 'www', host: 'www.shop.test', to: 'web', health: '/health.php' }],
});

/** Asks, and knows whether the answer is there. */
function asking(served: Served, question: Question) {
  const one: { answer: Answer | undefined; readonly comes: Promise<Answer> } = {
    answer: undefined,
    comes: served.ask(question).then((answer) => (one.answer = answer)),
  };
  return one;
}

const until = (served: Served, file: string) =>
  served.sh(`for i in $(seq 600); do [ -e ${file} ] && exit 0; sleep 0.05; done; echo '${file} never came'; exit 1`);

describe('while all workers wait', () => {
  const served = serving(webWith({ workers: 2, slow: { paths: ['/export/'], workers: 1 } }));
  let slow: readonly ReturnType<typeof asking>[];
  beforeAll(async () => {
    await served().ask({ path: '/' });
    slow = ['a', 'b', 'c', 'd'].map((id) => asking(served(), { path: `/waits.php?for=go&id=${id}` }));
    served().sh('for i in $(seq 600); do [ $(ls /tmp/began-* | wc -l) = 2 ] && exit 0; sleep 0.05; done; exit 1');
  });
  afterAll(async () => {
    served().sh('touch /tmp/go /tmp/export');
    await Promise.all(slow.map(({ comes }) => comes));
  });

  const answered = async (question: Question) => {
    const { status, body } = await served().ask(question);
    expect(slow.map(({ answer }) => answer)).toEqual([undefined, undefined, undefined, undefined]);
    return { status, body };
  };

  test('nginx says that it lives', async () => {
    expect(await answered({ path: '/.spillway/alive' })).toEqual({ status: 204, body: '' });
    expect(await answered({ path: '/.spillway/alive', from: 'elsewhere' })).toEqual({ status: 204, body: '' });
  });

  test('files and kept pages are shown', async () => {
    expect(await answered({ path: '/dot.css' })).toEqual({ status: 200, body: 'a file' });
    expect(await answered({ path: '/' })).toMatchObject({ status: 200 });
  });

  test('the health page is made for a balancer, each time anew', async () => {
    for (const _ of [1, 2]) {
      const answer = await served().ask({ path: '/health.php', headers: fromBalancer });
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: 'well' });
      expect(headerOf(answer, 'X-Page-Cache')).toBe('BYPASS');
    }
    expect(slow.every(({ answer }) => answer === undefined)).toBe(true);
  });

  test.each([
    { who: 'a visitor, whatever he sends', question: { path: '/health.php?x', headers: fromVisitor } },
    { who: 'a balancer for another page', question: { path: '/index.php?not-kept', headers: fromBalancer } },
    {
      who: 'somebody beside the balancers',
      question: { path: '/health.php?y', headers: fromBalancer, from: 'elsewhere' as const },
    },
  ])('nobody else gets on that lane: $who', async ({ question }) => {
    const other = asking(served(), question);
    // Those that came later were answered, this one waits.
    await answered({ path: '/health.php', headers: fromBalancer });
    await answered({ path: '/.spillway/alive' });
    expect(other.answer).toBeUndefined();
  });

  test('pages that are known to be slow have workers of their own', async () => {
    served().sh('touch /tmp/export');
    expect(await answered({ path: '/export/year.php?for=export' })).toEqual({ status: 200, body: 'over' });
  });
});

test('what no worker can make in time is refused at once', async () => {
  const served = await serve(shopWith(webWith({ workers: 1 })), 'web-1', files);
  const all = Array.from({ length: 60 }, (_, id) => asking(served, { path: `/waits.php?for=go&id=${id}` }));
  const refused = () => all.filter(({ answer }) => answer?.status === 502).length;
  // One is being made, and 32 or 33 wait.
  await expect.poll(refused).toBeGreaterThanOrEqual(60 - 34);
  served.sh('touch /tmp/go');
  const made = (await Promise.all(all.map(({ comes }) => comes))).filter(({ status }) => status === 200);
  expect(made.length + refused()).toBe(60);
  expect(made.length).toBeGreaterThan(30);
  await served.close();
});

describe('with one worker', () => {
  const served = serving({
    ...webWith({ workers: 1 }),
    pools: {
      web: { roles: { web: { root }, php: { workers: 1 } } },
      front: { roles: { balancer: { answerTimeout: '2s' } } },
    },
  });

  test('a visitor who sends slowly keeps no worker', async () => {
    const slowly = asking(served(), {
      method: 'POST',
      path: '/body.php',
      headers: [['Content-Length', '100']],
      body: 'abc',
    });
    expect(await served().ask({ path: '/index.php?1' })).toMatchObject({ status: 200 });
    expect(served().sh('ls /tmp/asked-with-body 2>/dev/null || echo not asked')).toBe('not asked');
    expect(slowly.answer).toBeUndefined();
  });

  test('a page whose visitor has left ends when it says something', async () => {
    await served().ask({ path: '/talks.php', leavesAfterMs: 300 });
    until(served(), '/tmp/talked');
    expect(served().sh('cat /tmp/talked')).toBe('left');
    expect(await served().ask({ path: '/index.php?2' })).toMatchObject({ status: 200 });
  });

  test('a page that takes longer than balancers wait is ended', async () => {
    const { status } = await served().ask({ path: '/waits.php?for=nothing&id=x' });
    expect([502, 504]).toContain(status);
    expect(await served().ask({ path: '/index.php?3' })).toMatchObject({ status: 200 });
  });
});
