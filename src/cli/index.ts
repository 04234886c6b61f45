/** The command line: one small file a command, loaded when it is asked for. */
import { Command, CommanderError } from 'commander';
import type { Toolbox } from '../app/toolbox.ts';
import { exitCodes, SpillwayError } from '../model/errors.ts';
import { commands } from './commands.ts';
import { report } from './output.ts';

/** Resolves with the exit code. `told`: an error of this host, as a person can mend it. */
export async function runCli(
  toolbox: Toolbox,
  words: readonly string[],
  told: (error: unknown) => unknown = (error) => error,
): Promise<number> {
  // `spillway plan … | head` closes the pipe when it has seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.done);
    throw error;
  });
  const end = words.indexOf('--');
  const json = words.slice(0, end < 0 ? words.length : end).includes('--json');
  let exitCode: number = exitCodes.done;
  const program = new Command('spillway')
    .description('Keeps a hosting platform up through its peaks and its failures.')
    .version('0.1.0', '-V, --version')
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false })
    .addHelpText(
      'after',
      '\nStart with: ./spillway demo. `./spillway test` runs every test.\nExit codes: 0 done, 1 failed, 2 wrong input, 3 refused, 4 a verdict that is void.',
    )
    .exitOverride();
  // Then `report` tells of a wrong word as of every other error.
  if (json) program.configureOutput({ writeErr: () => undefined });

  for (const { name, args, summary, example, options, hidden = false, load } of commands) {
    const command = program
      .command(args === '' ? name : `${name} ${args}`, { hidden })
      .description(summary)
      .exitOverride();
    for (const [flags, description] of options) command.option(flags, description);
    command.option('--json', 'print JSON, for programs').addHelpText('after', `\nExample:\n  $ spillway ${example}`);
    command.action(async (...given: unknown[]) => {
      const { run } = await load();
      const operands = given
        .slice(0, -2)
        .flat()
        .filter((one) => one !== undefined) as string[];
      exitCode = await run({
        toolbox,
        operands,
        options: given.at(-2) as Readonly<Record<string, unknown>>,
        json,
        commands,
      });
    });
  }

  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return report(told(error), json);
    if (error.exitCode === 0) return exitCodes.done;
    return json ? report(wrongWords(error), json) : exitCodes.wrongInput;
  }
}

function wrongWords({ message }: CommanderError): SpillwayError {
  const mend = '`spillway --help` lists the commands, and `spillway COMMAND --help` its words';
  return new SpillwayError({ code: 'usage', message: message.replace(/^error: /, ''), mend, exit: 'wrongInput' });
}
