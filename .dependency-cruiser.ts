/**
 * The map of src/: which folder may import from which, and why. `./spillway test structure` holds it;
 * test/house/imports.test.ts shows that each rule bites.
 */
import type { IConfiguration, IForbiddenRuleType } from 'dependency-cruiser';

/** What each folder of src/ may import from, beside itself. Read downwards, imports point up. */
const mayImport = {
  model: [],
  blueprint: ['model', 'roles'],
  control: ['model'],
  roles: ['model', 'blueprint'],
  plan: ['model', 'blueprint', 'control', 'roles'],
  ports: ['model'],
  engines: ['model', 'ports'],
  hosts: ['model', 'ports'],
  store: ['model', 'ports'],
  notifiers: ['model', 'ports'],
  runtime: ['model', 'blueprint', 'control', 'roles', 'plan', 'ports', 'sim', 'rehearse'],
  sim: ['model', 'blueprint', 'control', 'roles', 'plan', 'ports', 'runtime', 'rehearse'],
  rehearse: ['model', 'blueprint', 'control', 'roles', 'plan', 'ports', 'runtime', 'sim'],
  app: ['model', 'blueprint', 'control', 'roles', 'plan', 'ports', 'runtime', 'sim', 'rehearse'],
  api: ['model', 'blueprint', 'app'],
  cli: ['model', 'blueprint', 'app'],
} satisfies Record<string, readonly string[]>;

type Folder = keyof typeof mayImport;

const reasons: Record<Folder, string> = {
  model:
    'The model is the words that all else is written in; it would drag whatever it imports into every other folder.',
  blueprint:
    'A blueprint says what is wanted: the words, and the settings that each role takes. How the wish is met is not its business.',
  control: 'The same decide() runs in production, in rehearsals and in the simulator: it sees the model and no more.',
  roles: 'A role is data about software on a machine; it does not know who plans it or carries it out.',
  plan: 'A plan is computed from what is wanted and what there is; carrying it out is the business of the runtime.',
  ports: 'A port is what the core asks of the outside, said in the words of the model alone.',
  engines: 'An engine knows where machines come from, and nothing of what runs on them or why.',
  hosts: 'A host is a way to reach one machine, and nothing of what is done there or why.',
  store: 'A store keeps what it is given; it neither plans nor decides.',
  notifiers: 'A notifier carries a message; it does not choose it.',
  runtime: 'The runtime works through the ports, so that a test or the simulator can stand in for the world.',
  sim: 'The simulator replaces the world behind the ports; with a real implementation in it, time would not be virtual.',
  rehearse: 'A rehearsal works through the ports, so that the same scenario runs on any engine and in the simulator.',
  app: 'The use cases are handed their implementations by main.ts, so that the API, the CLI and the tests share them.',
  api: 'The API translates between HTTP and the use cases. What it would take from elsewhere belongs into a use case.',
  cli: 'The CLI translates between a terminal and the use cases. What it would take from elsewhere belongs into one.',
};

const folders = Object.keys(mayImport) as Folder[];
const anyOf = (names: readonly string[]) => `(${names.join('|')})`;
const pure = `^src/${anyOf(['model', 'blueprint', 'plan', 'control', 'roles', 'sim/policies'])}/`;

const directions = folders.map((folder): IForbiddenRuleType => ({
  name: `${folder}-imports`,
  severity: 'error',
  comment: reasons[folder],
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/${anyOf([folder, ...mayImport[folder]])}/` },
}));

const config = {
  forbidden: [
    ...directions,
    {
      name: 'known-folders',
      severity: 'error',
      comment: 'A folder without a place in the table above has no rules. Give it its place.',
      from: { path: '^src/', pathNot: [`^src/${anyOf(folders)}/`, '^src/main[.]ts$'] },
      to: {},
    },
    {
      name: 'api-and-cli-take-types-of-blueprint',
      severity: 'error',
      comment: 'Both show what a blueprint holds; to read or check one is a use case, which they share.',
      from: { path: '^src/(api|cli)/' },
      to: { path: '^src/blueprint/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'variants-stand-alone',
      severity: 'error',
      comment: 'One folder a variant: to add or remove one must not touch another. What two share moves up a folder.',
      from: { path: '^src/(engines|notifiers|sim/policies)/([^/]+)/' },
      to: { path: '^src/$1/[^/]+/', pathNot: '^src/$1/$2/' },
    },
    {
      name: 'pure-of-the-system',
      severity: 'error',
      comment:
        'What is decided depends on arguments alone, so that it can be replayed and simulated. ' +
        'Clocks, disks and networks are behind the ports.',
      from: { path: pure },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-of-packages',
      severity: 'error',
      comment:
        'The core stands on few packages, each of them pure: zod, yaml, ip-address, pure-rand and temporal-polyfill.',
      from: { path: pure, pathNot: '^src/model/' },
      to: { path: 'node_modules/', pathNot: 'node_modules/(zod|yaml|ip-address|pure-rand|temporal-polyfill)/' },
    },
    {
      name: 'model-of-nothing',
      severity: 'error',
      comment: 'The model imports nothing, packages included: it must be readable and usable everywhere.',
      from: { path: '^src/model/' },
      to: { path: 'node_modules/' },
    },
    {
      name: 'main-is-the-end',
      severity: 'error',
      comment: 'main.ts chooses the implementations. Whoever imports it has chosen them too.',
      from: {},
      to: { path: '^src/main[.]ts$' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Two files in a circle are one file that is hard to read. Move what both need into a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'The file or package is not there.',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Types count: a folder that must not know another must not know its types either.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
} satisfies IConfiguration;

export default config;
