import { onMachine } from '../scene.ts';
import type { FaultVerb } from '../verb.ts';

export const crash: FaultVerb = {
  about:
    'Processes of that name that are killed, as `database-1/mariadbd`: at once and without a word. What starts them again is systemd, or whoever watches.',
  example: 'database-1/mariadbd',
  isOverAtOnce: true,
  works: 'inside',
  says: { began: 'crashes', ended: 'crashed', missed: 'could not be crashed' },
  on: {
    process: {
      isImagined: false,
      drawn: { weight: 3 },
      async begin(scene, { machine, process }) {
        await onMachine(scene, machine, `pkill -KILL -x '${process}' || { echo 'no ${process} runs'; exit 1; }`);
        return 'over';
      },
      end: () => Promise.resolve(),
    },
  },
};
