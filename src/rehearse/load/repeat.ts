/** Traffic again and again, until so long. */
import { unreachable } from '../../model/errors.ts';
import { durationMs, rateAt, type Shape, type Traffic } from './traffic.ts';

/** Each time begins as the first one did; what does not fit any more is cut off. */
export function repeatedFor(traffic: Traffic, forMs: number): Traffic {
  const onceMs = durationMs(traffic);
  if (onceMs === 0) return traffic;
  const times = Math.floor(forMs / onceMs);
  const whole = Array.from({ length: times }, () => traffic).flat();
  return [...whole, ...beginningOf(traffic, forMs - times * onceMs)];
}

function beginningOf(traffic: Traffic, forMs: number): Traffic {
  const shapes: Shape[] = [];
  let leftMs = forMs;
  for (const shape of traffic) {
    if (leftMs <= 0) break;
    const lastsMs = durationMs([shape]);
    shapes.push(...(lastsMs <= leftMs ? [shape] : cut(shape, leftMs)));
    leftMs -= lastsMs;
  }
  return shapes;
}

/** `forMs` is shorter than it lasts. */
function cut(shape: Shape, forMs: number): Traffic {
  switch (shape.kind) {
    case 'hold':
      return [{ ...shape, forMs }];
    case 'ramp':
      return [{ ...shape, toPerSecond: rateAt([shape], forMs), overMs: forMs }];
    case 'trace': {
      const binMs = shape.binMs / shape.compress;
      const bins = Math.floor(forMs / binMs);
      const requests = shape.requests.slice(0, bins);
      const [most, all] = [requests, shape.requests].map((some) => some.reduce((max, one) => Math.max(max, one), 0));
      // The fullest bin that is left may be less full.
      const peakPerSecond = shape.peakPerSecond * ((most ?? 0) / (all || 1));
      const restMs = forMs - bins * binMs;
      // Asked in the midst of its bin: at its edge a rounding would ask the one before.
      return [
        ...(bins === 0 ? [] : [{ ...shape, requests, peakPerSecond }]),
        ...(restMs === 0
          ? []
          : [{ kind: 'hold' as const, perSecond: rateAt([shape], (bins + 0.5) * binMs), forMs: restMs }]),
      ];
    }
    default:
      return unreachable(shape);
  }
}
