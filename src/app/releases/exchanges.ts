/** How the machines of a content exchange what applications wrote; and what a person says of files that are gone. */
import { the } from '../../blueprint/records.ts';
import { mendName } from '../../blueprint/suggest.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { ContentName, MachineName } from '../../model/ids.ts';
import { exchangeCommand } from '../../roles/content/exchange.ts';
import { holdersOf, originOf } from '../../roles/content/places.ts';
import { inParallel } from '../../runtime/parallel.ts';
import { exclusively, look, type Work } from '../work.ts';

export interface ExchangeSeen {
  readonly content: ContentName;
  readonly machine: MachineName;
  readonly isOrigin: boolean;
  /** Absent when the machine cannot be asked; then `says` has the reason. */
  readonly files?: number;
  readonly bytes?: number;
  /** The last exchange that ended well, in milliseconds since 1970. */
  readonly lastAtMs?: number;
  /** Files that are gone, and wait for a person to say that this is meant: here, or at the origin. */
  readonly held: readonly { readonly where: 'here' | 'origin'; readonly files: number; readonly of: number }[];
  /** Exchanges in which a file was written on two machines at once; the older ones are kept aside on the machine. */
  readonly conflicts?: number;
  readonly says?: string;
}

/** `follow`: files that are gone in one place go everywhere. `restore`: they come back from where they still are. */
export type Word = 'follow' | 'restore';

/** Chosen: a machine says how it is in milliseconds, and lists a large folder in seconds. */
const tellingMs = 60_000;
/** Chosen: to bring back a large folder takes minutes. */
const doingMs = 30 * 60_000;
const machinesAtOnce = 16;

export async function exchanges(work: Work, content?: string, word?: Word): Promise<readonly ExchangeSeen[]> {
  const names = (Object.keys(work.blueprint.content) as ContentName[]).filter(
    (name) => the(work.blueprint.content, name).writable.length > 0,
  );
  if (content !== undefined && !names.includes(content as ContentName)) throw nothingWritten(work, content, names);
  const asked = names.filter((name) => content === undefined || name === content);
  if (word === undefined) return seen(work, asked);
  return exclusively(work, `spillway content ${work.blueprint.platform} --${word}`, async () => {
    for (const name of asked) await say(work, name, word);
    return seen(work, asked);
  });
}

async function reaches(work: Work, name: ContentName) {
  const { platform, actual } = await look(work);
  const there = new Map(
    [...actual.inventories.values()].flatMap(({ machines }) => machines.map((one) => [one.name, one])),
  );
  const origin = originOf(platform, name).name;
  return holdersOf(work.blueprint, name)
    .flatMap((pool) => platform.pools.get(pool) ?? [])
    .map(({ name: machine }) => ({ machine, isOrigin: machine === origin, reach: there.get(machine)?.reach }));
}

async function say(work: Work, name: ContentName, word: Word): Promise<void> {
  const { clock } = work.toolbox;
  // Each machine compares itself with the origin, one after the other, so that what one brings back the next one has.
  for (const { machine, isOrigin, reach } of await reaches(work, name)) {
    if (isOrigin || reach === undefined) continue;
    const { exitCode, stderr } = await work.hosts.change({ machine, ...reach }, exchangeCommand(name, word), doingMs);
    if (exitCode !== 0)
      throw new SpillwayError({
        code: 'exchange-failed',
        message: `${machine} could not exchange the files of \`${name}\`: ${stderr.trim()}`,
        mend: 'see whether the origin runs: `spillway status`; then run it again',
      });
    await clock.sleep(0);
  }
}

async function seen(work: Work, names: readonly ContentName[]): Promise<readonly ExchangeSeen[]> {
  const all = await Promise.all(
    names.map(async (name) => (await reaches(work, name)).map((one) => ({ name, ...one }))),
  );
  return inParallel(machinesAtOnce, all.flat(), async ({ name, machine, isOrigin, reach }): Promise<ExchangeSeen> => {
    const about = { content: name, machine, isOrigin };
    if (reach === undefined) return { ...about, held: [], says: 'is not there' };
    try {
      const { stdout } = await work.hosts.run({ machine, ...reach }, exchangeCommand(name, 'tell'), tellingMs);
      return { ...about, ...readTold(stdout) };
    } catch (error) {
      if (!(error instanceof SpillwayError)) throw error;
      return { ...about, held: [], says: error.message };
    }
  });
}

export function readTold(text: string): Omit<ExchangeSeen, 'content' | 'machine' | 'isOrigin'> {
  const rows = text.split('\n').map((line) => line.split(' '));
  const first = (word: string) => rows.find(([one]) => one === word)?.[1];
  const number = (word: string) => (/^\d+$/.test(first(word) ?? '') ? Number(first(word)) : undefined);
  const [files, bytes, last, conflicts] = [number('files'), number('bytes'), number('last'), number('conflicts')];
  const failing = rows
    .find(([one]) => one === 'failing')
    ?.slice(1)
    .join(' ');
  return {
    ...(files !== undefined && { files }),
    ...(bytes !== undefined && { bytes }),
    ...(last !== undefined && { lastAtMs: last * 1000 }),
    ...(conflicts !== undefined && { conflicts }),
    held: rows.flatMap(([word, what, count, of]) =>
      word === 'held'
        ? [
            {
              where: what === 'drop_here' ? ('origin' as const) : ('here' as const),
              files: Number(count),
              of: Number(of),
            },
          ]
        : [],
    ),
    ...(failing !== undefined && { says: failing }),
  };
}

function nothingWritten({ blueprint }: Work, content: string, names: readonly ContentName[]): SpillwayError {
  const isKnown = Object.hasOwn(blueprint.content, content);
  return new SpillwayError({
    code: 'no-content',
    message: isKnown
      ? `applications write nothing of \`${content}\``
      : `${blueprint.platform} has no content \`${content}\``,
    mend: isKnown ? `say so in the blueprint: content.${content}.writable` : mendName(content, names, 'content'),
    exit: 'wrongInput',
  });
}
