/**
 * All that the roles put on SoFoot's machines, and on servers of which one stands by, as text, one golden file a kind of machine. A change of a role is
 * read in their differences; `npx vitest run --project fast test/roles/golden --update` writes them anew.
 */
import { expect, test } from 'vitest';
import type { Recipe } from '../../src/model/recipe.ts';
import { clusterWith, mobileVpn, recipesOn, sofoot } from './platforms.ts';

const platform = sofoot();

// Machines of a pool differ by their names, numbers and addresses; balancer-2 and database-2 differ in more.
test.each(['balancer-1', 'balancer-2', 'web-1', 'database-1', 'database-2', 'backoffice-1'])('%s', async (machine) => {
  const text = recipesOn(platform, machine).map(describeRecipe).join('\n');
  await expect(text).toMatchFileSnapshot(`golden/${machine}.txt`);
});

test.each(['server-1', 'server-2'])('%s of the mobile workers, as it is first', async (machine) => {
  const text = recipesOn(mobileVpn(), machine).map(describeRecipe).join('\n');
  await expect(text).toMatchFileSnapshot(`golden/${machine}.txt`);
});

test.each(['cluster-1', 'votes-1', 'front-1'])('%s of a shop with a cluster', async (machine) => {
  const recipes = recipesOn(clusterWith(), machine).slice(1);
  await expect(recipes.map(describeRecipe).join('\n')).toMatchFileSnapshot(`golden/${machine}.txt`);
});

function describeRecipe(recipe: Recipe): string {
  const { role, packages, directories, files, absent, units, tasks, probes, after } = recipe;
  return [
    `===== ${role}`,
    `packages: ${packages.join(' ')}`,
    ...after.map((one) => `after: ${one.role} on ${one.machine}`),
    ...directories.map(({ path, owner, mode }) => `directory: ${path} ${owner} ${octal(mode)}`),
    ...absent.map((path) => `absent: ${path}`),
    ...files.flatMap(({ path, content, encoding, owner, mode }) => [
      `file: ${[path, owner, octal(mode), ...(encoding === undefined ? [] : [encoding])].join(' ')}`,
      indent(content),
    ]),
    ...units.map(({ name, reads, rereads }) => `unit: ${name} ${rereads}s for ${reads.join(' ')}`),
    ...tasks.flatMap(({ name, when, check, run, inputs = [] }) => [
      `task: ${name}, ${when}${inputs.length === 0 ? '' : `, again for ${inputs.join(' ')}`}`,
      ...(check === undefined ? [] : ['  is done when', indent(check)]),
      '  by',
      indent(run),
    ]),
    ...probes.flatMap(({ name, run }) => [`probe: ${name}`, indent(run)]),
    '',
  ].join('\n');
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    | ${line}`.trimEnd())
    .join('\n');
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
