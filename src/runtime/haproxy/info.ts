/** What `show info` says of the process that answers. */
export interface ProcessInfo {
  /** Another one counts from zero, and has lost the servers that were added. */
  readonly pid: number;
  /** It was replaced, and lives only until its last connection ends. */
  readonly stopping: boolean;
  /** Of the time of its threads, 0 to 1. */
  readonly idle: number;
  readonly connections: number;
}

export const showInfo = 'show info';

export function readInfo(text: string): ProcessInfo {
  const values = new Map(text.split('\n').map((line) => line.split(': ') as [string, string | undefined]));
  const number = (name: string) => Number(values.get(name) ?? 0);
  return {
    pid: number('Pid'),
    stopping: number('Stopping') !== 0,
    idle: number('Idle_pct') / 100,
    connections: number('CurrConns'),
  };
}
