/**
 * `./spillway test`: every check of the project, the fast ones first. A stage that fails does not keep the
 * later ones from running. The last line counts vitest's tests, and each other stage that failed as one more
 * failure.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import {
  afterAnotherTry,
  countsOf,
  none,
  parseArguments,
  plus,
  shortfallsIn,
  worthAnotherTry,
  type Counts,
  type StageName,
} from './stages.ts';

const root = resolve(import.meta.dirname, '..');
const help = `Usage: ./spillway test [stage...] [pattern...] [option of vitest...]

Runs all stages, or only those that are named. A pattern narrows the tests of the stages fast and lab to the
files whose path contains it, and leaves out the other stages.

Stages:
  types      tsc
  lint       eslint
  format     prettier
  structure  dependency-cruiser (who may import whom) and knip (what nobody uses)
  fast       the tests that need nothing but Node
  lab        the tests that run machines on this host; they need root. Of a whole run, files that
             failed are run a second time, and it is said: a shared host stands still now and then

Examples:
  ./spillway test
  ./spillway test fast
  ./spillway test failover
  ./spillway test lab -t 'the primary dies'
`;

/** Each is a command of node_modules/.bin; all of a stage must succeed. */
const commands = {
  types: [['tsc']],
  lint: [['eslint', '.']],
  format: [['prettier', '--check', '--log-level=warn', '.']],
  structure: [
    ['depcruise', 'src', '--config', '.dependency-cruiser.ts', '--output-type', 'err-long'],
    ['knip', '--no-progress', '--treat-config-hints-as-errors'],
  ],
} satisfies Record<Exclude<StageName, 'fast' | 'lab'>, string[][]>;

let running: ChildProcess | undefined;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = true;
    // On Ctrl-C the terminal has told the child already; twice does no harm.
    running?.kill(signal);
  });
}

await main();

async function main(): Promise<void> {
  const wanted = parseArguments(process.argv.slice(2));
  if (wanted.help) {
    process.stdout.write(help);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'spillway-test-'));
  let total = none;
  try {
    for (const name of wanted.stages) {
      total = plus(total, await runStage(name, wanted.vitest, join(folder, `${name}.json`)));
      if (interrupted) break;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (interrupted) {
    console.log('Interrupted.');
    process.exitCode = 130;
    return;
  }
  if (wanted.narrowed && total.passed + total.failed + total.skipped === 0) {
    console.log('No test is of that name.');
    process.exitCode = 1;
  }
  if (total.failed > 0) process.exitCode = 1;
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
}

function runStage(name: StageName, vitestArguments: readonly string[], report: string): Promise<Counts> {
  switch (name) {
    case 'types':
    case 'lint':
    case 'format':
    case 'structure':
      return runCommands(name, commands[name]);
    case 'fast':
      return runVitest(name, vitestArguments, report);
    case 'lab':
      return runLab(vitestArguments, report);
  }
}

/** Quiet unless something fails. */
async function runCommands(name: StageName, lines: readonly (readonly string[])[]): Promise<Counts> {
  process.stdout.write(`  ${name} ... `);
  const began = performance.now();
  const complaints: string[] = [];
  for (const [command, ...args] of lines) {
    const { code, output } = await run(command!, args, 'pipe');
    if (code !== 0) complaints.push(output.trim() || `${command!} ended with exit code ${code}`);
  }
  const failed = complaints.length > 0;
  const time = secondsSince(began);
  console.log(failed ? [`failed, ${time}`, ...complaints, ''].join('\n\n') : time);
  return { ...none, failed: failed ? 1 : 0 };
}

async function runVitest(project: 'fast' | 'lab', args: readonly string[], report: string): Promise<Counts> {
  console.log(`  ${project}`);
  const began = performance.now();
  const { code } = await run(
    'vitest',
    ['run', ...ofProject(project), '--passWithNoTests', '--reporter=default', '--reporter=json']
      .concat(`--outputFile.json=${report}`)
      .concat(args),
    'inherit',
  );
  console.log(`  ${project} ... ${code === 0 ? '' : 'failed, '}${secondsSince(began)}`);
  return countsOf(code, existsSync(report) ? readFileSync(report, 'utf8') : undefined);
}

/** The native loader writes no file into the repository, which may belong to somebody else. */
function ofProject(project: 'fast' | 'lab'): string[] {
  return ['--project', project === 'lab' ? 'lab*' : project, '--configLoader=native'];
}

async function runLab(args: readonly string[], report: string): Promise<Counts> {
  // Not where the report will be: a run that is interrupted leaves none.
  const list = `${report}.list`;
  const { code, output } = await run('vitest', ['list', ...ofProject('lab'), `--json=${list}`, ...args], 'pipe');
  if (code !== 0) {
    console.log(`  lab ... failed\n\n${output}`);
    return { ...none, failed: 1 };
  }
  const tests = JSON.parse(readFileSync(list, 'utf8')) as { name: string; file: string }[];
  if (tests.length === 0) return none;
  const reasons = whyNoLab();
  if (reasons.length === 0) return runMachines(args, report);
  console.log(`  lab ... skipped, since this host cannot run machines:`);
  for (const reason of reasons) console.log(`    ${reason}`);
  for (const test of tests) console.log(`    skipped: ${relative(root, test.file)} > ${test.name}`);
  return { ...none, skipped: tests.length };
}

/**
 * A host that is shared stands still for seconds now and then, and machines that serve within milliseconds do not
 * survive that. Files that failed are run once more, each on machines of its own, and it is said.
 */
async function runMachines(args: readonly string[], report: string): Promise<Counts> {
  const first = await runVitest('lab', args, report);
  // Who asks for less than everything wants to see what fails.
  if (first.failed === 0 || interrupted || args.length > 0 || !existsSync(report)) return first;
  const files = worthAnotherTry(readFileSync(report, 'utf8')).map((file) => relative(root, file));
  if (files.length === 0) return first;
  console.log(`  lab, a second time: ${files.join(', ')}`);
  rmSync(report);
  const again = afterAnotherTry(first, await runVitest('lab', files, report));
  console.log(`  lab ... ${first.failed} failed at first, and ${again.failed} at the second try`);
  return again;
}

/** What the host lacks for running machines, by `spillway doctor`. */
function whyNoLab(): string[] {
  if (process.getuid?.() !== 0) return ['only root may make network namespaces and mounts: start it as root'];
  const doctor = spawnSync(process.execPath, ['src/main.ts', 'doctor', '--json'], { cwd: root, encoding: 'utf8' });
  return shortfallsIn(doctor.stdout);
}

interface Ended {
  readonly code: number;
  /** stdout and stderr as they came. */
  readonly output: string;
}

function run(command: string, args: readonly string[], io: 'pipe' | 'inherit'): Promise<Ended> {
  const { promise, resolve: end } = Promise.withResolvers<Ended>();
  const child = spawn(process.execPath, [join(root, 'node_modules/.bin', command), ...args], {
    cwd: root,
    stdio: ['ignore', io, io],
  });
  running = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  child.on('close', (code) => {
    running = undefined;
    end({ code: code ?? 1, output });
  });
  return promise;
}

function secondsSince(began: number): string {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}
