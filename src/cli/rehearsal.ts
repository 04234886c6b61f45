/** A rehearsal as a person sees it: the live view, then the verdict; and what is kept of it in files. */
import { rehearse, type Rehearsed, type RehearseOptions } from '../app/rehearse/index.ts';
import { liveLines, reportPage, verdictLines, type Recording } from '../app/rehearse/shown.ts';
import type { Work } from '../app/work.ts';
import { paint, print } from './output.ts';
import { refuseUnwritable, write } from './written-files.ts';

interface Shown extends Omit<RehearseOptions, 'progress'> {
  /** Then nothing is shown. */
  readonly json: boolean;
  /** Paths of the page and of the JSON that are written of it. */
  readonly report?: string;
  readonly recording?: string;
}

export async function rehearseWithView(
  work: Work,
  { json, report, recording: recordingFile, ...options }: Shown,
): Promise<Rehearsed> {
  for (const path of [report, recordingFile]) if (path !== undefined) refuseUnwritable(path);
  const view = json ? undefined : createView();
  const ending = () => view?.say('ending: machines that came for it go first; Ctrl-C again ends at once');
  options.signal.addEventListener('abort', ending, { once: true });
  const rehearsed = await rehearse(work, { ...options, progress: (so) => view?.show(so) });
  options.signal.removeEventListener('abort', ending);
  const { recording, verdict } = rehearsed;
  view?.show(recording);
  view?.say(`\n${verdictLines(verdict, paint).join('\n')}`);
  if (recordingFile !== undefined) write(recordingFile, JSON.stringify(recording));
  if (report !== undefined) write(report, reportPage(recording, verdict));
  return rehearsed;
}

/** At a terminal each view takes the place of the one before; elsewhere one line every few seconds is enough. */
function createView(): { show: (recording: Recording) => void; say: (text: string) => void } {
  const { stdout } = process;
  let shownLines = 0;
  let shownSecond = -1;
  return {
    show(recording) {
      if (!stdout.isTTY) {
        const second = recording.seconds.length;
        if (second < shownSecond + quietSeconds) return;
        shownSecond = second;
        print(liveLines(recording, quietColumns).slice(0, 4).join('\n'));
        return;
      }
      const lines = liveLines(recording, stdout.columns, paint).slice(0, stdout.rows - 1);
      stdout.write(`${shownLines === 0 ? '' : `\u001b[${shownLines}A\u001b[J`}${lines.join('\n')}\n`);
      shownLines = lines.length;
    },
    say(text) {
      print(text);
      // The next view stands below it.
      shownLines = 0;
    },
  };
}

/** Chosen: a log of a rehearsal of minutes stays readable. */
const quietSeconds = 10;
const quietColumns = 100;
