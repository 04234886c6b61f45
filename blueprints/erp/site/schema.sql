-- May be run again and again: what is there stays.
CREATE TABLE IF NOT EXISTS clients (
  id INT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(80) NOT NULL
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS vouchers (
  -- Of who books it, and unique: one that is sent twice is booked once.
  number VARCHAR(40) NOT NULL PRIMARY KEY,
  client INT UNSIGNED NOT NULL,
  account CHAR(3) NOT NULL,
  text VARCHAR(120) NOT NULL,
  cents BIGINT NOT NULL,
  booked_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY by_client (client, booked_at),
  KEY by_time (booked_at),
  FOREIGN KEY (client) REFERENCES clients (id)
) ENGINE=InnoDB;

-- Chosen: the books that the firm begins with.
INSERT IGNORE INTO clients SELECT seq, CONCAT('Client ', LPAD(seq, 3, '0')) FROM seq_1_to_200;
INSERT IGNORE INTO vouchers (number, client, account, text, cents, booked_at)
  SELECT CONCAT('2015-', LPAD(seq, 5, '0')), 1 + seq MOD 200, ELT(1 + seq MOD 4, '401', '411', '606', '706'),
    CONCAT('Voucher ', seq, ' of 2015'), (1 + CAST(seq AS SIGNED) * 7919 MOD 90000) * IF(seq MOD 2 = 0, 1, -1),
    '2015-01-01' + INTERVAL seq HOUR
  FROM seq_1_to_5000;
