/**
 * A change that may be taken back. Before it begins, the machine keeps what it is about to lose, in one folder; once the
 * machine serves with the change, the folder goes. While it is there, the machine is unproven, whoever changed it.
 */
import { quote } from './quote.ts';
import { beforeFolder, stateFolder } from './inspect-script.ts';

/** Keeps what was noted of the machine, and begins the list of what is kept. Does nothing when a change has begun before. */
export const beginGuard: readonly string[] = [
  `if ! [ -d ${beforeFolder} ]; then`,
  `  rm -rf ${beforeFolder}.new && mkdir -p ${beforeFolder}.new/noted`,
  `  for noted in units tasks written; do if [ -d ${stateFolder}/$noted ]; then cp -a ${stateFolder}/$noted ${beforeFolder}.new/noted/; fi; done`,
  `  : >${beforeFolder}.new/paths; : >${beforeFolder}.new/units`,
  `  mv -T ${beforeFolder}.new ${beforeFolder}`,
  'fi',
];

/**
 * The functions `keep PATH` and `unit NAME`, to be called before a path or a unit is changed. What was kept first
 * stays: it is how the machine was when it was last proven.
 */
export const guarding: readonly string[] = [
  `keep() { if [ -d ${beforeFolder} ] && ! grep -qxF -- "$1" ${beforeFolder}/paths; then`,
  `  n=$(wc -l <${beforeFolder}/paths)`,
  `  if [ -e "$1" ] || [ -L "$1" ]; then cp -a -T -- "$1" ${beforeFolder}/$n; fi`,
  `  printf '%s\\n' "$1" >>${beforeFolder}/paths`,
  'fi; }',
  `unit() { if [ -d ${beforeFolder} ] && ! grep -qF -- " $1" ${beforeFolder}/units; then printf '%s %s %s\\n' "$(systemctl is-active -- "$1" 2>/dev/null || true)" "$(systemctl is-enabled -- "$1" 2>/dev/null || true)" "$1" | sed 's/^  /inactive none /' >>${beforeFolder}/units; fi; }`,
];

/** The machine is as it was before; units that were changed read their files again. */
export const takeBackScript: readonly string[] = [
  `if [ -d ${beforeFolder} ]; then`,
  '  n=0',
  '  while IFS= read -r path; do',
  // Put beside its place first, so that nobody ever reads half a file.
  `    if [ -e ${beforeFolder}/$n ] || [ -L ${beforeFolder}/$n ]; then`,
  `      cp -a -T -- ${beforeFolder}/$n "$path.spillway-before" && mv -fT -- "$path.spillway-before" "$path"`,
  '    else rm -f -- "$path"; fi',
  '    n=$((n + 1))',
  `  done <${beforeFolder}/paths`,
  `  for noted in units tasks written; do rm -rf ${stateFolder}/$noted; if [ -d ${beforeFolder}/noted/$noted ]; then cp -a ${beforeFolder}/noted/$noted ${stateFolder}/; fi; done`,
  '  systemctl daemon-reload',
  '  while read -r was enabled name; do',
  '    case "$enabled" in enabled) systemctl enable --quiet "$name" ;; disabled) systemctl disable --quiet "$name" 2>/dev/null || true ;; esac',
  '    systemctl reset-failed "$name" 2>/dev/null || true',
  // One that failed over the change runs no more, and one that runs reads its files again.
  '    case "$was" in active | activating | reloading) systemctl reload-or-restart "$name" || systemctl restart "$name" ;; *) systemctl stop "$name" ;; esac',
  `  done <${beforeFolder}/units`,
  `  mv -T ${beforeFolder} ${beforeFolder}.done && rm -rf ${beforeFolder}.done`,
  'fi',
];

export const endGuard: readonly string[] = [
  `if [ -d ${beforeFolder} ]; then rm -rf ${beforeFolder}.done && mv -T ${beforeFolder} ${beforeFolder}.done && rm -rf ${beforeFolder}.done; fi`,
];

export const keepPath = (path: string): string => `keep ${quote(path)}`;
export const keepUnit = (name: string): string => `unit ${quote(name)}`;
