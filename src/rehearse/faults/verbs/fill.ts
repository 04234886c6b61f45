import { onMachine, onMachineIfThere } from '../scene.ts';
import type { FaultVerb } from '../verb.ts';

/** What both ways begin with: `at` is where the file system is, `kept` the file that keeps its size meanwhile. */
const there = (folder: string) => `
set -e
cd '${folder}'
at=$(findmnt -n -o TARGET -T .)
kept=/var/tmp/spillway-fill$(echo "$at" | tr / -)
kind=$(stat -f -c %T .)
`;

/**
 * A file system in memory is made no larger than what is in it: that costs no memory. On a disk a file takes what is
 * left. A machine of the lab stands on the disk of its host, which belongs to others too.
 */
const begin = (folder: string) => `${there(folder)}
case $kind in
  overlayfs) echo "the disk of a lab machine is its host’s; fill one of its own: /tmp, /run or /dev/shm"; exit 1 ;;
  tmpfs)
    [ -e "$kept" ] || findmnt -n -o OPTIONS -T . | tr , '\\n' | sed -n 's/^size=//p' >"$kept"
    used=$(df --output=used -k . | tail -n 1)
    mount -o "remount,size=$((used > 4 ? used : 4))k" "$at" ;;
  *) fallocate -l "$(df --output=avail -k . | tail -n 1 | tr -d ' ')KiB" "$at/.spillway-fill" ;;
esac
`;

/** One in memory whose size nobody said may take half of the memory: that is Linux’s own choice. */
const end = (folder: string) => `${there(folder)}
case $kind in
  overlayfs) ;;
  tmpfs)
    [ -e "$kept" ] || exit 0
    size=$(cat "$kept")
    mount -o "remount,size=\${size:-50%}" "$at"
    rm -f "$kept" ;;
  *) rm -f "$at/.spillway-fill" ;;
esac
`;

export const fill: FaultVerb = {
  about:
    'The file system of that folder has no room left, as `database-1/tmp`. In the lab, whose machines share the disk of their host, only those that a machine has for itself: `/tmp`, `/run`, `/dev/shm`.',
  example: 'database-1/tmp',
  works: 'inside',
  says: { began: 'is full', ended: 'has room again', missed: 'could not be filled' },
  on: {
    folder: {
      isImagined: false,
      // Never drawn: no role says which folders a machine has for itself, and on the lab's disk the host would be full.
      async begin(scene, { machine, folder }) {
        await onMachine(scene, machine, begin(folder));
        return 'lasts';
      },
      end: (scene, { machine, folder }) => onMachineIfThere(scene, machine, end(folder)),
    },
  },
};
