/** Debian's packages of WordPress, unpacked as somebody would who wants to serve them: what its links lead to comes along. */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../lab/spillway.ts';

const packages = ['wordpress', 'wordpress-theme-twentytwentythree', 'libjs-cropper', 'libjs-underscore', 'php-getid3'];

/** WordPress as Debian `codename` has it, in `into`. `work`: a folder for what is fetched on the way. */
export async function wordpressOf(codename: string, into: string, work: string): Promise<void> {
  const at = (...names: string[]) => join(work, codename, ...names);
  for (const folder of ['state/lists/partial', 'cache/archives/partial', 'files'])
    mkdirSync(at(folder), { recursive: true });
  const [mirror = 'http://deb.debian.org/debian/'] = (
    await output('apt-get', 'indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages')
  ).split('\n');
  writeFileSync(
    at('sources.list'),
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} ${codename} main\n`,
  );
  const options = {
    'Dir::State': at('state'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': at('cache'),
    'Dir::Etc::sourcelist': at('sources.list'),
    'Dir::Etc::sourceparts': '-',
    'APT::Sandbox::User': 'root',
  };
  const words = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  await output('apt-get', ...words, 'update');
  await output('sh', '-c', 'cd "$1" && shift && exec apt-get "$@"', 'sh', at(), ...words, 'download', ...packages);
  for (const name of readdirSync(at()).filter((file) => file.endsWith('.deb')))
    await output('dpkg-deb', '-x', at(name), at('files'));
  rmSync(into, { recursive: true, force: true });
  cpSync(at('files/usr/share/wordpress'), into, {
    recursive: true,
    dereference: true,
    filter: (path) => existsSync(path),
  });
}
