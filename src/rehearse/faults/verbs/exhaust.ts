import { onMachine, onMachineIfRunning } from '../scene.ts';
import type { FaultVerb } from '../verb.ts';

const unit = 'spillway-exhaust.service';

/**
 * Takes memory until so much of the machine's is used, and again when others let go of theirs. Of a machine of the
 * lab that is its control group's; its host keeps an eighth of its own free, for that belongs to others too. What
 * could be dropped at any time is not counted as used. Perl is on every Debian machine.
 */
const runaway = String.raw`
use strict;
my ($part, $groups, @held) = ($ARGV[0], "/sys/fs/cgroup");
sub text { open(my $file, "<", $_[0]) or return ""; local $/; return scalar <$file> }
sub number { return text($_[0]) =~ /^(\d{1,15})\s*$/ ? $1 : undef }
sub named { return text($_[0]) =~ /^$_[1]\s+(\d+)/m ? $1 : 0 }
sub wanted {
  my ($all, $free) = map { 1024 * named("/proc/meminfo", $_) } "MemTotal:", "MemAvailable:";
  if (defined(my $limit = number("$groups/memory.max"))) {
    my $used = number("$groups/memory.current") - named("$groups/memory.stat", "inactive_file");
    return $used < $part * $limit && $free > $all / 8;
  }
  if (defined(my $limit = number("$groups/memory/memory.limit_in_bytes"))) {
    my $used = number("$groups/memory/memory.usage_in_bytes") - named("$groups/memory/memory.stat", "total_inactive_file");
    return $used < $part * $limit && $free > $all / 8;
  }
  return $all - $free < $part * $all;
}
while (1) {
  if (wanted()) { push(@held, "x" x 4_000_000) } else { select(undef, undef, undef, 0.2) }
}
`;

const begin = (share: number) => `
set -e
systemctl stop --quiet ${unit} 2>/dev/null || true
cat > /run/spillway-exhaust.pl <<'.end'
${runaway.trim()}
.end
systemd-run --quiet --collect --unit=${unit} --property=Restart=always --property=RestartSec=500ms perl /run/spillway-exhaust.pl ${share}
`;

export const exhaust: FaultVerb = {
  about:
    'A machine of whose memory a process that runs away takes so much that `to` of it is used. With `100 %` the kernel chooses what it kills; a process that was killed runs away again.',
  example: 'web-1',
  to: { kind: 'share', about: 'how much of the memory is used then', example: '95 %', usual: '95 %' },
  works: 'inside',
  says: { began: 'has no memory left', ended: 'has its memory again', missed: 'could not be exhausted' },
  on: {
    machine: {
      isImagined: false,
      drawn: { weight: 1, lastsMs: [3_000, 10_000], to: [0.85, 0.95] },
      async begin(scene, { machine }, share) {
        await onMachine(scene, machine, begin(share));
        return 'lasts';
      },
      end: (scene, { machine }) =>
        onMachineIfRunning(
          scene,
          machine,
          `systemctl stop --quiet ${unit} 2>/dev/null || true; rm -f /run/spillway-exhaust.pl`,
        ),
    },
  },
};
