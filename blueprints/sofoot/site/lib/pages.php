<?php
// The pages of the visitors' site.

declare(strict_types=1);

namespace SoFoot;

require_once __DIR__ . '/layout.php';

/**
 * @param list<array<string, mixed>> $articles
 * @param array<int, int> $counts
 * @param list<array<string, mixed>> $discussed
 * @param list<array<string, mixed>> $comments
 */
function frontPage(array $articles, array $counts, array $discussed, array $comments): string
{
    $count = static fn (array $article): int => $counts[$article['id']] ?? 0;
    $results = resultsStrip($articles);
    $opening = $grid = $brief = '';
    foreach ($articles as $place => $article) {
        if ($place < 3) {
            $opening .= card($article, $count($article), $place === 0 ? 'hero' : 'second', true);
        } elseif ($place < 15) {
            $grid .= card($article, $count($article));
        } else {
            $brief .= briefItem($article, $count($article));
        }
    }
    $sidebar = sidebar($discussed, $comments);
    return layout('SoFoot – football news', <<<HTML
        $results
        <section class="opening">$opening</section>
        <div class="columns">
        <div>
        <h2 class="bar">Latest stories</h2>
        <section class="grid">$grid</section>
        <h2 class="bar">In brief</h2>
        <ul class="brief">$brief</ul>
        </div>
        $sidebar
        </div>
        HTML);
}

/** @param list<array<string, mixed>> $articles */
function resultsStrip(array $articles): string
{
    $items = '';
    foreach (array_slice(array_filter($articles, static fn (array $a): bool => $a['scoreline'] !== null), 0, 6) as $article) {
        $score = preg_replace('/(\d+–\d+)/u', '<b>$1</b>', escape($article['scoreline']));
        $items .= '<a href="' . linkTo($article) . "\">$score</a>";
    }
    return $items === '' ? '' : "<div class=\"results\"><strong>Results</strong>$items</div>";
}

/** @param array<string, mixed> $article */
function briefItem(array $article, int $comments): string
{
    return '<li>' . timeTag($article['published_at'], date_create($article['published_at'])->format('H:i'))
        . '<a href="' . linkTo($article) . '">' . escape($article['title']) . '</a>' . commentCount($comments) . "</li>\n";
}

/**
 * @param list<array<string, mixed>> $discussed
 * @param list<array<string, mixed>> $comments
 */
function sidebar(array $discussed, array $comments): string
{
    $ranking = $talk = '';
    foreach ($discussed as $article) {
        $ranking .= '<li><a href="' . linkTo($article) . '">' . escape($article['title']) . '</a>' . commentCount((int) $article['comments']) . "</li>\n";
    }
    foreach ($comments as $comment) {
        $talk .= '<li><p>“' . escape(excerpt($comment['body'], 110)) . '”</p><p class="meta"><b>' . escape($comment['author'])
            . '</b> on <a href="' . linkTo($comment) . "#comment-{$comment['id']}\">" . escape(excerpt($comment['title'], 48)) . "</a></p></li>\n";
    }
    return <<<HTML
        <aside class="side">
        <h2 class="bar">Most commented</h2><ol class="ranking">$ranking</ol>
        <h2 class="bar">The terrace</h2><ul class="terrace">$talk</ul>
        </aside>
        HTML;
}

/**
 * @param list<array<string, mixed>> $articles
 * @param array<int, int> $counts
 */
function categoryPage(string $category, array $articles, array $counts): string
{
    $name = escape(CATEGORIES[$category]);
    $grid = '';
    foreach ($articles as $article) {
        $grid .= card($article, $counts[$article['id']] ?? 0);
    }
    return layout(CATEGORIES[$category] . ' – SoFoot', "<h1 class=\"page\">$name</h1><section class=\"grid four\">$grid</section>", $category);
}

/**
 * @param array<string, mixed> $article
 * @param list<array<string, mixed>> $comments
 * @param list<array<string, mixed>> $others
 * @param list<string> $problems
 */
