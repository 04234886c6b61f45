/** The script that a machine tells by, run on this one: what it prints, and that it starts no process to do so. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { machineScript } from '../../../src/runtime/readings/machine-script.ts';
import { readingsBetween, readSample } from '../../../src/runtime/readings/machine-sample.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-script-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs it until it has told so often. `files` stand in for those of the kernel. */
async function tellings(
  count: number,
  database = false,
  files: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  let script = machineScript({ database }).replace('read -rt 1 -u 3', 'read -rt 0.1 -u 3');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    script = script.replaceAll(path, join(folder, path));
  }
  // A machine's own groups and disks are not those of the one that runs the tests.
  script = script.replace('=/sys/fs/cgroup', `=${folder}/sys/fs/cgroup`).replace('/sys/block', `${folder}/sys/block`);
  const bash = spawn('bash', ['-s'], {
    env: { PATH: `${folder}:${process.env.PATH ?? ''}` },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaints = '';
  bash.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  bash.stdin.end(script);
  const told: string[] = [];
  for await (const line of createInterface({ input: bash.stdout })) {
    told.push(line);
    if (told.length === count) break;
  }
  bash.kill();
  expect(complaints).toBe('');
  return told;
}

test('it tells of the whole machine where there is no quota', async () => {
  const [first, second] = (await tellings(2)).map((line) => readSample(line)!);
  const { cpu, memory } = readingsBetween(first, second!, 5);
  expect(cpu!.value).toBeGreaterThanOrEqual(0);
  expect(memory!.value).toBeGreaterThan(0);
  expect(memory!.value).toBeLessThan(1);
});

test('of a control group with version 2 it tells use and quota', async () => {
  const [line] = await tellings(1, false, {
    '/sys/fs/cgroup/cpu.max': '4000 10000\n',
    '/sys/fs/cgroup/cpu.stat': 'usage_usec 123456\nuser_usec 100000\n',
    '/sys/fs/cgroup/memory.max': '128000000\n',
    '/sys/fs/cgroup/memory.current': '64000000\n',
    '/sys/fs/cgroup/memory.stat': 'anon 1\ninactive_file 24000000\n',
  });
  expect(line).toContain(' cpuUs=123456 quotaUs=4000 periodUs=10000 memory=40000000 memoryOf=128000000');
});

test('of one with version 1 as well', async () => {
  const [line] = await tellings(1, false, {
    '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '4000\n',
    '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '10000\n',
    '/sys/fs/cgroup/cpuacct/cpuacct.usage': '123456789\n',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '128000000\n',
    '/sys/fs/cgroup/memory/memory.usage_in_bytes': '64000000\n',
    '/sys/fs/cgroup/memory/memory.stat': 'cache 1\ntotal_inactive_file 24000000\n',
  });
  expect(line).toContain(' cpuUs=123456 quotaUs=4000 periodUs=10000 memory=40000000 memoryOf=128000000');
});

test('of networks it tells all but the loopback', async () => {
  const head =
    'Inter-|   Receive  |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes\n';
  const devices = `${head}    lo: 1 0 0 0 0 0 0 0 1 0\nprivate: 100 1 0 0 0 0 0 0 200 2 0\npublic:7 1 0 0 0 0 0 0 8 2 0\n`;
  const [line] = await tellings(1, false, { '/proc/net/dev': devices });
  expect(line).toMatch(/ net\.private=100\/200 net\.public=7\/8 /);
});

describe('of its disk', () => {
  test('it tells how full it is, and goes on telling it by the one process that a minute has', async () => {
    writeFileSync(join(folder, 'stat'), `#!/bin/bash\necho x >>${folder}/started\necho 1000 400 300\n`);
    chmodSync(join(folder, 'stat'), 0o755);
    for (const line of await tellings(4)) expect(line).toMatch(/ full=600 fullOf=900$/);
    expect(readFileSync(join(folder, 'started'), 'utf8')).toBe('x\n');
  });

  test('the real one agrees with df', async () => {
    const sample = readSample((await tellings(1))[0]!)!;
    const { disk } = readingsBetween(undefined, sample, 5);
    const df = Number(/(\d+)%/.exec(execFileSync('df', ['--output=pcent', '/'], { encoding: 'utf8' }))![1]) / 100;
    expect(Math.abs(disk!.full!.value - df)).toBeLessThan(0.02);
  });

  test('one that does not answer is told of no more, and keeps nothing else from being told', async () => {
    writeFileSync(join(folder, 'stat'), '#!/bin/bash\nexec sleep 3\n');
    chmodSync(join(folder, 'stat'), 0o755);
    for (const line of await tellings(3)) expect(line).toMatch(/memoryOf=\d+ .*disk=\d+\/\d+$/);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    [
      'by a control group with version 2',
      {
        '/sys/fs/cgroup/cgroup.type': 'domain\n',
        '/sys/fs/cgroup/io.stat':
          '254:0 rbytes=1000 wbytes=300 rios=1 wios=3 dbytes=0 dios=0\n8:0 \n8:16 rbytes=24 wbytes=12 rios=1 wios=1\n',
      },
    ],
    [
      'by one with version 1',
      {
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
        '/sys/fs/cgroup/blkio/blkio.throttle.io_service_bytes':
          '254:0 Read 1000\n254:0 Write 300\n254:0 Sync 900\n254:0 Total 1300\n8:0 Read 24\n8:0 Write 12\n8:0 Total 36\nTotal 1336\n',
      },
    ],
    [
      'of a whole machine by its hardware, not by what stands on it',
      {
        '/proc/diskstats':
          ' 254 0 vda 5 0 2 0 4 0 1 0 0 0 0\n 254 1 vda1 5 0 2 0 4 0 1 0 0 0 0\n 253 0 dm-0 5 0 2 0 4 0 1 0 0 0 0\n',
        '/sys/block/vda/device': '',
      },
    ],
  ])('what was read and written: %s', async (_, files) => {
    const wholeMachine = '/proc/diskstats' in files;
    const [line] = await tellings(1, false, files);
    expect(line).toContain(wholeMachine ? ' disk=1024/512' : ' disk=1024/312');
  });
});

describe('of a database', () => {
  /** A client that answers as MariaDB's does; `more` runs before each round. */
  const client = (more = '', hanging = 0) => {
    writeFileSync(
      join(folder, 'mariadb'),
      `#!/bin/bash
       echo x >>${folder}/started
       while read -r line; do case $line in
         *'show global'*) ${more}
           printf 'Variable_name\\tValue\\nCom_insert\\t10\\nCom_update\\t5\\nQueries\\t100\\nThreads_connected\\t3\\nThreads_running\\t2\\n' ;;
         *processlist*) printf 'hung\\tcount(*)\\nhung\\t${hanging}\\n' ;;
         *'show slave'*) echo x >>${folder}/asked; printf '*** 1. row ***\\n  Seconds_Behind_Master: 4\\n' ;;
         *select*) n=\${line#*, }; printf 'word\\tround\\nend\\t%s\\n' "\${n%% *}" ;;
       esac; done\n`,
    );
    chmodSync(join(folder, 'mariadb'), 0o755);
  };

  test('it tells what it does, by one client for all rounds', async () => {
    client();
    const told = await tellings(5, true);
    for (const line of told) expect(line).toMatch(/ running=2 connected=3 queries=100 writes=15 lagS=4$/);
    expect(readFileSync(join(folder, 'started'), 'utf8')).toBe('x\n');
  });

  test('one that hangs is told of no more, and keeps nothing else from being told', async () => {
    client('sleep 60');
    const told = await tellings(4, true);
    for (const line of told) expect(line).toMatch(/memory=\d+ memoryOf=\d+/);
    expect(told.join()).not.toContain('running=');
    expect(readFileSync(join(folder, 'started'), 'utf8')).toBe('x\n');
  });

  test('one in which such a question hangs is not asked once more', async () => {
    client('', 1);
    for (const line of await tellings(3, true)) expect(line).toMatch(/ running=2 connected=3 queries=100 writes=15$/);
    expect(existsSync(join(folder, 'asked'))).toBe(false);
  });

  test('without a client there is nothing to tell', async () => {
    writeFileSync(join(folder, 'mariadb'), '#!/bin/bash\nexit 1\n');
    chmodSync(join(folder, 'mariadb'), 0o755);
    expect((await tellings(4, true)).join()).not.toContain('running=');
  });
});

test('nothing in it forks for each reading: no substitution of a command, no pipe between two', () => {
  const whole = machineScript({ database: true });
  const loop = whole
    .replaceAll('exec 3<> <(:)', '')
    .replaceAll(/exec mariadb .*/g, '')
    // Once a minute.
    .replaceAll(/<\(exec stat [^)]*\)/g, '');
  expect(loop).not.toMatch(/\$\((?!\()|[<>]\(|`|[^|]\|[^|]/);
});
