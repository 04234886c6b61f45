/** What the watch writes to, to see whether writes end. It is a database of its own, which no application has a right to. */
export const heartbeatSchema = 'spillway';
export const heartbeatTable = `${heartbeatSchema}.heartbeat`;

export const createHeartbeat = [
  `CREATE DATABASE IF NOT EXISTS ${heartbeatSchema};`,
  `CREATE TABLE IF NOT EXISTS ${heartbeatTable} (id TINYINT PRIMARY KEY, at DATETIME NOT NULL) ENGINE = InnoDB;`,
  `INSERT IGNORE INTO ${heartbeatTable} VALUES (1, NOW());`,
];
