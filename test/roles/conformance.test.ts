/** What every role holds to, on every machine of these platforms: a new role is held to it by being in one of them. */
import { spawnSync } from 'node:child_process';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rolesOf, type Machine, type Platform } from '../../src/blueprint/platform.ts';
import { the } from '../../src/blueprint/records.ts';
import type { RoleName } from '../../src/blueprint/schema.ts';
import type { Recipe } from '../../src/model/recipe.ts';
import { secretsIn } from '../../src/model/secrets.ts';
import { compile } from '../../src/roles/compile.ts';
import { roles } from '../../src/roles/index.ts';
import type { Daemon, Role, RoleOn, Service } from '../../src/roles/role.ts';
import { differs } from '../../src/roles/text.ts';
import { clusterWith, machines, mobileVpn, shopWith, sofoot, withOverflow } from './platforms.ts';
import { commandsIn } from './shell-words.ts';

/** Who may own files: root, and the accounts that the packages make. */
const owners = ['root:root', 'www-data:www-data'];

/** Folders that are there before any role, or come with its packages. */
const foldersOfPackages = [
  ...['/etc', '/etc/nginx', '/etc/haproxy', '/etc/keepalived', '/etc/mysql/mariadb.conf.d', '/etc/ssh/sshd_config.d'],
  ...['/etc/sysctl.d', '/etc/systemd/system', '/etc/php/8.2/fpm/pool.d', '/etc/php/8.2/fpm/conf.d'],
];

/** Debian's package of each command; `essential` is on every machine, as are the builtins of sh. */
const packageOf: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  ...Object.fromEntries(
    (
      '[ : . break case cat cd chmod cp echo exec exit false ls mktemp mv printf read readlink return rm set shift sleep test touch tr trap true umask ' +
      'wc head tail df base64 sort date ln timeout cmp find awk grep sed hostname sh flock setpriv unshare systemctl'
    )
      .split(' ')
      .map((command) => [command, 'essential']),
  ),
  curl: 'curl',
  mariadb: 'mariadb-client',
  'mariadb-admin': 'mariadb-client',
  'mariadb-dump': 'mariadb-client',
  nft: 'nftables',
  rsync: 'rsync',
  socat: 'socat',
  // A site's own commands; that its machine has PHP is for the blueprint to say.
  perl: 'essential',
  php: 'essential',
};

/** Units of Debian that start again after a crash as they are. */
const startingAgain = ['haproxy.service', 'mariadb.service'];

/** What bash knows beside: for scripts that a session runs, not a machine's own sh. */
const ofBash = ['[[', 'bash', 'case', 'coproc', 'kill', 'local', 'read'];

/** The TCP ports on which the machine answers others, from its configuration files. */
function listening(recipes: readonly Recipe[]): ReadonlySet<number> {
  const found = recipes.flatMap(({ files }) =>
    files.flatMap(({ path, content }) => {
      const ports = (pattern: RegExp) => [...content.matchAll(pattern)].map(([, port]) => Number(port));
      if (path === '/etc/haproxy/haproxy.cfg') return ports(/^\s*bind \S+:(\d+)/gm);
      if (path === '/etc/nginx/nginx.conf' || /^\/etc\/spillway\/standby\/[a-z-]+\.conf$/.test(path))
        return [...ports(/^\s*listen (?:\S+:)?(\d+)/gm), ...ports(/^port = (\d+)/gm)];
      if (path === '/etc/rsyncd.conf') return ports(/^port = (\d+)/gm).concat(/^port/m.test(content) ? [] : 873);
      // Galera's own ports stand in its options, which arbiters have in their unit.
      const galera = ports(/(?:listen_addr=tcp:\/\/|recv_addr=|receive_address = )[\d.]+:(\d+)/g);
      if (path.startsWith('/etc/mysql/mariadb.conf.d/')) return [...ports(/^port = (\d+)/gm), ...galera, 3306];
      if (path === '/etc/systemd/system/spillway-arbiter.service') return galera;
      if (path === '/usr/local/lib/spillway/galera-node') return ports(/^my \$port = (\d+);/gm);
      return [];
    }),
  );
  return new Set(found);
}

