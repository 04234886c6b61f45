/** House rules about files and their words. Each takes files as data and returns what is wrong, with the reason. */
import { dirname, join, normalize } from 'node:path/posix';

export interface File {
  /** Relative to the repository, for example `src/model/ids.ts`. */
  readonly path: string;
  readonly text: string;
}

export function vagueNames(paths: readonly string[]): string[] {
  return paths
    .filter((path) => /(^|[/.-])(utils?|helpers?|misc|common)([/.-]|$)/.test(path))
    .map((path) => `${path}: a name that says nothing attracts everything; name it by what is in it`);
}

export function postponements(files: readonly File[]): string[] {
  return linesOf(files, /\b(TODO|FIXME)\b/).map(
    (place) => `${place}: work that is left lives in the issues, where it is seen; finish it, or open one`,
  );
}

/** Links of Markdown to files of the repository, `[words](path#part)`, that lead nowhere. */
export function brokenLinks(documents: readonly File[], exists: (path: string) => boolean): string[] {
  return documents.flatMap(({ path, text }) => {
    const prose = text.replace(/^(```|~~~)[^]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
    const inline = prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g);
    const references = prose.matchAll(/^\[[^\]]+\]:\s*<?([^\s>]+)/gm);
    return [...inline, ...references]
      .map(([, target]) => target!)
      .filter((target) => !/^([a-z][a-z0-9+.-]*:|#|\/\/)/i.test(target))
      .filter((target) => {
        const file = decodeURI(target.replace(/[#?].*$/, ''));
        return !exists(normalize(file.startsWith('/') ? file.slice(1) : join(dirname(path), file)));
      })
      .map((target) => `${path}: the link to ${target} leads nowhere; who follows it is lost`);
  });
}

function linesOf(files: readonly File[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  );
}