function articlePage(array $article, array $comments, int $count, array $others, array $problems, string $author, string $body): string
{
    $label = categoryLabel($article['category']);
    $title = escape($article['title']);
    $summary = escape($article['summary']);
    $byline = 'By <b>' . escape($article['author']) . '</b> · ' . timeTag($article['published_at'], fullDate($article['published_at']));
    $picture = pictureTag($article, true);
    $score = $article['scoreline'] === null ? '' : '<p class="scoreline">' . escape($article['scoreline']) . '</p>';
    $text = paragraphs($article['body']);
    $form = commentForm((int) $article['id'], $problems, $author, $body);
    $list = implode('', array_map(commentItem(...), $comments));
    $shown = $count > count($comments) ? '<p class="meta">The latest ' . count($comments) . " of $count comments.</p>" : '';
    $more = implode('', array_map(static fn (array $other): string => '<a class="mini" href="' . linkTo($other) . '">' . pictureTag($other)
        . '<span>' . escape($other['title']) . "</span></a>\n", $others));
    return layout($article['title'] . ' – SoFoot', <<<HTML
        <div class="columns">
        <article class="story">
        $label
        <h1>$title</h1>
        <p class="standfirst">$summary</p>
        <p class="meta">$byline <a class="jump" href="#comments">$count comments</a></p>
        <figure>$picture</figure>
        $score
        <div class="text">$text</div>
        <section id="comments" data-article="{$article['id']}">
        <h2 class="bar">Comments <span>$count</span></h2>
        $form
        $shown
        <ol class="comments">$list</ol>
        </section>
        </article>
        <aside class="side"><h2 class="bar">Read next</h2>$more</aside>
        </div>
        <script src="/assets/comments.js" defer></script>
        HTML, $article['category']);
}

/** @param list<string> $problems */
function commentForm(int $article, array $problems, string $author, string $body): string
{
    if (doWithout('comments')) {
        return '<p class="meta">So many of you are here that comments have to wait. Come back after the match!</p>';
    }
    $warning = $problems === [] ? '' : '<p class="warning">' . implode('<br>', array_map(escape(...), $problems)) . '</p>';
    $author = escape($author);
    $body = escape($body);
    return <<<HTML
        <form class="say" method="post" action="/article/$article/comments">$warning
        <label>Name <input name="author" value="$author" maxlength="40" required></label>
        <label>Your comment <textarea name="body" rows="3" maxlength="2000" required>$body</textarea></label>
        <button>Post comment</button></form>
        HTML;
}

/** @param list<array<string, mixed>> $articles */
function searchPage(string $words, array $articles): string
{
    $asked = escape($words);
    $found = match (true) {
        $words === '' => 'What are you looking for?',
        $articles === [] => "Nothing about “{$asked}”. Try a club or a player.",
        default => count($articles) . " best matches for “{$asked}”",
    };
    $list = '';
    foreach ($articles as $article) {
        $list .= '<li><a href="' . linkTo($article) . '">' . pictureTag($article) . '</a><div>' . categoryLabel($article['category'])
            . '<h2><a href="' . linkTo($article) . '">' . escape($article['title']) . '</a></h2><p>' . escape($article['summary'])
            . '</p><p class="meta">' . escape($article['author']) . ' · ' . timeTag($article['published_at'], fullDate($article['published_at'])) . "</p></div></li>\n";
    }
    return layout('Search – SoFoot', "<h1 class=\"page\">Search</h1><p class=\"found\">$found</p><ul class=\"hits\">$list</ul>", '', $words);
}

function laterPage(): string
{
    return layout('In a while – SoFoot', '<div class="lost"><h1>Extra time</h1>'
        . '<p>So many of you are here that this has to wait. The <a href="/">front page</a> has all the news.</p></div>');
}

function notFoundPage(): string
{
    return layout('Not found – SoFoot', '<div class="lost"><p class="big">4–0–4</p><h1>Wide of the post</h1>'
        . '<p>This page has left the pitch, or never got off the bench. Try the <a href="/">front page</a> or the search above.</p></div>');
}