const platforms: Readonly<Record<string, () => Platform>> = {
  sofoot,
  'sofoot with overflow': () => withOverflow(sofoot(), 'web'),
  'mobile-vpn': mobileVpn,
  shop: () => shopWith(),
  'shop with a cluster': () => clusterWith(),
  'shop with a replica': () =>
    shopWith({
      pools: { database: { roles: { mariadb: { replicas: ['b'] } }, base: machines(2, 'a', 'b') } },
    }),
};

const everywhere = Object.entries(platforms).flatMap(([name, platform]) => {
  const { recipes } = compile(platform());
  return [...recipes].map(([machine, all]) => ({ name: `${machine} of ${name}`, recipes: all }));
});

/** Each role's recipes, wherever it is. */
const byRole = [
  ...Map.groupBy(
    everywhere.flatMap(({ recipes }) => recipes),
    ({ role }) => role,
  ),
].map(([role, recipes]) => ({ role, recipes }));

test('every role is on one of these platforms', () => {
  expect(byRole.map(({ role }) => role).sort()).toEqual(['base', ...Object.keys(roles)].sort());
});

/** Each role on the machines of one pool that a bake may be taken of. */
const copied = Object.entries(platforms).flatMap(([name, platform]) => {
  const laidOut = platform();
  const { recipes, keepers, apart } = compile(laidOut);
  return [...laidOut.pools].flatMap(([pool, members]) =>
    rolesOf(laidOut.blueprint, pool)
      .filter((role) => roles[role].bakes === true)
      .map((role) => ({
        ...{ name, pool, role },
        recipes: members
          .filter(({ name }) => !keepers.has(name) && !apart.has(name))
          .map((machine) => recipes.get(machine.name)?.find((recipe) => recipe.role === role)),
      })),
  );
});

test('roles that allow copies are among them, on several machines', () => {
  const several = copied.filter(({ recipes }) => recipes.length > 1).map(({ role }) => role);
  expect([...new Set(several)].sort()).toEqual(['content', 'php', 'web']);
});

test.each(copied)('a copy of $role of $pool, of $name, does nothing that the original would not', ({ recipes }) => {
  for (const recipe of recipes) expect(recipe).toEqual(recipes[0]);
});

test('commands are found wherever they stand', () => {
  const script = `
    # not this
    got() { one -x | two; }
    if ! a=$(three 'four' "$(five)" 2>/dev/null); then six=7 seven && { eight; }; fi
    timeout 0.3 nine - <<'x' || exec unshare --net sh -c 'ten && eleven'
not these
x
    for each in twelve; do got "thirteen; fourteen"; done
    case $word in
      neither) fifteen $((1 + sixteen)) ;;
    esac
    coproc any { exec seventeen; }`;
  const words = 'one two three five seven eight timeout nine exec unshare sh ten eleven'.split(' ');
  words.push('case', 'fifteen', 'coproc', 'seventeen');
  expect([...commandsIn(script)].sort()).toEqual(words.sort());
});

test.each(Object.entries(platforms))('the same %s twice gives the same recipes', (_, platform) => {
  expect(compile(platform())).toEqual(compile(platform()));
});

