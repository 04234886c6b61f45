import { onMachine, onMachineIfThere } from '../scene.ts';
import type { FaultVerb } from '../verb.ts';

const mark = '# Emptied by a fault of Spillway.';
const files = '/etc/hosts /etc/resolv.conf';

/** Written in place: a service with a view of its own of the file system sees the same file. */
const begin = `
set -e
for file in ${files}; do
  [ -f $file ] || continue
  grep -qxF '${mark}' $file || cp -p $file $file.spillway
done
printf '%s\\n' '${mark}' "127.0.0.1 localhost $(hostname)" >/etc/hosts
[ ! -f /etc/resolv.conf ] || printf '%s\\n' '${mark}' >/etc/resolv.conf
`;

/** What somebody wrote meanwhile is newer than what was put aside. */
const end = `
set -e
for file in ${files}; do
  [ -f $file.spillway ] || continue
  if grep -qxF '${mark}' $file; then cat $file.spillway >$file; fi
  rm -f $file.spillway
done
`;

export const forget: FaultVerb = {
  about:
    'A machine that finds no other by its name any more, as when name resolution fails; connections that are there stay.',
  example: 'web-1',
  works: 'inside',
  says: { began: 'knows no names', ended: 'knows names again', missed: 'could not be made to forget names' },
  on: {
    machine: {
      isImagined: false,
      drawn: { weight: 1, lastsMs: [2_000, 10_000] },
      async begin(scene, { machine }) {
        await onMachine(scene, machine, begin);
        return 'lasts';
      },
      end: (scene, { machine }) => onMachineIfThere(scene, machine, end),
    },
  },
};
