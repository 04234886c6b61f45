import { SpillwayError, exitCodes } from '../model/errors.ts';
import type { CommandCall, CommandSpec } from './command.ts';
import { print } from './output.ts';

const shells = { bash, zsh, fish } as const;

export function run({ operands: [shell = ''], commands }: CommandCall): Promise<number> {
  if (!isShell(shell)) {
    throw new SpillwayError({
      code: 'no-shell',
      message: `there is no completion for \`${shell}\``,
      mend: 'use bash, zsh or fish',
      exit: 'wrongInput',
    });
  }
  print(shells[shell](commands));
  return Promise.resolve(exitCodes.done);
}

function isShell(word: string): word is keyof typeof shells {
  return Object.hasOwn(shells, word);
}

/** Names of folders with a blueprint, below the current one, and of platforms that are up. */
const platformWords = `$(ls -d blueprints/*/blueprint.yaml 2>/dev/null | cut -d/ -f2; ls /var/lib/spillway/platforms 2>/dev/null)`;
function optionsOf({ options }: CommandSpec): string {
  return [...options.map(([flags]) => flags.split(' ')[0] ?? ''), '--json', '--help'].join(' ');
}

function bash(commands: readonly CommandSpec[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  return `# spillway completion for bash
_spillway() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" = 1 ]; then COMPREPLY=($(compgen -W '${names} test' -- "$word")); return; fi
  case "$word" in
    -*) case "\${COMP_WORDS[1]}" in
${commands.map((command) => `      ${command.name}) COMPREPLY=($(compgen -W '${optionsOf(command)}' -- "$word"));;`).join('\n')}
    esac;;
    *) [ "$COMP_CWORD" = 2 ] && COMPREPLY=($(compgen -W "${platformWords}" -f -- "$word"));;
  esac
}
complete -F _spillway spillway ./spillway`;
}

function zsh(commands: readonly CommandSpec[]): string {
  return `#compdef spillway
_spillway() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    '${name}:${summary.replaceAll("'", "'\\''").replaceAll(':', '\\:')}'`).join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command commands
  elif (( CURRENT == 3 )); then compadd -- ${platformWords}; _files
  fi
}
compdef _spillway spillway`;
}

function fish(commands: readonly CommandSpec[]): string {
  return [
    '# spillway completion for fish',
    ...commands.map(
      ({ name, summary }) =>
        `complete -c spillway -n __fish_use_subcommand -f -a ${name} -d '${summary.replaceAll("'", "\\'")}'`,
    ),
    `complete -c spillway -n 'not __fish_use_subcommand' -a '(ls -d blueprints/*/blueprint.yaml 2>/dev/null | cut -d/ -f2)'`,
  ].join('\n');
}
