/** Revisions that last as long as they are held. */
import type { KeptRelease, Revision, Revisions } from '../ports/revisions.ts';

export function imaginedRevisions(): Revisions {
  let all: readonly Revision[] = [];
  let kept: readonly KeptRelease[] = [];
  const files = new Map<string, Uint8Array>();
  return {
    begin(revision) {
      const number = all.length + 1;
      all = [...all, { ...revision, number, state: 'begun' }];
      return number;
    },
    end(number, state, says) {
      all = all.map((one) => (one.number === number ? { ...one, state, ...(says !== undefined && { says }) } : one));
    },
    list: (limit) => all.toReversed().slice(0, limit),
    applied: () => all.findLast(({ state }) => state === 'applied'),
    keepRelease(content, release, keptAtMs, read) {
      for (const file of release.files) files.set(file.sha256, read(file));
      if (kept.some((one) => one.content === content && one.id === release.id)) return;
      kept = [...kept, { ...release, content, keptAtMs }];
    },
    releases: (content) => kept.filter((one) => one.content === content).toReversed(),
    refuseRelease(content, id, refused) {
      kept = kept.map(({ refused: before, ...one }) => {
        const after = one.content === content && one.id === id ? refused : before;
        return { ...one, ...(after !== undefined && { refused: after }) };
      });
    },
    read(sha256) {
      const found = files.get(sha256);
      if (found === undefined) throw new Error(`no file ${sha256} was kept`);
      return found;
    },
  };
}
