<?php
// Comments in the database.

declare(strict_types=1);

namespace SoFoot;

use PDO;

/** @return list<array<string, mixed>> newest first */
function commentsOf(PDO $database, int $article, ?int $count = null): array
{
    $sql = 'SELECT id, article_id, author, body, created_at FROM comments WHERE article_id = ? ORDER BY id DESC';
    return $count === null
        ? run($database, $sql, [$article])->fetchAll()
        : run($database, $sql . ' LIMIT ?', [$article, $count])->fetchAll();
}

function countComments(PDO $database, int $article): int
{
    return (int) run($database, 'SELECT COUNT(*) FROM comments WHERE article_id = ?', [$article])->fetchColumn();
}

/**
 * @param list<int> $articles
 * @return array<int, int> by article
 */
function countCommentsOfEach(PDO $database, array $articles): array
{
    if ($articles === []) {
        return [];
    }
    $marks = implode(',', array_fill(0, count($articles), '?'));
    $sql = "SELECT article_id, COUNT(*) FROM comments WHERE article_id IN ($marks) GROUP BY article_id";
    return run($database, $sql, $articles)->fetchAll(PDO::FETCH_KEY_PAIR);
}

/** @return list<array<string, mixed>> */
function latestComments(PDO $database, int $count): array
{
    $sql = 'SELECT c.id, c.article_id, c.author, c.body, c.created_at, a.slug, a.title'
        . ' FROM (SELECT * FROM comments ORDER BY id DESC LIMIT ?) AS c'
        . ' STRAIGHT_JOIN articles AS a ON a.id = c.article_id ORDER BY c.id DESC';
    return run($database, $sql, [$count])->fetchAll();
}

/**
 * @param list<array<string, mixed>> $comments
 * @return list<array<string, mixed>> the first of each article
 */
function oneOfEachArticle(array $comments, int $count): array
{
    $first = [];
    foreach ($comments as $comment) {
        $first[$comment['article_id']] ??= $comment;
    }
    return array_slice(array_values($first), 0, $count);
}

function insertComment(PDO $database, int $article, string $author, string $body): int
{
    $sql = 'INSERT INTO comments (article_id, author, body, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP())';
    run($database, $sql, [$article, $author, $body]);
    return (int) $database->lastInsertId();
}

/** @return list<string> what is wrong with it */
function commentProblems(string $author, string $body): array
{
    $problems = [];
    if (!lengthIsWithin($author, 1, 40) || str_contains($author, "\n")) {
        $problems[] = 'Please give a name of 1 to 40 characters.';
    }
    if (!lengthIsWithin($body, 1, 2000)) {
        $problems[] = 'Please write a comment of 1 to 2000 characters.';
    }
    return $problems;
}
