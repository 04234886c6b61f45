/**
 * Numbers that nobody else has: a folder of symbolic links, each named by a
 * number and pointing to its owner's name. Making such a link is one atomic
 * act, so there is never a claim without an owner, nor one with two.
 */
import { mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

export type Claims = ReadonlyMap<number, string>;

export async function claimsIn(dir: string): Promise<Claims> {
  const names = await readdir(dir).catch(emptyWhenMissing);
  const claims = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const owner = await readlink(join(dir, name)).catch(() => undefined);
        return owner === undefined ? [] : [[Number(name), owner] as const];
      }),
  );
  return new Map(claims.flat());
}

/** The owner's number: the one it has, or else the lowest free one; nothing when all are taken. */
export async function claim(
  dir: string,
  owner: string,
  range: { readonly first: number; readonly last: number },
  usable: (n: number) => boolean = () => true,
): Promise<number | undefined> {
  await mkdir(dir, { recursive: true });
  const claims = await claimsIn(dir);
  const own = numbersOf(claims, owner)[0];
  if (own !== undefined) return own;
  for (let n = range.first; n <= range.last; n += 1) {
    if (claims.has(n) || !usable(n)) continue;
    try {
      await symlink(owner, join(dir, String(n)));
      return n;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return undefined;
}

export async function release(dir: string, owner: string): Promise<void> {
  const claims = await claimsIn(dir);
  await Promise.all(numbersOf(claims, owner).map((n) => rm(join(dir, String(n)), { force: true })));
}

export function numbersOf(claims: Claims, owner: string): number[] {
  return [...claims]
    .filter(([, name]) => name === owner)
    .map(([n]) => n)
    .sort((a, b) => a - b);
}

function emptyWhenMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
