<?php
// Articles in the database.

declare(strict_types=1);

namespace SoFoot;

use PDO;

const CATEGORIES = [
    'world-cup' => 'World Cup',
    'league' => 'League',
    'transfers' => 'Transfers',
    'interviews' => 'Interviews',
    'tactics' => 'Tactics',
    'opinion' => 'Opinion',
];

const ARTICLE_CARD = 'id, slug, category, title, summary, author, picture, scoreline, published_at';

/** @return list<array<string, mixed>> */
function latestArticles(PDO $database, int $count): array
{
    $sql = 'SELECT ' . ARTICLE_CARD . ' FROM articles ORDER BY published_at DESC, id DESC LIMIT ?';
    return run($database, $sql, [$count])->fetchAll();
}

/** @return list<array<string, mixed>> */
function latestOfCategory(PDO $database, string $category, int $count): array
{
    $sql = 'SELECT ' . ARTICLE_CARD . ' FROM articles WHERE category = ? ORDER BY published_at DESC, id DESC LIMIT ?';
    return run($database, $sql, [$category, $count])->fetchAll();
}

/** @return array<string, mixed>|null */
function findArticle(PDO $database, int $id): ?array
{
    return run($database, 'SELECT ' . ARTICLE_CARD . ', body FROM articles WHERE id = ?', [$id])->fetch() ?: null;
}

/** @return list<array<string, mixed>> best match first */
function searchArticles(PDO $database, string $words, int $count): array
{
    $sql = 'SELECT ' . ARTICLE_CARD . ', MATCH (title, summary, body) AGAINST (?) AS relevance FROM articles'
        . ' WHERE MATCH (title, summary, body) AGAINST (?) ORDER BY relevance DESC, id DESC LIMIT ?';
    return run($database, $sql, [$words, $words, $count])->fetchAll();
}

/** @return list<array<string, mixed>> of the newest 200 articles, those most talked about */
function mostCommented(PDO $database, int $count): array
{
    $newest = 'SELECT id FROM articles ORDER BY published_at DESC, id DESC LIMIT 200';
    $ranking = "SELECT n.id, COUNT(*) AS comments FROM ($newest) AS n STRAIGHT_JOIN comments AS c ON c.article_id = n.id"
        . ' GROUP BY n.id ORDER BY comments DESC, n.id DESC LIMIT ?';
    $sql = "SELECT a.id, a.slug, a.title, r.comments FROM ($ranking) AS r STRAIGHT_JOIN articles AS a ON a.id = r.id"
        . ' ORDER BY r.comments DESC, a.id DESC';
    return run($database, $sql, [$count])->fetchAll();
}

/** @param array{slug: string, category: string, title: string, summary: string, body: string, author: string} $article */
function insertArticle(PDO $database, array $article): int
{
    $sql = 'INSERT INTO articles (slug, category, title, summary, body, author, picture, published_at)'
        . " VALUES (?, ?, ?, ?, ?, ?, '', UTC_TIMESTAMP())";
    run($database, $sql, [
        $article['slug'], $article['category'], $article['title'],
        $article['summary'], $article['body'], $article['author'],
    ]);
    return (int) $database->lastInsertId();
}

function setPicture(PDO $database, int $id, string $picture): void
{
    run($database, 'UPDATE articles SET picture = ? WHERE id = ?', [$picture, $id]);
}

function articlePath(int $id, string $slug): string
{
    return "/article/$id-$slug";
}

function slugOf(string $title): string
{
    $plain = strtr($title, [
        'á' => 'a', 'à' => 'a', 'â' => 'a', 'ã' => 'a', 'ä' => 'a', 'å' => 'a', 'ç' => 'c', 'é' => 'e', 'è' => 'e',
        'ê' => 'e', 'ë' => 'e', 'í' => 'i', 'î' => 'i', 'ï' => 'i', 'ñ' => 'n', 'ó' => 'o', 'ô' => 'o', 'õ' => 'o',
        'ö' => 'o', 'ø' => 'o', 'ú' => 'u', 'û' => 'u', 'ü' => 'u', 'š' => 's', 'ž' => 'z', 'É' => 'e', "'" => '', '’' => '',
    ]);
    $slug = trim((string) preg_replace('/[^a-z0-9]+/', '-', strtolower($plain)), '-');
    return rtrim(substr($slug, 0, 90), '-') ?: 'article';
}
