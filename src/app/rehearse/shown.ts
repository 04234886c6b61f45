/** What whoever shows a rehearsal needs of it. */
export { liveLines } from '../../rehearse/live/live-lines.ts';
export { durationMs } from '../../rehearse/load/traffic.ts';
export type { Recording } from '../../rehearse/recording.ts';
export { reportPage } from '../../rehearse/report/page.ts';
export { verdictAsData } from '../../rehearse/verdict/as-data.ts';
export { verdictLines } from '../../rehearse/verdict/verdict-lines.ts';
export { formatValue, objectiveNames, partSays } from '../../rehearse/words.ts';
export { exitCodeOf } from '../../rehearse/verdict/verdict.ts';
export type { Carried } from '../../rehearse/host/carried.ts';
export { partOf } from '../../rehearse/scenario/part-of.ts';
export type { Scenario } from '../../rehearse/scenario/scenario.ts';
