import { SpillwayError, exitCodes } from '../model/errors.ts';
import type { CommandCall, CommandSpec } from './command.ts';
import { print } from './output.ts';

export const shells = { bash, zsh, fish } as const;

export function run({ operands: [shell = ''], commands }: CommandCall): Promise<number> {
  if (!isShell(shell)) {
    throw new SpillwayError({
      code: 'no-shell',
      message: `there is no completion for \`${shell}\``,
      mend: 'use bash, zsh or fish',
      exit: 'wrongInput',
    });
  }
  print(shells[shell](commands.filter(({ hidden }) => hidden !== true)));
  return Promise.resolve(exitCodes.done);
}

function isShell(word: string): word is keyof typeof shells {
  return Object.hasOwn(shells, word);
}

/** Each asks Spillway itself for what it cannot know; where that knows nothing, the shell offers files. */
function bash(): string {
  return `# spillway completion for bash
_spillway() {
  local IFS=$'\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _spillway spillway ./spillway`;
}

function zsh(commands: readonly CommandSpec[]): string {
  return `#compdef spillway
_spillway() {
  local -a commands found
  commands=(
${commands.map(({ name, summary }) => `    '${name}:${summary.replaceAll("'", "'\\''").replaceAll(':', '\\:')}'`).join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  found=(\${(f)"$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#found )); then compadd -a found; else _files; fi
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
    `complete -c spillway -n 'not __fish_use_subcommand' -a '(spillway complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
  ].join('\n');
}
