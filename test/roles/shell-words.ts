/** Which commands a script of POSIX sh runs: enough of a reader for the scripts of our own roles. */

const keywords = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '!', '{', 'time']);
const closers = new Set(['fi', 'done', '}', 'esac']);
/** They run the command that stands behind them, and are commands themselves. */
const wrappers = new Set(['exec', 'timeout', 'unshare', 'setpriv', 'flock', 'nice']);

export function commandsIn(script: string): ReadonlySet<string> {
  const commands = new Set<string>();
  const functions = new Set<string>();
  read(withoutSums(script), 0, '', commands, functions);
  for (const name of functions) commands.delete(name);
  return commands;
}

/** What is calculated names no commands. */
function withoutSums(script: string): string {
  const sum = String.raw`\(\((?:[^()]|\([^()]*\))*\)\)`;
  return script.replace(new RegExp(String.raw`\$${sum}`, 'g'), '1').replace(new RegExp(sum, 'g'), ':');
}

/** Reads until `end` stands alone, or to the end of the text; returns where it stopped. */
function read(text: string, from: number, end: string, commands: Set<string>, functions: Set<string>): number {
  let at = from;
  let word = '';
  let quoted = '';
  let begins = true;
  let skipsNext = false;
  const finish = () => {
    if (word === '' && quoted === '') return;
    // The text behind `-c` is a script again.
    if (word === '' && lastWord === '-c') read(quoted, 0, '', commands, functions);
    if (skipsNext) skipsNext = false;
    else if (begins && word === 'for') begins = false;
    // The label of a `case`.
    else if (word.endsWith(')')) begins = true;
    // Of a `coproc` that has a name.
    else if (word === '{') begins = true;
    else if (begins && !keywords.has(word) && !closers.has(word) && !/^[A-Za-z_]\w*=/.test(word) && quoted === '') {
      // A number or an option belongs to the wrapper before it.
      if (!(wrapped && /^(-.*|[\d.]+)$/.test(word))) {
        commands.add(word);
        wrapped = wrappers.has(word);
        begins = wrapped;
      }
    }
    lastWord = word;
    word = '';
    quoted = '';
  };
  let lastWord = '';
  let wrapped = false;
  const documents: string[] = [];
  while (at < text.length) {
    const char = text[at]!;
    if (end !== '' && char === end) {
      finish();
      return at + 1;
    }
    if (char === '#' && word === '' && quoted === '') {
      at = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
    } else if (char === "'") {
      const close = text.indexOf("'", at + 1);
      quoted += `${text.slice(at + 1, close)} `;
      at = close + 1;
    } else if (char === '"') {
      at += 1;
      quoted += ' ';
      while (text[at] !== '"') {
        if (text[at] === '\\') at += 2;
        else if (text[at] === '$' && text[at + 1] === '(') at = read(text, at + 2, ')', commands, functions);
        else at += 1;
      }
      at += 1;
    } else if (char === '\\') {
      word += text[at + 1] === '\n' ? '' : (text[at + 1] ?? '');
      at += 2;
    } else if (text.startsWith('$((', at)) {
      word += '$';
      at = text.indexOf('))', at) + 2;
    } else if (char === '$' && text[at + 1] === '(') {
      at = read(text, at + 2, ')', commands, functions);
      word += '$';
    } else if (char === '(') {
      if (word !== '') functions.add(word);
      finish();
      at = text[at + 1] === ')' ? at + 2 : read(text, at + 1, ')', commands, functions);
      begins = true;
    } else if (hereDocument(text, at) !== undefined) {
      finish();
      documents.push(hereDocument(text, at)!.end);
      at += hereDocument(text, at)!.length;
    } else if (char === '<' || char === '>') {
      if (/^\d$/.test(word)) word = '';
      finish();
      at += text[at + 1] === '&' || text[at + 1] === '>' ? 2 : 1;
      skipsNext = true;
    } else if (char === ';' || char === '|' || char === '&' || char === '\n') {
      finish();
      begins = true;
      wrapped = false;
      at += 1;
      if (char === '\n') for (const end of documents.splice(0)) at = behindDocument(text, at, end);
    } else if (char === ' ' || char === '\t') {
      finish();
      at += 1;
    } else {
      word += char;
      at += 1;
    }
  }
  finish();
  return at;
}

/** `<<'end'` at that place: how long it is, and the line that ends its text. */
function hereDocument(text: string, at: number): { readonly length: number; readonly end: string } | undefined {
  const [all, end] = /^<<-?'?(\w+)'?/.exec(text.slice(at, at + 40)) ?? [];
  return all === undefined || end === undefined ? undefined : { length: all.length, end };
}

function behindDocument(text: string, from: number, end: string): number {
  const found = text.indexOf(`\n${end}\n`, from - 1);
  return found < 0 ? text.length : found + end.length + 2;
}
