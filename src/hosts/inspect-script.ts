/**
 * One shell script looks at everything that the recipes speak of. It prints one
 * line a fact, tab-separated, so that a whole machine costs one exchange.
 */
import { createHash, X509Certificate } from 'node:crypto';
import type { DiskFact, MachineFacts, PathFact, ReleaseFact, RoleFacts, TaskFact, UnitFact } from '../model/facts.ts';
import type { Recipe } from '../model/recipe.ts';
import { listTree } from '../model/release.ts';
import { secretsIn } from '../model/secrets.ts';
import { quote } from './quote.ts';

/** Where a machine keeps what Spillway last did there. */
export const stateFolder = '/var/lib/spillway';
export const stampPath = (kind: 'unit' | 'task', role: string, name: string): string =>
  `${stateFolder}/${kind}s/${role}.${name.replaceAll(/[^A-Za-z0-9.@-]/g, '_')}`;
/** Its changes can be taken back as long as it is there (`guard-script`). */
export const beforeFolder = `${stateFolder}/before`;
export const writtenFolder = `${stateFolder}/written`;
/** One small file a path, holding the digest of what was written and the path. A path may be too long for a name. */
export const writtenPath = (path: string): string =>
  `${writtenFolder}/${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;

/** Chosen: one line of a plan. */
const longestSaying = 200;

/** Chosen: what a machine starts at its boot has started by then, or hangs. */
const bootSeconds = 10;

/** In a folder that a boot empties. */
const hasBooted = '/run/spillway-has-booted';

/** Each process costs some milliseconds on a machine, and there are dozens of checks: a subshell is begun once for each. */
const quietly = 'exec </dev/null 2>/dev/null';

/** The script; `probes` says whether the probes are asked too. */
export function inspectScript(recipes: readonly Recipe[]): string {
  const packages = unique(recipes.flatMap((recipe) => recipe.packages));
  const paths = unique(recipes.flatMap(pathsOf));
  const units = unique(recipes.flatMap((recipe) => recipe.units.map(({ name }) => name)));
  return [
    'export LC_ALL=C',
    // A machine that has just been booted still starts what is enabled: to take that for stopped would be wrong. Once it
    // has, nobody has to ask systemd again until the next boot.
    `[ -e ${hasBooted} ] || case $(timeout ${bootSeconds} systemctl is-system-running --wait 2>/dev/null) in running | degraded) : >${hasBooted} ;; esac`,
    ...lackingPackages(packages),
    ...(paths.length === 0
      ? []
      : [
          `stat -c 'path\t%U:%G\t%a\t%n' -- ${paths.map(quote).join(' ')} 2>/dev/null`,
          // With -z a name is printed as it is; without, one with a backslash is escaped.
          `sha256sum -z -- ${paths.map(quote).join(' ')} 2>/dev/null | tr '\\0' '\\n' | sed 's/^\\([0-9a-f]*\\) [ *]/digest\\t\\1\\t/'`,
        ]),
    ...unique(recipes.flatMap(certificatesOf)).map(
      (path) =>
        // Without the key, which no look has to see.
        `printf 'certificates\\t%s\\t%s\\n' "$(sed -n '/^-----BEGIN CERT/,/^-----END CERT/p' ${quote(path)} 2>/dev/null | base64 -w 0)" ${quote(path)}`,
    ),
    `df -P -k -l ${notDisks.map((type) => `-x ${type}`).join(' ')} 2>/dev/null | sed -n 's/^.* \\([0-9][0-9]*\\)  *[0-9][0-9]*  *\\([0-9][0-9]*\\)  *[0-9]*%  */disk\\t\\1\\t\\2\\t/p'`,
    `if [ -d ${beforeFolder} ]; then echo unproven; fi`,
    ...recipes.flatMap(({ releases }) =>
      releases.map(
        ({ content, path }) =>
          `if at=$(readlink ${quote(path)}); then printf 'release\\t%s\\t%s\\t%s\\n' ${quote(content)} "\${at##*/}" "$(cd ${quote(path)}/ && ${listTree} | sha256sum | cut -d ' ' -f 1)"; fi`,
      ),
    ),
    `cat ${writtenFolder}/* 2>/dev/null | sed 's/^/written\\t/'`,
    `cd ${stateFolder} 2>/dev/null && grep -s '' -- units/* tasks/* /dev/null | sed 's/^\\([^:]*\\):/stamp\\t\\1\\t/'; cd /`,
    ...(units.length === 0
      ? []
      : [`systemctl show -p Id,ActiveState,UnitFileState -- ${units.map(quote).join(' ')} | sed 's/^/unit\\t/'`]),
    ...recipes.flatMap(({ role, tasks, probes }) => [
      ...tasks.flatMap(({ name, check }) =>
        check === undefined
          ? []
          : [
              `if says=$(${quietly}${line(check)}); then printf 'checked\\t%s\\t%s\\n' ${quote(role)} ${quote(name)}; else printf 'unchecked\\t%s\\t%s\\t%s\\n' ${quote(role)} ${quote(name)} "$(printf %s "$says" | head -n 1 | cut -c 1-${longestSaying})"; fi`,
            ],
      ),
      ...probes.map(
        ({ name, run }) =>
          `says=$( (${quietly}${line(run)}) | head -c 2000); [ -z "$says" ] || printf '%s\\n' "$says" | sed ${quote(`/^$/d;s/^/probe\t${role}\t${escapeSed(name)}\t/`)}`,
      ),
    ]),
    'echo end',
  ].join('\n');
}

/** One that was removed, or that its installation left half configured, is not there either. */
function lackingPackages(packages: readonly string[]): readonly string[] {
  if (packages.length === 0) return [];
  const names = packages.map(quote).join(' ');
  return [
    `has=" $(dpkg-query -W -f '\${db:Status-Status}:\${Package} ' -- ${names} 2>/dev/null)"`,
    `for p in ${names}; do case $has in *" installed:$p "*) ;; *) printf 'lacks\\t%s\\n' "$p" ;; esac; done`,
  ];
}