describe.each(byRole)('the role $role', ({ role, recipes }) => {
  const each = <Item>(items: (recipe: Recipe) => readonly Item[]) => recipes.flatMap(items);

  test('says where everything lies, in one way only', () => {
    const paths = each(({ directories, files, absent }) => [
      ...[...directories, ...files].map((one) => one.path),
      ...absent,
    ]);
    expect(
      paths.filter((path) => !path.startsWith('/') || posix.normalize(path) !== path || path.endsWith('/')),
    ).toEqual([]);
  });

  test('makes the folders of its files, or knows that a package does', () => {
    for (const { files, directories } of recipes) {
      const there = new Set([...foldersOfPackages, ...directories.map(({ path }) => path)]);
      expect(files.map(({ path }) => posix.dirname(path)).filter((folder) => !there.has(folder))).toEqual([]);
    }
  });

  test('makes a folder before what is in it', () => {
    for (const { directories } of recipes) {
      const order = directories.map(({ path }) => path);
      expect(order.filter((path, index) => order.slice(index).includes(posix.dirname(path)))).toEqual([]);
    }
  });

  test('shows secrets to their owner only', () => {
    const secret = each(({ files }) => files).filter(({ content }) => secretsIn(content).length > 0);
    expect(secret.filter(({ mode }) => (mode & 0o077) !== 0).map(({ path }) => path)).toEqual([]);
  });

  test('lets nobody but the owner write', () => {
    const all = each(({ files, directories }) => [...files, ...directories]);
    expect(all.filter(({ mode }) => (mode & 0o022) !== 0).map(({ path }) => path)).toEqual([]);
    expect([...new Set(all.map(({ owner }) => owner))].filter((owner) => !owners.includes(owner))).toEqual([]);
  });

  test('has units that read its own files', () => {
    for (const { units, files } of recipes) {
      const own = new Set(files.map(({ path }) => path));
      expect(units.flatMap(({ reads }) => reads).filter((path) => !own.has(path))).toEqual([]);
      expect(units.filter(({ name }) => !/^[a-z0-9.@-]+\.(service|timer|socket)$/.test(name))).toEqual([]);
    }
  });

  test('has daemons of its own units, by names that the kernel knows', () => {
    const { daemons = [] } = role === 'base' ? {} : roles[role as RoleName];
    const units = new Set(each((recipe) => recipe.units).map(({ name }) => name));
    expect(daemons.filter(({ unit }) => !units.has(unit))).toEqual([]);
    expect(daemons.filter(({ process }) => !/^[a-z][a-z0-9.-]{0,14}$/.test(process))).toEqual([]);
  });

  test('has daemons that start again when they crashed', () => {
    const { daemons = [] } = role === 'base' ? {} : roles[role as RoleName];
    const files = each((recipe) => recipe.files);
    const startsAgain = ({ unit }: Daemon) =>
      files.some(
        ({ path, content }) =>
          (path === `/etc/systemd/system/${unit}` || path.startsWith(`/etc/systemd/system/${unit}.d/`)) &&
          /^Restart=(always|on-failure)$/m.test(content),
      );
    const own = daemons.filter(({ unit }) => !startingAgain.includes(unit));
    expect(own.filter((daemon) => !startsAgain(daemon))).toEqual([]);
  });

  test('has tasks with names of their own, that know when they are done', () => {
    for (const { tasks, files } of recipes) {
      const names = tasks.map(({ name }) => name.replaceAll(/[^A-Za-z0-9.@-]/g, '_'));
      expect(new Set(names).size).toBe(names.length);
      expect(tasks.filter(({ check, inputs }) => check === undefined && inputs === undefined)).toEqual([]);
      const own = new Set(files.map(({ path }) => path));
      expect(tasks.flatMap(({ inputs = [] }) => inputs).filter((path) => !own.has(path))).toEqual([]);
    }
  });

  test('has checks that can say what differs', () => {
    const checks = each(({ tasks }) => tasks).flatMap(({ check }) => check ?? []);
    expect(checks.filter((check) => !check.startsWith(differs))).toEqual([]);
  });

  test('can be asked whether it works', () => {
    for (const { probes } of recipes) {
      expect(probes.length).toBeGreaterThan(0);
      expect(new Set(probes.map(({ name }) => name)).size).toBe(probes.length);
    }
  });

  const scripts = () =>
    each(({ tasks, probes, files }) => [
      ...tasks.flatMap(({ check = '', run }) => [check, run]),
      ...probes.map(({ run }) => run),
      ...files.filter(({ content }) => content.startsWith('#!/bin/sh')).map(({ content }) => content),
    ]);

  test('speaks POSIX sh', () => {
    const sh = (script: string) => spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' }).stderr;
    // Together, but each in a subshell of its own, so that none ends what another one began.
    expect(
      sh(
        scripts()
          .map((script) => `(\n${script || ':'}\n)`)
          .join('\n'),
      ),
    ).toBe('');
    // What dash reads as something else than bash; the commands of bash are found as unknown below.
    expect(scripts().filter((script) => script.includes('&>'))).toEqual([]);
  });

  test('keeps secrets out of scripts', () => {
    expect(scripts().filter((script) => secretsIn(script).length > 0)).toEqual([]);
  });

  test('declares the packages of the commands that it uses', () => {
    for (const { packages, tasks, probes, files } of recipes) {
      const used = [...tasks.flatMap(({ check = '', run }) => [check, run]), ...probes.map(({ run }) => run)].concat(
        files.filter(({ content }) => content.startsWith('#!/bin/sh')).map(({ content }) => content),
      );
      const has = new Set(['essential', ...packages]);
      const commands = new Set(used.flatMap((script) => [...commandsIn(script)]));
      const own = new Set(files.map(({ path }) => path));
      const lacking = [...commands].filter((command) => !own.has(command) && !has.has(packageOf[command] ?? 'unknown'));
      expect(
        lacking.map((command) => `${command} is of ${packageOf[command] ?? 'no package that this test knows'}`),
      ).toEqual([]);
    }
  });
});

