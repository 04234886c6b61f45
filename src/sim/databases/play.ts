/**
 * Plays chaos on imagined databases that the real controller keeps: its decisions and its driver, in virtual time.
 * Said is what was broken of what must always hold, and how often something happened.
 */
import type { MachineName } from '../../model/ids.ts';
import { firstPrimacy } from '../../model/primacy.ts';
import { driveFailover, type FailoverHands } from '../../runtime/failover/drive-failover.ts';
import { streamOf } from '../chance/stream.ts';
import { virtualTime } from '../time/virtual-time.ts';
import { nextTrouble, troubleSays, type Trouble } from './trouble.ts';
import {
  imaginedDatabases,
  isReached,
  pass,
  tell,
  wouldAcknowledge,
  type ImaginedDatabases,
} from './imagined-databases.ts';
import { imaginedHands, Killed, powerOn, type KeptHere, type Provider } from './imagined-hands.ts';

export interface FailoverChaos {
  readonly seed: number;
  readonly forMs: number;
  /** Of the pool, two or more; the first is the primary at the beginning. */
  readonly machines: readonly MachineName[];
  /** After a move the next one waits as long; five seconds unless it is said. */
  readonly holdMs?: number;
  /** When the clock on the wall of the controller's host is set, and by how much; never unless it is said. */
  readonly wallIsSet?: readonly { readonly atMs: number; readonly byMs: number }[];
  /** Kinds of trouble that are drawn as ever and do not happen. */
  readonly spared?: ReadonlySet<Trouble['kind']>;
  /** Other hands in the place of some: by a mistake on purpose a test shows that it is noticed. */
  readonly spoil?: (hands: FailoverHands, world: ImaginedDatabases) => Partial<FailoverHands>;
  /** Hears of each trouble and each decision that is another one than before. */
  readonly onEvent?: (atMs: number, says: string) => void;
}

export interface FailoverPlayed {
  readonly seed: number;
  readonly violations: readonly FailoverViolation[];
  readonly acknowledged: number;
  /** How often the place of the primary changed hands. */
  readonly moves: number;
  /** Times at which it was refused to move it, each counted once. */
  readonly refusals: number;
  readonly troubles: readonly (Trouble & { readonly atMs: number })[];
  /** With the quiet at the end. */
  readonly virtualMs: number;
}

export interface FailoverViolation {
  readonly invariant: string;
  readonly atMs: number;
  readonly what: string;
  /** What only the end shows. */
  readonly isOfEnd?: true;
}

/** Chosen: a write each 50 ms, and replicas that are as far behind. */
const stepMs = 50;
const turnMs = 100;
const tellMs = 200;
/** Chosen: a machine made anew takes 8 s, and several may have to be, once a move is no longer held. */
const quietMs = 120_000;
/** Chosen: short, so that more happens. */
const usualHoldMs = 5_000;

