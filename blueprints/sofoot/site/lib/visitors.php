<?php
// Which page answers which address of the visitors' site.

declare(strict_types=1);

namespace SoFoot;

require_once __DIR__ . '/config.php';
require_once __DIR__ . '/database.php';
require_once __DIR__ . '/request.php';
require_once __DIR__ . '/response.php';
require_once __DIR__ . '/serve.php';
require_once __DIR__ . '/articles.php';
require_once __DIR__ . '/comments.php';
require_once __DIR__ . '/health.php';
require_once __DIR__ . '/html.php';
require_once __DIR__ . '/pages.php';

const COMMENTS_SHOWN = 50;

function answerVisitor(Request $request): Response
{
    $path = $request->path;
    if (preg_match('#^/article/(\d{1,9})/comments$#', $path, $found) === 1) {
        return $request->method === 'POST' ? takeComment($request, (int) $found[1]) : wrongMethod('POST');
    }
    if ($request->method !== 'GET') {
        return wrongMethod('GET, HEAD');
    }
    if ($path === '/') {
        return showFront();
    }
    if ($path === '/health') {
        return showHealth();
    }
    if ($path === '/search') {
        return showSearch($request->query('q'));
    }
    if (preg_match('#^/article/(\d{1,9})/comments\.json$#', $path, $found) === 1) {
        return listComments((int) $found[1]);
    }
    if (preg_match('#^/article/(\d{1,9})(?:-[^/]*)?$#', $path, $found) === 1) {
        return showArticle((int) $found[1]);
    }
    if (preg_match('#^/category/([a-z-]+)$#', $path, $found) === 1 && isset(CATEGORIES[$found[1]])) {
        return showCategory($found[1]);
    }
    return notFound();
}

function showFront(): Response
{
    $database = database();
    $articles = latestArticles($database, 31);
    $counts = countCommentsOfEach($database, array_column($articles, 'id'));
    return Response::html(
        frontPage($articles, $counts, mostCommented($database, 8), oneOfEachArticle(latestComments($database, 100), 8)),
        MAY_BE_SHARED,
    );
}

function showCategory(string $category): Response
{
    $articles = latestOfCategory(database(), $category, 24);
    $counts = countCommentsOfEach(database(), array_column($articles, 'id'));
    return Response::html(categoryPage($category, $articles, $counts), MAY_BE_SHARED);
}

function showArticle(int $id): Response
{
    $article = findArticle(database(), $id);
    return $article === null ? notFound() : Response::html(articleWithComments($article), MAY_BE_SHARED_LONGER);
}

/**
 * @param array<string, mixed> $article
 * @param list<string> $problems
 */
function articleWithComments(array $article, array $problems = [], string $author = '', string $body = ''): string
{
    $database = database();
    $comments = commentsOf($database, $article['id'], COMMENTS_SHOWN);
    $count = count($comments) < COMMENTS_SHOWN ? count($comments) : countComments($database, $article['id']);
    $others = array_filter(
        latestOfCategory($database, $article['category'], 5),
        static fn (array $other): bool => $other['id'] !== $article['id'],
    );
    return articlePage($article, $comments, $count, array_slice($others, 0, 4), $problems, $author, $body);
}

function showSearch(string $words): Response
{
    if (doWithout('search')) {
        return Response::later(laterPage());
    }
    $words = (string) preg_replace('/\A(.{0,80}).*\z/us', '$1', $words);
    $articles = $words === '' ? [] : searchArticles(database(), $words, 20);
    return Response::html(searchPage($words, $articles), NOT_SHARED);
}

function listComments(int $id): Response
{
    if (findArticle(database(), $id) === null) {
        return Response::json(['error' => 'no such article'], 404);
    }
    return Response::json(array_map(static fn (array $comment): array => [
        'id' => $comment['id'],
        'article' => $comment['article_id'],
        'author' => $comment['author'],
        'body' => $comment['body'],
        'created_at' => str_replace(' ', 'T', $comment['created_at']) . 'Z',
    ], commentsOf(database(), $id)));
}

function takeComment(Request $request, int $id): Response
{
    if (doWithout('comments')) {
        return $request->wantsJson() ? Response::json(['error' => 'come back later'], 503) : Response::later(laterPage());
    }
    $article = findArticle(database(), $id);
    if ($article === null) {
        return $request->wantsJson() ? Response::json(['error' => 'no such article'], 404) : notFound();
    }
    $author = $request->field('author');
    $body = $request->field('body');
    $problems = commentProblems($author, $body);
    if ($problems !== []) {
        return $request->wantsJson()
            ? Response::json(['errors' => $problems], 422)
            : Response::html(articleWithComments($article, $problems, $author, $body), NEVER_STORED, 422);
    }
    $comment = insertComment(database(), $id, $author, $body);
    return $request->wantsJson()
        ? Response::json(['id' => $comment, 'article' => $id, 'author' => $author, 'body' => $body], 201)
        : Response::seeOther(articlePath($id, $article['slug']) . "#comment-$comment");
}

function showHealth(): Response
{
    $missing = missingParts();
    return $missing === [] ? Response::text('ok') : Response::text(implode("\n", $missing), 503);
}

function notFound(): Response
{
    return Response::html(notFoundPage(), NEVER_STORED, 404);
}

function wrongMethod(string $allowed): Response
{
    return new Response(405, 'text/plain; charset=utf-8', NEVER_STORED, "Method not allowed\n", ['Allow' => $allowed]);
}
