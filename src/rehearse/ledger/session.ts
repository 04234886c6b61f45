/** One connection to a database, as an application has it. What takes too long is given up, and the connection with it. */
import type { Duplex } from 'node:stream';
import { createConnection, type Connection } from 'mysql2';
import { ledgerName } from '../../roles/mariadb/accounts.ts';
import { openWithin, usualPatience, within, type Patience } from './patience.ts';

export interface SqlSession {
  /** Resolves once the server has acknowledged it; fails when it refuses, or says nothing in time. */
  write(sql: string): Promise<void>;
  /** The first column of each row. */
  numbers(sql: string, withinMs: number): Promise<readonly number[]>;
  /** Whether it is of no use any more; a server that refused a write can be asked again. */
  isOver(): boolean;
  /** Without a farewell. */
  abandon(): void;
}

export function connectSql(
  open: () => Promise<Duplex>,
  password: string,
  { connectMs, writeMs }: Patience = usualPatience,
): Promise<SqlSession> {
  return openWithin(connectMs, open, async (stream) => sessionOver(await connected(stream, password), writeMs));
}

function connected(stream: Duplex, password: string): Promise<{ connection: Connection; stream: Duplex }> {
  return new Promise((resolve, reject) => {
    const connection = createConnection({ stream, user: ledgerName, password, database: ledgerName });
    // What befalls it while nothing is asked shows when something is.
    connection.on('error', reject);
    connection.once('connect', () => resolve({ connection, stream }));
  });
}

function sessionOver({ connection, stream }: { connection: Connection; stream: Duplex }, writeMs: number): SqlSession {
  let isOver = false;
  const ask = <Answer>(sql: string, withinMs: number, read: (rows: unknown) => Answer): Promise<Answer> => {
    const asked = new Promise<Answer>((resolve, reject) => {
      connection.query({ sql, rowsAsArray: true }, (error, rows) => {
        if (error === null) resolve(read(rows));
        else reject(error);
      });
    });
    return within(withinMs, asked).catch((error: unknown) => {
      if (!isRefusal(error)) abandon();
      throw error;
    });
  };
  const abandon = () => {
    isOver = true;
    stream.destroy();
  };
  return {
    write: (sql) => ask(sql, writeMs, () => undefined),
    numbers: (sql, withinMs) => ask(sql, withinMs, (rows) => (rows as readonly [number][]).map(([first]) => first)),
    isOver: () => isOver,
    abandon,
  };
}

/** The server answered, and goes on listening. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof Error && 'errno' in error && 'sqlState' in error && !('fatal' in error && error.fatal === true)
  );
}