/** Types of file systems on which nobody keeps anything. */
const notDisks = ['devtmpfs', 'ramfs', 'squashfs', 'iso9660', 'efivarfs', 'vfat'];

/** Files that hold a certificate. */
function certificatesOf({ files }: Recipe): readonly string[] {
  return files.flatMap(({ path, content, encoding }) =>
    encoding === undefined && secretsIn(content).some(({ kind }) => kind === 'certificate') ? [path] : [],
  );
}

/** When the first of them runs out; undefined where there is none that can be read. */
function validUntil(base64: string): number | undefined {
  const pem = Buffer.from(base64, 'base64').toString();
  const all = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return all.length === 0 ? undefined : Math.min(...all.map((one) => new X509Certificate(one).validToDate.getTime()));
  } catch {
    return undefined;
  }
}

/** Reads what the script printed. Undefined when it did not come to its end. */
export function readInspection(recipes: readonly Recipe[], output: string): MachineFacts | undefined {
  if (output !== 'end\n' && !output.endsWith('\nend\n')) return undefined;
  const rows = output.split('\n').map((row) => row.split('\t'));
  const of = (wanted: string) => rows.filter(([kind]) => kind === wanted);
  const lacks = new Set(of('lacks').map(([, name = '']) => name));
  const digests = new Map(of('digest').map(([, digest = '', ...path]) => [path.join('\t'), digest]));
  const written = new Map(of('written').map(([, digest = '', ...path]) => [path.join('\t'), digest]));
  const stamps = new Map(of('stamp').map(([, path = '', stamp = '']) => [`${stateFolder}/${path}`, stamp]));
  const runsOut = new Map(of('certificates').map(([, pem = '', ...path]) => [path.join('\t'), validUntil(pem)]));
  const paths = new Map(
    of('path').map(([, owner = '', mode = '0', ...name]): [string, PathFact] => {
      const path = name.join('\t');
      const last = written.get(path);
      const validUntilMs = runsOut.get(path);
      return [
        path,
        {
          digest: digests.get(path) ?? '',
          owner,
          mode: Number.parseInt(mode, 8),
          ...(last !== undefined && { written: last }),
          ...(validUntilMs !== undefined && { validUntilMs }),
        },
      ];
    }),
  );
  const releases = new Map(
    of('release').map(([, content = '', id = '', tree = '']): [string, ReleaseFact] => [content, { id, tree }]),
  );
  const units = readUnits(of('unit').map(([, property = '']) => property));
  const checked = new Set(of('checked').map(([, role = '', task = '']) => `${role}/${task}`));
  const says = new Map(
    of('unchecked').map(([, role = '', task = '', ...words]) => [`${role}/${task}`, words.join(' ')]),
  );
  const failing = Map.groupBy(of('probe'), ([, role = '', name = '']) => `${role}/${name}`);

  const roles = recipes.map((recipe): [string, RoleFacts] => {
    const { role } = recipe;
    return [
      role,
      {
        missingPackages: recipe.packages.filter((name) => lacks.has(name)),
        paths: new Map(
          pathsOf(recipe).flatMap((path) => (paths.has(path) ? [[path, paths.get(path) as PathFact]] : [])),
        ),
        releases: new Map(
          recipe.releases.flatMap(({ content }) => {
            const fact = releases.get(content);
            return fact === undefined ? [] : [[content, fact] as const];
          }),
        ),
        units: new Map(
          recipe.units.map(({ name }): [string, UnitFact] => {
            const seen = units.get(name);
            return [
              name,
              {
                active: seen?.ActiveState === 'active',
                enabled: isEnabled(seen?.UnitFileState),
                ...(seen?.UnitFileState?.startsWith('masked') && { masked: true }),
                stamp: stamps.get(stampPath('unit', role, name)) ?? '',
              },
            ];
          }),
        ),
        tasks: new Map(
          recipe.tasks.map(({ name }): [string, TaskFact] => {
            const stamp = stamps.get(stampPath('task', role, name)) ?? '';
            const said = says.get(`${role}/${name}`) ?? '';
            return [name, { checked: checked.has(`${role}/${name}`), stamp, ...(said !== '' && { says: said }) }];
          }),
        ),
        probes: new Map(
          recipe.probes.map(({ name }): [string, string] => [
            name,
            (failing.get(`${role}/${name}`) ?? []).map(([, , , ...says]) => says.join(' ')).join('; '),
          ]),
        ),
      },
    ];
  });
  return {
    reachable: true,
    roles: new Map(roles),
    noted: { paths: [...written.keys()], units: unitsNoted(stamps.keys()) },
    disks: of('disk').map(([, size, free, ...path]): DiskFact => ({
      path: path.join('\t'),
      sizeBytes: Number(size) * 1024,
      freeBytes: Number(free) * 1024,
    })),
    ...(of('unproven').length > 0 && { isUnproven: true }),
  };
}

