/** Scripts that let a shell complete what is typed after `nines`, made from the table of commands. */
import type { CliOption, Command } from './command.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** Writes the script for a shell. */
export function formatCompletion(shell: Shell, commands: readonly Command[]): string {
  const shown = commands.filter(({ summary }) => summary !== '');
  switch (shell) {
    case 'bash':
      return formatBash(shown);
    case 'zsh':
      return formatZsh(shown);
    case 'fish':
      return formatFish(shown);
  }
}

const takesValue = ({ type }: CliOption): boolean => type === 'string';

/** Where nothing of ours fits, bash completes names of files: after an option's name, for `check`. */
function formatBash(commands: readonly Command[]): string {
  const cases = commands.map(({ name, words = [], options }) => {
    const all = Object.entries(options).map(([option]) => `--${option}`);
    const withValue = Object.entries(options).flatMap(([option, one]) =>
      takesValue(one) ? [`--${option}`] : [],
    );
    return `    ${name}) options='${[...all, '--help'].join(' ')}' values='${withValue.join(' ')}' words='${words.join(' ')}' ;;`;
  });
  const names = [...commands.map(({ name }) => name), 'help', 'version'].join(' ');
  return `# Completes nines in bash: source <(nines completion bash)
_nines() {
  local current="\${COMP_WORDS[COMP_CWORD]}" options='' values='' words=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${names}' -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case " $values " in
    *" \${COMP_WORDS[COMP_CWORD-1]} "*) return ;;
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
    *) if [ "$COMP_CWORD" -eq 2 ]; then COMPREPLY=($(compgen -W "$words" -- "$current")); fi ;;
  esac
}
complete -o default -F _nines nines
`;
}

function formatZsh(commands: readonly Command[]): string {
  const names = commands.map(({ name, summary }) => `    ${quoteZsh(`${name}:${summary}`)}`);
  const cases = commands.map(({ name, words = [], options }) => {
    const specs = Object.entries(options).map(([option, one]) => {
      const value = takesValue(one) ? `:${one.value ?? option}:_files` : '';
      return quoteZsh(`--${option}[${one.summary.replaceAll(/[[\]:\\]/g, '\\$&')}]${value}`);
    });
    const first = words.length === 0 ? [] : [quoteZsh(`1:verb:(${words.join(' ')})`)];
    const all = [...specs, "'--help[tell the options]'", ...first, "'*:operand:_files'"];
    return `    ${name})\n      _arguments ${all.join(' \\\n        ')} ;;`;
  });
  return `#compdef nines
# Completes nines in zsh: source <(nines completion zsh)
_nines() {
  local -a commands
  commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case "$words[1]" in
${cases.join('\n')}
  esac
}
compdef _nines nines
`;
}

function quoteZsh(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function formatFish(commands: readonly Command[]): string {
  const lines = commands.flatMap(({ name, words = [], summary, options }) => {
    const isHere = `-n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c nines -f -n __fish_use_subcommand -a ${name} -d ${quoteFish(summary)}`,
      ...(words.length === 0 ? [] : [`complete -c nines -f ${isHere} -a '${words.join(' ')}'`]),
      ...Object.entries(options).map(([option, one]) => {
        const value = takesValue(one) ? ' -r' : '';
        return `complete -c nines ${isHere} -l ${option}${value} -d ${quoteFish(one.summary)}`;
      }),
    ];
  });
  return `# Completes nines in fish: nines completion fish | source\n${lines.join('\n')}\n`;
}

function quoteFish(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
