import { SpillwayError } from '../../../model/errors.ts';
import { onMachine, onMachineIfRunning } from '../scene.ts';
import type { FaultVerb } from '../verb.ts';

export const stop: FaultVerb = {
  about: 'A unit of systemd that is stopped in order, as `web-1/nginx.service`, and started when it is over.',
  example: 'web-1/nginx.service',
  works: 'inside',
  says: { began: 'is stopped', ended: 'is started again', missed: 'could not be stopped' },
  on: {
    unit: {
      isImagined: false,
      drawn: { weight: 2, lastsMs: [2_000, 10_000] },
      async begin(scene, { machine, unit }) {
        await onMachine(scene, machine, `systemctl is-active --quiet '${unit}'`).catch((cause: unknown) => {
          if (!(cause instanceof SpillwayError) || cause.code !== 'fault-failed') throw cause;
          throw new SpillwayError({
            code: 'not-running',
            message: `on ${machine}: ${unit} does not run`,
            mend: 'name one that does: `systemctl list-units` on the machine lists them',
            cause,
          });
        });
        await onMachine(scene, machine, `systemctl stop '${unit}'`);
        return 'lasts';
      },
      end: (scene, { machine, unit }) =>
        onMachineIfRunning(
          scene,
          machine,
          // One that was never there was not stopped.
          `! systemctl cat '${unit}' >/dev/null 2>&1 || systemctl start '${unit}'`,
        ),
    },
  },
};
