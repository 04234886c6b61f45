/** The watch of a database, run on this machine with a client that is imagined: it must not harm what it watches. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { procedures } from '../../src/roles/mariadb/procedures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-watch-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** `slave`: what it does when it is asked whom it follows. */
/** A client that answers as MariaDB's does; there are two of them, for the second writes. */
function client({
  slave,
  hanging = 0,
  write = '',
  held = 0,
}: {
  slave: string;
  hanging?: number;
  write?: string;
  held?: number;
}): void {
  writeFileSync(
    join(folder, 'mariadb'),
    `#!/bin/bash
     echo x >>${folder}/started
     while read -r line; do case $line in
       *"'own'"*) printf 'own\\t1,+0-1-7,+0-1-7,+0\\n' ;;
       *"'held'"*) printf 'held\\t${held}\\n' ;;
       update*) ${write} ;;
       *processlist*) printf 'hung\\t${hanging}\\n' ;;
       *'show slave'*) echo x >>${folder}/asked; ${slave} ;;
       *'as round'*) n=\${line#*, }; printf 'end\\t%s\\n' "\${n%% *}" ;;
     esac; done\n`,
  );
  chmodSync(join(folder, 'mariadb'), 0o755);
}

async function tellings(count: number, until: () => boolean = () => false, told: string[] = []): Promise<string[]> {
  const bash = spawn('bash', ['-s'], {
    env: { PATH: `${folder}:${process.env.PATH ?? ''}` },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  bash.stdin.end(procedures.watch);
  for await (const line of createInterface({ input: bash.stdout })) {
    told.push(line.replace(/^at=\S+ /, ''));
    if (told.length >= count || until()) break;
  }
  bash.kill();
  return told;
}

const times = (what: string) =>
  existsSync(join(folder, what)) ? readFileSync(join(folder, what), 'utf8').length / 2 : 0;
const following = `printf '  Master_Host: 10.0.0.9\\n  Slave_IO_Running: Yes\\n  Slave_SQL_Running: Yes\\n  Gtid_IO_Pos: 0-1-9\\n'`;

test('it tells how the server is and whom it follows, and starts no client for it', async () => {
  client({ slave: following });
  for (const line of await tellings(4))
    expect(line).toBe('own=1,+0-1-7,+0-1-7,+0 host=10.0.0.9 io=Yes sql=Yes received=0-1-9');
  expect(times('started')).toBe(2);
});

test('a server that does not answer is asked once, by one client, and tells nothing meanwhile', async () => {
  client({ slave: 'sleep 60' });
  expect(new Set(await tellings(5))).toEqual(new Set(['']));
  expect([times('started'), times('asked')]).toEqual([2, 1]);
});

test('what it answers too late is of before, and is not told; then it is asked anew', async () => {
  client({ slave: `[[ -e ${folder}/again ]] || { touch ${folder}/again; sleep 1.5; }; ${following}` });
  const told = await tellings(60, () => times('asked') > 1);
  expect(told[0]).toBe('');
  expect(times('started')).toBe(2);
});

test('where somebody’s question hangs already, it asks no other', async () => {
  client({ slave: following, hanging: 1 });
  expect(new Set(await tellings(4))).toEqual(new Set(['']));
  expect(times('asked')).toBe(0);
});

test('a server whose writes do not end says for how long, unless a lock holds them up', async () => {
  client({ slave: '', write: 'sleep 60' });
  const told: string[] = [];
  await tellings(60, () => told.some((line) => line.includes('stuck=')), told);
  expect(told.at(-1)).toMatch(/^own=1,\S+ stuck=[2-9]$/);
  client({ slave: '', write: 'sleep 60', held: 1 });
  expect((await tellings(12)).join()).not.toContain('stuck=');
});

test('a client that ends at once is not started for every line', async () => {
  writeFileSync(join(folder, 'mariadb'), `#!/bin/bash\necho x >>${folder}/started\nexit 1\n`);
  chmodSync(join(folder, 'mariadb'), 0o755);
  await tellings(4);
  expect(times('started')).toBeLessThanOrEqual(6);
});