export async function playFailover(chaos: FailoverChaos): Promise<FailoverPlayed> {
  const { seed, forMs, machines: names, holdMs = usualHoldMs, wallIsSet = [], spared, spoil, onEvent } = chaos;
  const settings = { automatic: true, holdMs, rpoMs: 0, waits: 'strictly' } as const;
  const untilMs = forMs + quietMs + (holdMs > usualHoldMs ? holdMs : 0);
  const world = imaginedDatabases(names);
  const [primary = '' as MachineName, ...others] = names;
  const kept: KeptHere = { primacy: { ...firstPrimacy(primary), inSync: others } };
  const provider: Provider = { canPowerOff: true, canCutOff: true };
  const time = virtualTime(0);
  const random = streamOf(seed, 'trouble');
  const violations: FailoverViolation[] = [];
  const troubles: FailoverPlayed['troubles'][number][] = [];
  let moves = 0;
  let refusals = 0;
  let lastKind = '';
  let lastSays = '';
  let life = { isOver: false };
  let stalledUntilMs = 0;
  let isOver = false;

  const broken = (invariant: string, what: string) => {
    if (violations.some((one) => one.invariant === invariant)) return;
    violations.push({ invariant, atMs: time.now(), what, ...(isOver && { isOfEnd: true }) });
  };

  const control = () => {
    const own = { isOver: false };
    life = own;
    const hands = imaginedHands(world, kept, provider, time, own);
    const driver = driveFailover(settings, { ...hands, ...spoil?.(hands, world) });
    const loop = async () => {
      while (!own.isOver && !isOver) {
        if (time.now() >= stalledUntilMs) {
          const before = kept.primacy.primary;
          try {
            const { kind, says } = await driver.turn();
            if (kind === 'refuse' && lastKind !== 'refuse') refusals += 1;
            lastKind = kind;
            if (says !== lastSays) onEvent?.(time.now(), `${kind}: ${says}`);
            lastSays = says;
            if (says === '') broken('a reason for every decision', kind);
          } catch (error) {
            if (!(error instanceof Killed)) throw error;
          }
          if (kept.primacy.primary !== before) moves += 1;
        }
        await time.sleep(turnMs);
      }
    };
    void loop();
  };
  control();

  const apply = (trouble: Trouble) => {
    troubles.push({ ...trouble, atMs: time.now() });
    onEvent?.(time.now(), troubleSays(trouble));
    const undo = (ms: number, work: () => void) => void time.sleep(ms).then(work);
    const server = trouble.machine === undefined ? undefined : world.servers.get(trouble.machine);
    switch (trouble.kind) {
      case 'controller killed':
        life.isOver = true;
        undo(trouble.forMs, control);
        return;
      case 'controller stalled':
        stalledUntilMs = time.now() + trouble.forMs;
        return;
      case 'provider silent':
        provider.canPowerOff = false;
        provider.canCutOff = trouble.also !== true;
        undo(trouble.forMs, () => Object.assign(provider, { canPowerOff: true, canCutOff: true }));
        return;
      case 'planned move': {
        const { primary: from, inSync, move } = kept.primacy;
        const [to] = inSync;
        if (to === undefined || move !== undefined) return;
        kept.primacy = { ...kept.primacy, move: { from, to, planned: true, why: 'asked', beganMs: time.wall() } };
        return;
      }
      case 'power lost':
        if (server === undefined) return;
        Object.assign(server, { power: 'off', isUp: false });
        // A person starts what is off; who was deposed, or is being replaced, is the controller's.
        undo(trouble.forMs, () => {
          const { deposed, move } = kept.primacy;
          if (server.power === 'off' && !deposed.includes(server.name) && move?.from !== server.name) powerOn(server);
        });
        return;
      case 'server killed':
        if (server === undefined || server.power === 'off') return;
        server.isUp = false;
        server.restartsAtMs = time.now() + trouble.forMs;
        return;
      case 'frozen':
        if (server === undefined || server.power === 'off') return;
        server.isFrozen = true;
        undo(trouble.forMs, () => void (server.isFrozen = false));
        return;
      case 'cut off':
        if (server === undefined) return;
        server.isCut = true;
        undo(trouble.forMs, () => void (server.isCut = false));
        return;
      case 'replication cut':
        if (server === undefined) return;
        server.isLinkCut = true;
        undo(trouble.forMs, () => void (server.isLinkCut = false));
    }
  };

  for (const { atMs, byMs } of wallIsSet) void time.sleep(atMs).then(() => time.setWall(byMs));
  let nextAtMs = 10_000;
  for (let nowMs = 0; nowMs < untilMs; nowMs += stepMs) {
    await time.until(nowMs);
    if (nowMs < forMs && nowMs >= nextAtMs) {
      const { trouble, inMs } = nextTrouble(random, names);
      if (spared?.has(trouble.kind) !== true) apply(trouble);
      nextAtMs = nowMs + inMs;
    }
    pass(world, nowMs);
    if (nowMs % tellMs === 0) for (const server of world.servers.values()) tell(world, server, nowMs);
    const writers = [...world.servers.values()].filter((server) => wouldAcknowledge(world, server));
    if (writers.length > 1) broken('no two writers', writers.map(({ name }) => name).join(' and '));
  }
  isOver = true;
  await time.until(untilMs + 60_000);
  checkEnd(world, kept, broken);
  return { seed, violations, acknowledged: world.acknowledged.size, moves, refusals, troubles, virtualMs: untilMs };
}

/** Once all is quiet again: nothing that was acknowledged is missing, and all of it came to rest. */
function checkEnd(
  world: ImaginedDatabases,
  { primacy }: KeptHere,
  broken: (invariant: string, what: string) => void,
): void {
  const primary = world.servers.get(primacy.primary);
  if (primary === undefined) return;
  const has = new Set(primary.log);
  const lost = [...world.acknowledged].filter((write) => !has.has(write));
  if (lost.length > 0) broken('no acknowledged write is lost', `${lost.length}, the first of them ${lost[0]}`);
  if (has.size < primary.log.length) broken('no write is there twice', primacy.primary);
  if (primacy.move !== undefined) broken('it comes to rest', `a move of ${primacy.move.from} goes on`);
  else if (primary.isReadOnly || !isReached(primary) || world.addressOn !== primary.name) {
    broken('it comes to rest', `${primary.name} is the primary and does not work`);
  } else if (primacy.inSync.length < world.servers.size - 1 || primacy.deposed.length > 0) {
    broken(
      'it comes to rest',
      `in sync are ${primacy.inSync.join(', ') || 'none'}, deposed ${primacy.deposed.join(', ') || 'none'}`,
    );
  }
}
