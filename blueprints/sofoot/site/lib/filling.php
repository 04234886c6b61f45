<?php
// Fills the database with the articles and comments of a plan.

declare(strict_types=1);

namespace SoFoot;

use Generator;
use PDO;
use PDOStatement;
use RuntimeException;

const ROWS_AN_INSERT = 500;
const INSERTS_A_TRANSACTION = 20;

function applySchema(PDO $database): void
{
    $schema = file_get_contents(dirname(__DIR__) . '/schema.sql');
    $statements = preg_replace('/^--.*$/m', '', (string) $schema);
    foreach (array_filter(array_map(trim(...), explode(';', (string) $statements))) as $statement) {
        $database->exec($statement);
    }
}

function databaseIsFilled(PDO $database, Plan $plan): bool
{
    $tables = run($database, "SHOW TABLES LIKE 'seeding'")->fetchAll();
    if ($tables === []) {
        return false;
    }
    $row = run($database, 'SELECT seed, until_date, articles, comments FROM seeding')->fetch();
    $asked = ['seed' => $plan->seed, 'until_date' => $plan->until, 'articles' => $plan->articles, 'comments' => $plan->comments];
    return $row === $asked
        && highestId($database, 'articles') >= $plan->articles
        && highestId($database, 'comments') >= $plan->comments;
}

/** True when people wrote articles or comments after an earlier generation. */
function holdsWorkOfPeople(PDO $database): bool
{
    $row = run($database, 'SELECT articles, comments FROM seeding')->fetch();
    return $row !== false
        && (highestId($database, 'articles') > $row['articles'] || highestId($database, 'comments') > $row['comments']);
}

function highestId(PDO $database, string $table): int
{
    return (int) run($database, "SELECT MAX(id) FROM $table")->fetchColumn();
}

/** Only one generator at a time; the lock ends with the connection. */
function lockGeneration(PDO $database): void
{
    if (run($database, "SELECT GET_LOCK('sofoot generate', 5)")->fetchColumn() !== 1) {
        throw new RuntimeException('another generator is at work on this database');
    }
}

/** Starts from empty tables, so a run that was killed leaves nothing behind; the row in `seeding` comes last. */
function fillDatabase(PDO $database, Plan $plan): void
{
    $database->exec('DELETE FROM seeding');
    $database->exec('TRUNCATE TABLE comments');
    $database->exec('TRUNCATE TABLE articles');
    $newsroom = new Newsroom($plan->seed, $plan->articles, $plan->until);
    $words = [];
    insertRows(
        $database,
        'articles',
        ['id', 'slug', 'category', 'title', 'summary', 'body', 'author', 'picture', 'scoreline', 'published_at'],
        articleRows($newsroom, $words),
    );
    insertRows($database, 'comments', ['id', 'article_id', 'author', 'body', 'created_at'], commentRows($newsroom, $plan->comments, $words));
    run($database, 'ANALYZE TABLE articles, comments')->fetchAll();
    run(
        $database,
        'INSERT INTO seeding (seed, scale, until_date, articles, comments, completed_at) VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP())',
        [$plan->seed, (string) $plan->scale, $plan->until, $plan->articles, $plan->comments],
    );
}

/**
 * @param array<int, array<string, string|int>> $words filled with what comments may name: of the last 2000 articles,
 *     more would not fit into memory at full scale; comments on older ones borrow from those
 */
function articleRows(Newsroom $newsroom, array &$words): Generator
{
    for ($number = 1; $number <= $newsroom->articles; $number++) {
        $article = $newsroom->article($number);
        $words[$number % 2000] = $article['words'];
        yield array_values($article['row']);
    }
}

/**
 * Comments in the order of their time. Most articles get a few, one in seven a crowd.
 *
 * @param array<int, array<string, string|int>> $words
 */
function commentRows(Newsroom $newsroom, int $count, array $words): Generator
{
    $latest = strtotime("{$newsroom->until} 23:59:00 UTC");
    $dice = new Dice("{$newsroom->seed} comments");
    $moments = [];
    for ($comment = 0; $comment < $count; $comment++) {
        $article = $dice->between(1, $newsroom->articles);
        if ($comment % 3 === 0) {
            $article = hotArticle($newsroom, $article, $dice->between(0, 4));
        }
        $published = $newsroom->publishedAt($article);
        $delay = intdiv($dice->between(60, 1400) ** 2, $dice->between(12, 60));
        $moments[] = min($published + $delay, $published + intdiv($latest - $published, 2) + $dice->between(0, 600)) << 24 | $article;
    }
    sort($moments);
    foreach ($moments as $place => $packed) {
        $article = $packed & 0xFFFFFF;
        $about = $words[$article % 2000] ?? reset($words);
        yield [$place + 1, $article, nickname($dice), remark($about, $dice), gmdate('Y-m-d H:i:s', $packed >> 24)];
    }
}

/** The next article people quarrel about, unless it is not hot enough for this reader. */
function hotArticle(Newsroom $newsroom, int $article, int $needed): int
{
    $hot = min($newsroom->articles, $article + ($newsroom->articles - $article) % 7);
    return crc32("{$newsroom->seed} heat $hot") % 5 >= $needed ? $hot : $article;
}

/** @param list<string> $columns */
function insertRows(PDO $database, string $table, array $columns, Generator $rows): void
{
    $full = prepareInsert($database, $table, $columns, ROWS_AN_INSERT);
    $values = [];
    $waiting = $inserts = 0;
    $database->beginTransaction();
    foreach ($rows as $row) {
        array_push($values, ...$row);
        if (++$waiting === ROWS_AN_INSERT) {
            $full->execute($values);
            $values = [];
            $waiting = 0;
            if (++$inserts % INSERTS_A_TRANSACTION === 0) {
                $database->commit();
                $database->beginTransaction();
            }
        }
    }
    if ($waiting > 0) {
        prepareInsert($database, $table, $columns, $waiting)->execute($values);
    }
    $database->commit();
}

/** @param list<string> $columns */
function prepareInsert(PDO $database, string $table, array $columns, int $rows): PDOStatement
{
    $row = '(' . implode(',', array_fill(0, count($columns), '?')) . ')';
    return $database->prepare("INSERT INTO $table (" . implode(',', $columns) . ') VALUES ' . implode(',', array_fill(0, $rows, $row)));
}
