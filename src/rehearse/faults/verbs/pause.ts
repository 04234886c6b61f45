import { onMachine, onMachineIfRunning } from '../scene.ts';
import type { FaultVerb } from '../verb.ts';

export const pause: FaultVerb = {
  about:
    'Processes of that name that stand still, as `database-1/mariadbd`, and go on when it is over. What they listen on stays open.',
  example: 'database-1/mariadbd',
  works: 'inside',
  says: { began: 'stands still', ended: 'goes on', missed: 'could not be made to stand still' },
  on: {
    process: {
      isImagined: false,
      drawn: { weight: 2, lastsMs: [1_000, 10_000] },
      async begin(scene, { machine, process }) {
        await onMachine(scene, machine, `pkill -STOP -x '${process}' || { echo 'no ${process} runs'; exit 1; }`);
        return 'lasts';
      },
      end: (scene, { machine, process }) => onMachineIfRunning(scene, machine, `pkill -CONT -x '${process}' || true`),
    },
  },
};
