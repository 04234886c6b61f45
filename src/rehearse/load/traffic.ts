/**
 * How many requests come, and when: a list of shapes, one after the other. All
 * of them are straight pieces, so that the expected number of requests up to any
 * instant is exact, and arrivals can be drawn from it.
 */
import { unreachable } from '../../model/errors.ts';

/** Steady traffic is one `hold`, a step is two of them. */
export type Shape =
  | { readonly kind: 'hold'; readonly perSecond: number; readonly forMs: number }
  | { readonly kind: 'ramp'; readonly fromPerSecond: number; readonly toPerSecond: number; readonly overMs: number }
  | {
      readonly kind: 'trace';
      /** As recorded, one number a bin. */
      readonly requests: readonly number[];
      readonly binMs: number;
      /** The fullest bin gets this rate, and each other its part of it. */
      readonly peakPerSecond: number;
      /** So many times faster than recorded. */
      readonly compress: number;
    };

export type Traffic = readonly Shape[];

/** A stretch in which the rate changes evenly, or not at all. */
export interface Piece {
  readonly fromMs: number;
  readonly toMs: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  /** Requests expected before it. */
  readonly before: number;
  /** Requests expected in it. */
  readonly expected: number;
}

export function piecesOf(traffic: Traffic): readonly Piece[] {
  const pieces: Piece[] = [];
  let fromMs = 0;
  let before = 0;
  for (const { fromPerSecond, toPerSecond, forMs } of traffic.flatMap(straight)) {
    const expected = (((fromPerSecond + toPerSecond) / 2) * forMs) / 1000;
    pieces.push({ fromMs, toMs: fromMs + forMs, fromPerSecond, toPerSecond, before, expected });
    fromMs += forMs;
    before += expected;
  }
  return pieces;
}

type Straight = Pick<Piece, 'fromPerSecond' | 'toPerSecond'> & { readonly forMs: number };

function straight(shape: Shape): readonly Straight[] {
  switch (shape.kind) {
    case 'hold':
      return [{ fromPerSecond: shape.perSecond, toPerSecond: shape.perSecond, forMs: shape.forMs }];
    case 'ramp':
      return [{ fromPerSecond: shape.fromPerSecond, toPerSecond: shape.toPerSecond, forMs: shape.overMs }];
    case 'trace': {
      const fullest = shape.requests.reduce((most, one) => Math.max(most, one), 0);
      return shape.requests.map((requests) => {
        const perSecond = fullest === 0 ? 0 : (requests / fullest) * shape.peakPerSecond;
        return { fromPerSecond: perSecond, toPerSecond: perSecond, forMs: shape.binMs / shape.compress };
      });
    }
    default:
      return unreachable(shape);
  }
}

export function durationMs(traffic: Traffic): number {
  return piecesOf(traffic).at(-1)?.toMs ?? 0;
}

/** Requests per second at an instant; where two shapes meet, that of the later one. */
export function rateAt(traffic: Traffic, atMs: number): number {
  const piece = piecesOf(traffic).find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  if (piece === undefined) return 0;
  return piece.fromPerSecond + (piece.toPerSecond - piece.fromPerSecond) * partOf(piece, atMs);
}

/** Requests expected from the start up to an instant. */
export function expectedUntil(traffic: Traffic, atMs: number): number {
  return piecesOf(traffic).reduce((sum, piece) => {
    const part = Math.min(1, Math.max(0, partOf(piece, atMs)));
    const rate = piece.fromPerSecond + ((piece.toPerSecond - piece.fromPerSecond) * part) / 2;
    return sum + (rate * part * (piece.toMs - piece.fromMs)) / 1000;
  }, 0);
}

function partOf({ fromMs, toMs }: Piece, atMs: number): number {
  return (atMs - fromMs) / (toMs - fromMs);
}
