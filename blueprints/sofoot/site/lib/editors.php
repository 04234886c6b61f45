<?php
// Which page answers which address of the editors' site.

declare(strict_types=1);

namespace SoFoot;

require_once __DIR__ . '/generator.php';
require_once __DIR__ . '/request.php';
require_once __DIR__ . '/response.php';
require_once __DIR__ . '/comments.php';
require_once __DIR__ . '/health.php';
require_once __DIR__ . '/desk.php';

function answerEditor(Request $request): Response
{
    $post = $request->method === 'POST';
    if ($request->path === '/articles' && $post) {
        return publish($request);
    }
    if ($post || $request->method !== 'GET') {
        return new Response(405, 'text/plain; charset=utf-8', NEVER_STORED, "Method not allowed\n", ['Allow' => 'GET, HEAD']);
    }
    if ($request->path === '/') {
        return Response::html(deskPage(database(), [], [], (int) $request->query('published')), NEVER_STORED);
    }
    if ($request->path === '/health') {
        $missing = missingParts();
        return $missing === [] ? Response::text('ok') : Response::text(implode("\n", $missing), 503);
    }
    if (preg_match('#^/picture/(\d{1,9})$#', $request->path, $found) === 1) {
        return showPicture((int) $found[1]);
    }
    return Response::text('Not found', 404);
}

function publish(Request $request): Response
{
    if ($request->comesFromAnotherSite()) {
        return Response::text('Articles are published from this site only', 403);
    }
    $draft = [];
    foreach (['title', 'author', 'category', 'summary', 'body', 'scene', 'club', 'rival'] as $name) {
        $draft[$name] = $request->field($name);
    }
    $problems = draftProblems($draft);
    if ($problems !== []) {
        return $request->wantsJson()
            ? Response::json(['errors' => $problems], 422)
            : Response::html(deskPage(database(), $draft, $problems, 0), NEVER_STORED, 422);
    }
    $slug = slugOf($draft['title']);
    $id = storeWithPicture($draft + ['slug' => $slug]);
    return $request->wantsJson()
        ? Response::json(['id' => $id, 'slug' => $slug, 'path' => articlePath($id, $slug)], 201)
        : Response::seeOther("/?published=$id");
}

/** @return array<string, Team> by name */
function allTeams(): array
{
    $teams = [...nations(), ...clubs()];
    return array_combine(array_map(static fn (Team $team): string => $team->name, $teams), $teams);
}

/**
 * Scene and teams of the picture may be left out.
 *
 * @param array<string, string> $draft
 * @return list<string>
 */
function draftProblems(array $draft): array
{
    $teams = allTeams();
    return array_keys(array_filter([
        'The headline needs 5 to 180 characters on one line.' => !lengthIsWithin($draft['title'], 5, 180) || str_contains($draft['title'], "\n"),
        'The author needs 2 to 80 characters.' => !lengthIsWithin($draft['author'], 2, 80) || str_contains($draft['author'], "\n"),
        'The standfirst needs 5 to 400 characters.' => !lengthIsWithin($draft['summary'], 5, 400),
        'The text needs 20 to 20000 characters.' => !lengthIsWithin($draft['body'], 20, 20000),
        'Choose a section.' => !isset(CATEGORIES[$draft['category']]),
        'Choose a scene.' => $draft['scene'] !== '' && !in_array($draft['scene'], SCENES, true),
        'Choose teams from the list.' => ($draft['club'] !== '' && !isset($teams[$draft['club']])) || ($draft['rival'] !== '' && !isset($teams[$draft['rival']])),
    ]));
}

/**
 * Article and picture appear together or not at all.
 *
 * @param array<string, string> $draft
 */
function storeWithPicture(array $draft): int
{
    $database = database();
    $database->beginTransaction();
    $id = insertArticle($database, $draft);
    $file = "published/article-$id.svg";
    writeFile(mediaFolder() . "/$file", pictureOfDraft($draft, $id));
    setPicture($database, $id, "/media/$file");
    $database->commit();
    return $id;
}

/** @param array<string, string> $draft */
function pictureOfDraft(array $draft, int $id): string
{
    $dice = new Dice("published $id {$draft['title']}");
    $teams = allTeams();
    $team = $teams[$draft['club']] ?? $dice->pick(clubs());
    $rival = $teams[$draft['rival']] ?? $dice->pick(array_values(array_filter(clubs(), static fn (Team $club): bool => $club !== $team)));
    $scene = $draft['scene'] ?: $dice->pick(['stadium', 'player', 'ball', 'fans']);
    $score = preg_match('/\b(\d{1,2})\s*[-–]\s*(\d{1,2})\b/u', $draft['title'], $found) === 1 ? "$found[1]–$found[2]" : $dice->between(1, 4) . '–' . $dice->between(0, 1);
    return drawPicture($scene, new Sitting($team, $rival, $dice, $team->code, $dice->between(2, 29), $score));
}

/** The editors' site shows pictures itself, so that it needs nothing of the visitors' site. */
function showPicture(int $id): Response
{
    $article = findArticle(database(), $id);
    $picture = $article['picture'] ?? '';
    if (preg_match('#^/media/((?:pictures/\d{3,}|published)/article-\d+\.svg)$#', $picture, $found) !== 1) {
        return Response::text('Not found', 404);
    }
    $content = @file_get_contents(mediaFolder() . "/$found[1]");
    return $content === false
        ? Response::text('Not found', 404)
        : new Response(200, 'image/svg+xml', 'private, max-age=60', $content);
}