/** A stamp is named after its role and its unit. */
function unitsNoted(stampPaths: Iterable<string>): readonly string[] {
  const folder = `${stateFolder}/units/`;
  const ours = [...stampPaths].filter((path) => path.startsWith(folder));
  return unique(ours.map((path) => path.slice(path.indexOf('.', folder.length) + 1)));
}

function pathsOf({ directories, files, absent }: Recipe): readonly string[] {
  return [...directories.map(({ path }) => path), ...files.map(({ path }) => path), ...absent];
}

/** `systemctl show` prints blocks of properties with an empty line between them. */
function readUnits(properties: readonly string[]): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const units = new Map<string, Record<string, string>>();
  let current: Record<string, string> = {};
  for (const property of properties) {
    if (property === '') {
      current = {};
      continue;
    }
    const equals = property.indexOf('=');
    current[property.slice(0, equals)] = property.slice(equals + 1);
    if (current.Id !== undefined) units.set(current.Id, current);
  }
  return units;
}

/** A static unit cannot be enabled: something else starts it. */
function isEnabled(state: string | undefined): boolean {
  return state === 'enabled' || state === 'static' || state === 'enabled-runtime' || state === 'indirect';
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}

function line(script: string): string {
  return `\n${script.trimEnd()}\n`;
}

function escapeSed(text: string): string {
  return text.replaceAll(/[/&\\]/g, '\\$&');
}
