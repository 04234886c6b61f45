/**
 * Asks for a page again and again until its standard input ends, then prints
 * `{"asked": 812, "lost": ["503 after 1.2 s", …]}`: `keep-asking.ts http://203.0.113.10/ 40 POST` asks 40 times a second.
 */
const [url = '', perSecond = '20', method = 'GET'] = process.argv.slice(2);
/** Chosen: a visitor's patience. */
const patienceMs = 10_000;

const answers: Promise<string | undefined>[] = [];

async function ask(): Promise<string | undefined> {
  const began = Date.now();
  const after = () => `after ${((Date.now() - began) / 1000).toFixed(1)} s`;
  try {
    const answer = await fetch(url, { method, signal: AbortSignal.timeout(patienceMs) });
    await answer.arrayBuffer();
    return answer.ok ? undefined : `${answer.status} ${after()}`;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)} ${after()}`;
  }
}

const timer = setInterval(() => answers.push(ask()), 1000 / Number(perSecond));
process.stdin.resume().on('end', () => {
  clearInterval(timer);
  void Promise.all(answers).then((all) => {
    const lost = all.filter((one) => one !== undefined);
    process.stdout.write(`${JSON.stringify({ asked: all.length, lost })}\n`);
  });
});