const withProcedures = [sofoot(), mobileVpn()].flatMap((platform) =>
  platform.machines.flatMap((machine) =>
    rolesOf(platform.blueprint, machine.pool).flatMap((name) => {
      const role = roles[name] as Role<typeof name>;
      const on = onMachine(platform, machine, name);
      const made = role.procedures?.(on);
      const own = role.recipe(on).files?.map(({ path }) => path) ?? [];
      const packages = typeof role.packages === 'function' ? role.packages(on.settings) : role.packages;
      return made === undefined || machine.ordinal > 1 ? [] : [{ name, packages, own, made }];
    }),
  ),
);

const proceduresOfRoles = withProcedures.flatMap(({ name, packages, own, made: all }) => {
  const texts = Object.fromEntries(Object.entries(all).filter(([, one]) => typeof one === 'string')) as object;
  const made = {
    'promote, and wait': all.promote({ waits: true }),
    'promote, and wait for nobody': all.promote({ waits: false }),
    catchUp: all.catchUp('0-1-99'),
    greets: all.greets('10.0.0.9'),
  };
  return Object.entries({ ...texts, ...made }).map(([procedure, script]) => ({
    name,
    procedure,
    script,
    packages,
    own,
  }));
});

describe.each(proceduresOfRoles)(
  'what the role $name does beside its recipe: $procedure',
  ({ script, packages, own }) => {
    test('is bash', () => {
      expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).stderr).toBe('');
    });

    test('needs no command that is not there', () => {
      const has = new Set(['essential', ...packages]);
      const lacking = [...commandsIn(script)].filter(
        (command) => !ofBash.includes(command) && !own.includes(command) && !has.has(packageOf[command] ?? 'unknown'),
      );
      expect(lacking).toEqual([]);
    });

    test('has no secret', () => {
      expect(secretsIn(script)).toEqual([]);
    });
  },
);

describe.each(everywhere)('$name', ({ recipes }) => {
  test('has roles that leave each other’s files and units alone', () => {
    const paths = recipes.flatMap(({ files, absent }) => [...files.map(({ path }) => path), ...absent]);
    expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([]);
    const units = recipes.flatMap((recipe) => recipe.units.map(({ name }) => name));
    expect(units.filter((name, index) => units.indexOf(name) !== index)).toEqual([]);
  });
});

describe.each(Object.entries(platforms))('on %s', (_, make) => {
  const platform = make();
  test.each(platform.machines.map((machine) => ({ machine })))(
    '$machine.name listens where its roles say, and nowhere else',
    ({ machine }) => {
      const recipes = compile(platform).recipes.get(machine.name)!;
      const says = rolesOf(platform.blueprint, machine.pool).flatMap((role) => servicesOf(platform, machine, role));
      const ports = new Set(says.flatMap(({ port = [] }) => port));
      expect([...listening(recipes)].sort()).toEqual([...ports].sort());
    },
  );

  test('has recipes that no other machine has changed', () => {
    const { recipes } = compile(platform);
    for (const machine of platform.machines) {
      const alone = rolesOf(platform.blueprint, machine.pool).map((name) =>
        (roles[name] as Role<typeof name>).recipe(onMachine(platform, machine, name)),
      );
      expect(recipes.get(machine.name)!.slice(1)).toMatchObject(alone);
    }
  });

  test('waits only for roles that are there', () => {
    const { recipes } = compile(platform);
    for (const [machine, all] of recipes) {
      for (const after of all.flatMap((recipe) => recipe.after)) {
        expect(recipes.get(after.machine)?.map(({ role }) => role)).toContain(after.role);
        expect(after.machine).not.toBe(machine);
      }
    }
  });
});

function onMachine<Name extends RoleName>(platform: Platform, machine: Machine, name: Name): RoleOn<Name> {
  const { pool } = machine;
  const settings = the(platform.blueprint.pools, pool).roles[name] as RoleOn<Name>['settings'];
  return { platform, pool, machine, settings };
}

function servicesOf(platform: Platform, machine: Machine, name: RoleName): readonly Service[] {
  return (roles[name] as Role<typeof name>).services(onMachine(platform, machine, name));
}
