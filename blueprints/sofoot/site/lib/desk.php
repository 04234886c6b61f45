<?php
// The editors' one page: what was published last, and the form for what comes next.

declare(strict_types=1);

namespace SoFoot;

use PDO;

/**
 * @param array<string, string> $draft
 * @param list<string> $problems
 */
function deskPage(PDO $database, array $draft, array $problems, int $published): string
{
    $articles = latestArticles($database, 25);
    $counts = countCommentsOfEach($database, array_column($articles, 'id'));
    $rows = implode('', array_map(static fn (array $article): string => deskRow($article, $counts[$article['id']] ?? 0, $published), $articles));
    $notice = $published > 0 ? "<p class=\"done\">Article $published is published.</p>" : '';
    $warning = $problems === [] ? '' : '<p class="warning">' . implode('<br>', array_map(escape(...), $problems)) . '</p>';
    $form = draftForm($draft);
    $total = number_format((int) run($database, 'SELECT COUNT(*) FROM articles')->fetchColumn());
    return <<<HTML
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>SoFoot newsroom</title><link rel="stylesheet" href="/desk.css"></head>
        <body>
        <header><a class="logo" href="/">SO<span>FOOT</span></a><b>Newsroom</b><span class="total">$total articles</span></header>
        <main>
        <section class="new"><h1>New article</h1>$warning$form</section>
        <section class="list"><h1>Latest articles</h1>$notice
        <table><thead><tr><th></th><th>Headline</th><th>Section</th><th>Author</th><th>Published</th><th>Comments</th></tr></thead><tbody>$rows</tbody></table></section>
        </main>
        </body>
        </html>

        HTML;
}

/** @param array<string, mixed> $article */
function deskRow(array $article, int $comments, int $published): string
{
    $class = $article['id'] === $published ? ' class="fresh"' : '';
    $title = escape($article['title']);
    $site = getenv('SITE_URL');
    if (is_string($site) && preg_match('#^https?://#', $site) === 1) {
        $title = '<a href="' . escape(rtrim($site, '/') . articlePath($article['id'], $article['slug'])) . "\">$title</a>";
    }
    return "<tr$class><td><img src=\"/picture/{$article['id']}\" alt=\"\" width=\"96\" height=\"54\" loading=\"lazy\"></td>"
        . "<td><b>$title</b><small>No. {$article['id']}</small></td><td>" . escape(CATEGORIES[$article['category']] ?? '') . '</td><td>'
        . escape($article['author']) . '</td><td>' . timeTag($article['published_at'], fullDate($article['published_at'])) . "</td><td>$comments</td></tr>\n";
}

/** @param array<string, string> $draft */
function draftForm(array $draft): string
{
    $value = array_map(escape(...), $draft + ['title' => '', 'author' => '', 'summary' => '', 'body' => '']);
    $sections = options(CATEGORIES, $draft['category'] ?? '');
    $scenes = options(['' => 'Surprise me'] + array_combine(SCENES, array_map(ucfirst(...), SCENES)), $draft['scene'] ?? '');
    $names = array_keys(allTeams());
    $choices = ['' => 'Any colours'] + array_combine($names, $names);
    $clubs = options($choices, $draft['club'] ?? '');
    $rivals = options($choices, $draft['rival'] ?? '');
    return <<<HTML
        <form method="post" action="/articles">
        <label class="full">Headline <input name="title" value="{$value['title']}" maxlength="180" required></label>
        <label>Section <select name="category">$sections</select></label>
        <label>Author <input name="author" value="{$value['author']}" maxlength="80" required></label>
        <label class="full">Standfirst <textarea name="summary" rows="2" maxlength="400" required>{$value['summary']}</textarea></label>
        <label class="full">Text <small>An empty line starts a paragraph, “## ” a heading, “&gt; ” a quotation.</small><textarea name="body" rows="12" maxlength="20000" required>{$value['body']}</textarea></label>
        <fieldset class="full"><legend>Picture</legend>
        <label>Scene <select name="scene">$scenes</select></label>
        <label>Team <select name="club">$clubs</select></label>
        <label>Against <select name="rival">$rivals</select></label></fieldset>
        <button>Publish</button>
        </form>
        HTML;
}

/** @param array<string, string> $choices */
function options(array $choices, string $chosen): string
{
    $html = '';
    foreach ($choices as $value => $name) {
        $html .= '<option value="' . escape($value) . '"' . ((string) $value === $chosen ? ' selected' : '') . '>' . escape($name) . '</option>';
    }
    return $html;
}
