/** Calls that take their time, and fail as their fates say. */
import type { Stream } from '../chance/stream.ts';
import { createCaller, type Call, type Caller, type Fates } from '../imagined-world.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { Spell, Timings } from './timings.ts';

/** `streamFor` gives each thing that is asked for a chance of its own; `delay` says how many times as long a call takes. */
export function timedCaller(
  fates: Fates,
  timings: Timings['calls'],
  time: VirtualTime,
  streamFor: (name: string) => Stream,
  delay: () => number = () => 1,
): Caller {
  const call = createCaller(fates);
  const streams = new Map<string, Stream>();
  const drawn = (verb: Call['verb'], subject: string, { medianMs, spread }: Spell) => {
    const name = `${verb} ${subject}`;
    const stream = streams.get(name) ?? streamFor(name);
    streams.set(name, stream);
    return stream.logNormal(medianMs, spread);
  };
  return async (verb, subject, ...done) => {
    const spell = timings[verb];
    if (spell !== undefined) await time.sleep(delay() * drawn(verb, subject, spell));
    return call(verb, subject, ...done);
  };
}
