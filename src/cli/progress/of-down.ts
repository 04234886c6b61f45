/** The stages of `down`, from what it tells. */
import type { DownEvent } from '../../app/down.ts';
import type { ProgressEvent } from './view.ts';

export function progressOfDown(event: DownEvent): ProgressEvent {
  switch (event.kind) {
    case 'found':
      return {
        kind: 'chapter',
        stages: [
          { title: 'Machines', items: event.machines },
          { title: 'Networks, and all else that bears its name', items: ['rest'] },
        ],
      };
    case 'ended':
      return event.what === 'rest'
        ? { kind: 'ended', item: event.what }
        : { kind: 'ended', item: event.what, label: `${event.what} is gone` };
    case 'began':
    case 'failed':
      return { kind: event.kind, item: event.what };
  }
}
