/** What an image holds, and how it is made, as data. */
import { createHash } from 'node:crypto';
import type { ImageKey } from '../../model/ids.ts';

export const suite = 'bookworm';

/** To be raised when an image is prepared differently, without a change of the data below. */
const recipeVersion = 1;

/** What the engine itself, and the controller's SSH session, need in each machine. */
const basePackages: readonly string[] = [
  'ca-certificates',
  'curl',
  'dbus',
  'iproute2',
  'iputils-arping',
  // Names of protocols and services, which a Debian host is expected to know.
  'netbase',
  'nftables',
  'openssh-server',
  'procps',
  'rsync',
  'systemd',
  'systemd-sysv',
  'tzdata',
];

export function imagePackages(packages: readonly string[]): string[] {
  return [...new Set([...basePackages, ...packages])].sort();
}

/** Twelve hex digits: enough for a few images a host. */
export function imageKeyOf(packages: readonly string[]): ImageKey {
  const recipe = JSON.stringify({
    recipeVersion,
    suite,
    packages: imagePackages(packages),
    files: imageFiles,
    masked: [...maskedUnits, ...maskedGenerators],
    removed: imageRemovals,
  });
  return createHash('sha256').update(recipe).digest('hex').slice(0, 12) as ImageKey;
}

/** `sources`: lines of sources.list; none leaves the choice to mmdebstrap. */
export function mmdebstrapCommand(packages: readonly string[], dir: string, sources: readonly string[]): string[] {
  return [
    'mmdebstrap',
    '--variant=minbase',
    `--include=${imagePackages(packages).join(',')}`,
    // The image is thrown away on a crash, so there is nothing to sync.
    '--dpkgopt=force-unsafe-io',
    '--dpkgopt=path-exclude=/usr/share/man/*',
    '--dpkgopt=path-exclude=/usr/share/info/*',
    '--dpkgopt=path-exclude=/usr/share/locale/*',
    suite,
    dir,
    ...sources,
  ];
}

/** The host's own Debian mirrors for the suite, from what `apt-get indextargets` prints. */
export function debianSources(indexTargets: string): string[] {
  const targets = indexTargets.split(/\n\n+/).map(
    (stanza) =>
      new Map(
        stanza.split('\n').map((line): [string, string] => {
          const colon = line.indexOf(':');
          return [line.slice(0, colon), line.slice(colon + 1).trim()];
        }),
      ),
  );
  const lines = targets
    .filter((target) => target.get('Origin') === 'Debian' && target.get('Release')?.split('-')[0] === suite)
    .map((target) => {
      const trusted = target.get('Trusted') === 'yes' ? '[trusted=yes] ' : '';
      return `deb ${trusted}${target.get('Repo-URI') ?? ''} ${target.get('Release') ?? ''} ${target.get('Component') ?? ''}`;
    });
  // Updates alone, without the suite itself, make no system.
  return lines.some((line) => line.includes(` ${suite} `)) ? [...new Set(lines)] : [];
}

export interface FileOfImage {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/** Files that every image gets after its packages. */
export const imageFiles: readonly FileOfImage[] = [
  {
    path: 'etc/ssh/sshd_config.d/spillway.conf',
    mode: 0o644,
    content: [
      'HostKey /etc/ssh/ssh_host_ed25519_key',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'UseDNS no',
      '# No PAM session: a login is faster, and belongs to ssh.service.',
      'UsePAM no',
      'PrintLastLog no',
      'PrintMotd no',
      '# The controller opens many channels at once, and may reconnect to all after a restart.',
      'MaxSessions 64',
      'MaxStartups 64:30:256',
      '',
    ].join('\n'),
  },
  {
    path: 'etc/systemd/journald.conf.d/spillway.conf',
    mode: 0o644,
    content: '[Journal]\nStorage=volatile\nRuntimeMaxUse=16M\nForwardToSyslog=no\nAudit=no\n',
  },
  {
    // Roles start what they configured; what a package enabled by itself stays off.
    path: 'etc/systemd/system-preset/00-spillway.preset',
    mode: 0o644,
    content: 'enable ssh.service\ndisable *\n',
  },
  // The limits of these are the host's kernel's, which a machine must not change.
  { path: 'etc/sysctl.d/50-pid-max.conf', mode: 0o644, content: '' },
  { path: 'etc/sysctl.d/99-protect-links.conf', mode: 0o644, content: '' },
  { path: 'etc/resolv.conf', mode: 0o644, content: '' },
  { path: 'etc/machine-id', mode: 0o444, content: '' },
];

/** Units that a container or a short-lived machine has no use for; masked, for nothing enables them. */
export const maskedUnits: readonly string[] = [
  'apt-daily-upgrade.timer',
  'apt-daily.timer',
  'dev-hugepages.mount',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'getty.target',
  'kmod-static-nodes.service',
  'proc-sys-fs-binfmt_misc.automount',
  'sys-fs-fuse-connections.mount',
  'sys-kernel-config.mount',
  'sys-kernel-debug.mount',
  'sys-kernel-tracing.mount',
  'systemd-ask-password-console.path',
  'systemd-ask-password-wall.path',
  'systemd-binfmt.service',
  'systemd-firstboot.service',
  'systemd-hwdb-update.service',
  'systemd-journal-catalog-update.service',
  'systemd-journal-flush.service',
  'systemd-journald-audit.socket',
  'systemd-logind.service',
  'systemd-machine-id-commit.service',
  'systemd-modules-load.service',
  'systemd-pcrphase-sysinit.service',
  'systemd-pcrphase.service',
  'systemd-pstore.service',
  'systemd-random-seed.service',
  'systemd-remount-fs.service',
  'systemd-repart.service',
  'systemd-sysusers.service',
  'systemd-timesyncd.service',
  'systemd-tmpfiles-setup-dev.service',
  'systemd-udevd-control.socket',
  'systemd-udevd-kernel.socket',
  'systemd-udevd.service',
  'systemd-update-utmp-runlevel.service',
  'systemd-update-utmp.service',
];

/**
 * Generators that look for what no machine here has: encrypted disks, partitions, consoles, words on a kernel's command
 * line. systemd starts each of them at every reload, of which a machine that is configured sees a few.
 */
export const maskedGenerators: readonly string[] = [
  'systemd-bless-boot-generator',
  'systemd-cryptsetup-generator',
  'systemd-debug-generator',
  'systemd-getty-generator',
  'systemd-gpt-auto-generator',
  'systemd-hibernate-resume-generator',
  'systemd-integritysetup-generator',
  'systemd-run-generator',
  'systemd-system-update-generator',
  'systemd-veritysetup-generator',
];

/** Globs relative to the image: what machines must not share, and the links through which init scripts without a unit would start. */
export const imageRemovals: readonly string[] = ['etc/ssh/ssh_host_*', 'etc/rc[0-6S].d/*'];
