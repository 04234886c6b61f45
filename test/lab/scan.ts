/** Prints the ports of an address that answer: `scan.ts 203.0.113.10 1-65535`. Silence is no answer. */
import { connect } from 'node:net';

const [address = '', range = ''] = process.argv.slice(2);
const [first = 1, last = first] = range.split('-').map(Number);
/** Chosen: on this host an answer takes less than a millisecond; this many at once keep two cores busy. */
const patienceMs = 700;
const atOnce = 4000;

const answered: number[] = [];
let next = first;

function ask(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const end = (answers: boolean) => {
      if (answers) answered.push(port);
      socket.destroy();
      resolve();
    };
    const timer = setTimeout(() => {
      end(false);
    }, patienceMs);
    socket.on('connect', () => {
      clearTimeout(timer);
      end(true);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      end(error.code === 'ECONNREFUSED');
    });
  });
}

await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (next <= last) await ask(next++);
  }),
);
process.stdout.write(JSON.stringify(answered.sort((one, other) => one - other)));
