/** Shows that each rule of .dependency-cruiser.ts bites, on a small tree of files that breaks it. */
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import config from '../../.dependency-cruiser.ts';

type Files = Record<string, string>;

const rules: { rule: string; broken: Files; kept?: Files }[] = [
  {
    rule: 'model-imports',
    broken: { 'src/model/a.ts': `import '../blueprint/b.ts'`, 'src/blueprint/b.ts': '' },
    kept: { 'src/model/a.ts': `import './b.ts'`, 'src/model/b.ts': '' },
  },
  {
    rule: 'blueprint-imports',
    broken: { 'src/blueprint/a.ts': `import '../plan/b.ts'`, 'src/plan/b.ts': '' },
    kept: { 'src/blueprint/a.ts': `import '../model/b.ts'`, 'src/model/b.ts': '' },
  },
  {
    rule: 'control-imports',
    broken: { 'src/control/scale/a.ts': `import '../../ports/b.ts'`, 'src/ports/b.ts': '' },
    kept: { 'src/control/scale/a.ts': `import '../failover/b.ts'`, 'src/control/failover/b.ts': '' },
  },
  {
    rule: 'roles-imports',
    broken: { 'src/roles/web/a.ts': `import '../../plan/b.ts'`, 'src/plan/b.ts': '' },
    kept: { 'src/roles/web/a.ts': `import '../php/b.ts'`, 'src/roles/php/b.ts': '' },
  },
  {
    rule: 'plan-imports',
    broken: { 'src/plan/a.ts': `import '../runtime/b.ts'`, 'src/runtime/b.ts': '' },
    kept: { 'src/plan/a.ts': `import '../roles/b.ts'`, 'src/roles/b.ts': '' },
  },
  {
    rule: 'ports-imports',
    broken: { 'src/ports/a.ts': `import type { B } from '../plan/b.ts'`, 'src/plan/b.ts': 'export type B = 1' },
    kept: { 'src/ports/a.ts': `import type { B } from '../model/b.ts'`, 'src/model/b.ts': 'export type B = 1' },
  },
  {
    rule: 'engines-imports',
    broken: { 'src/engines/lab/a.ts': `import '../../hosts/b.ts'`, 'src/hosts/b.ts': '' },
    kept: { 'src/engines/lab/a.ts': `import '../../ports/b.ts'`, 'src/ports/b.ts': '' },
  },
  {
    rule: 'hosts-imports',
    broken: { 'src/hosts/a.ts': `import '../roles/b.ts'`, 'src/roles/b.ts': '' },
    kept: { 'src/hosts/a.ts': `import 'node:net'` },
  },
  { rule: 'store-imports', broken: { 'src/store/a.ts': `import '../runtime/b.ts'`, 'src/runtime/b.ts': '' } },
  { rule: 'notifiers-imports', broken: { 'src/notifiers/email/a.ts': `import '../../app/b.ts'`, 'src/app/b.ts': '' } },
  {
    rule: 'runtime-imports',
    broken: { 'src/runtime/a.ts': `import '../engines/lab/b.ts'`, 'src/engines/lab/b.ts': '' },
    kept: { 'src/runtime/a.ts': `import '../control/b.ts'`, 'src/control/b.ts': '' },
  },
  {
    rule: 'sim-imports',
    broken: { 'src/sim/a.ts': `import '../store/b.ts'`, 'src/store/b.ts': '' },
    kept: { 'src/sim/a.ts': `import '../runtime/b.ts'`, 'src/runtime/b.ts': '' },
  },
  {
    rule: 'rehearse-imports',
    broken: { 'src/rehearse/a.ts': `import '../hosts/b.ts'`, 'src/hosts/b.ts': '' },
    kept: { 'src/rehearse/a.ts': `import '../sim/b.ts'`, 'src/sim/b.ts': '' },
  },
  {
    rule: 'app-imports',
    broken: { 'src/app/a.ts': `import '../store/b.ts'`, 'src/store/b.ts': '' },
    kept: { 'src/app/a.ts': `import '../rehearse/b.ts'`, 'src/rehearse/b.ts': '' },
  },
  {
    rule: 'api-imports',
    broken: { 'src/api/a.ts': `import '../runtime/b.ts'`, 'src/runtime/b.ts': '' },
    kept: { 'src/api/a.ts': `import '../app/b.ts'`, 'src/app/b.ts': '' },
  },
  { rule: 'cli-imports', broken: { 'src/cli/a.ts': `import '../engines/b.ts'`, 'src/engines/b.ts': '' } },
  { rule: 'known-folders', broken: { 'src/extra/a.ts': `import '../model/b.ts'`, 'src/model/b.ts': '' } },
  {
    rule: 'api-and-cli-take-types-of-blueprint',
    broken: { 'src/cli/a.ts': `import { b } from '../blueprint/b.ts'`, 'src/blueprint/b.ts': 'export const b = 1' },
    kept: { 'src/cli/a.ts': `import type { B } from '../blueprint/b.ts'`, 'src/blueprint/b.ts': 'export type B = 1' },
  },
  {
    rule: 'variants-stand-alone',
    broken: { 'src/engines/lab/a.ts': `import '../openstack/b.ts'`, 'src/engines/openstack/b.ts': '' },
    kept: {
      'src/engines/lab/a.ts': `import './c/b.ts'`,
      'src/engines/lab/c/b.ts': `import '../../shared.ts'`,
      'src/engines/shared.ts': '',
    },
  },
  {
    rule: 'variants-stand-alone',
    broken: { 'src/sim/policies/hpa/a.ts': `import '../keda/b.ts'`, 'src/sim/policies/keda/b.ts': '' },
    kept: {
      'src/sim/policies/index.ts': `import './hpa/a.ts'`,
      'src/sim/policies/hpa/a.ts': `import '../shared.ts'`,
      'src/sim/policies/shared.ts': '',
    },
  },
  {
    rule: 'pure-of-the-system',
    broken: { 'src/sim/policies/a.ts': `import 'node:fs'` },
    kept: { 'src/sim/a.ts': `import 'node:fs'` },
  },
  {
    rule: 'pure-of-the-system',
    broken: { 'src/control/a.ts': `import type { Socket } from 'node:net'` },
    kept: { 'src/runtime/a.ts': `import 'node:net'` },
  },
  {
    rule: 'pure-of-packages',
    broken: { 'src/plan/a.ts': `import 'commander'` },
    kept: { 'src/plan/a.ts': `import 'yaml'` },
  },
  {
    rule: 'model-of-nothing',
    broken: { 'src/model/a.ts': `import 'zod'` },
    kept: { 'src/blueprint/a.ts': `import 'zod'` },
  },
  {
    rule: 'main-is-the-end',
    broken: { 'src/app/a.ts': `import '../main.ts'`, 'src/main.ts': '' },
    kept: {
      'src/main.ts': `import './engines/lab/a.ts'; import './store/b.ts'`,
      'src/engines/lab/a.ts': '',
      'src/store/b.ts': '',
    },
  },
  {
    rule: 'no-circles',
    broken: { 'src/plan/a.ts': `import './b.ts'`, 'src/plan/b.ts': `import './a.ts'` },
    kept: { 'src/plan/a.ts': `import './b.ts'`, 'src/plan/b.ts': '' },
  },
  { rule: 'resolvable', broken: { 'src/model/a.ts': `import './not-there.ts'` } },
];

const repository = resolve(import.meta.dirname, '../..');
const base = mkdtempSync(join(tmpdir(), 'spillway-imports-'));
afterAll(() => {
  rmSync(base, { recursive: true });
});

test.each(rules)('$rule', async ({ rule, broken, kept }) => {
  expect(await rulesBrokenBy(broken)).toContain(rule);
  if (kept) expect(await rulesBrokenBy(kept)).toEqual([]);
});

test('every rule is shown to bite, and gives its reason', () => {
  expect([...new Set(rules.map(({ rule }) => rule))].sort()).toEqual(config.forbidden.map(({ name }) => name).sort());
  for (const { name, comment } of config.forbidden) expect(comment, name).toBeTruthy();
});

async function rulesBrokenBy(files: Files): Promise<string[]> {
  const folder = mkdtempSync(join(base, 'tree-'));
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { tsPreCompilationDeps, doNotFollow, enhancedResolveOptions } = config.options;
  const { output } = await cruise(
    ['src'],
    { tsPreCompilationDeps, doNotFollow, baseDir: folder, validate: true, ruleSet: { forbidden: config.forbidden } },
    enhancedResolveOptions,
  );
  return (output as ICruiseResult).summary.violations.map((violation) => violation.rule.name);
}
