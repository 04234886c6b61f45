-- The tables of the SoFoot site. Safe to apply again at any time.

CREATE TABLE IF NOT EXISTS articles (
  id           INT UNSIGNED NOT NULL AUTO_INCREMENT,
  slug         VARCHAR(120) NOT NULL,
  category     VARCHAR(24)  NOT NULL,
  title        VARCHAR(180) NOT NULL,
  summary      VARCHAR(400) NOT NULL,
  body         MEDIUMTEXT   NOT NULL,
  author       VARCHAR(80)  NOT NULL,
  picture      VARCHAR(120) NOT NULL,
  scoreline    VARCHAR(80)  NULL,
  published_at DATETIME     NOT NULL,
  PRIMARY KEY (id),
  KEY newest (published_at),
  KEY newest_of_category (category, published_at),
  FULLTEXT KEY words (title, summary, body)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS comments (
  id         INT UNSIGNED  NOT NULL AUTO_INCREMENT,
  article_id INT UNSIGNED  NOT NULL,
  author     VARCHAR(40)   NOT NULL,
  body       VARCHAR(2000) NOT NULL,
  created_at DATETIME      NOT NULL,
  PRIMARY KEY (id),
  KEY of_article (article_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One row once bin/generate.php has filled the tables; no row while it is at work.
CREATE TABLE IF NOT EXISTS seeding (
  seed         INT          NOT NULL,
  scale        DOUBLE       NOT NULL,
  until_date   DATE         NOT NULL,
  articles     INT UNSIGNED NOT NULL,
  comments     INT UNSIGNED NOT NULL,
  completed_at DATETIME     NOT NULL,
  PRIMARY KEY (seed)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
