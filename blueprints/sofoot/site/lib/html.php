<?php
// Small pieces of HTML that several pages use.

declare(strict_types=1);

namespace SoFoot;

function escape(string|int|null $text): string
{
    return htmlspecialchars((string) $text, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
}

/** "13 July 2014, 21:40" */
function fullDate(string $moment): string
{
    return date_create($moment)->format('j F Y, H:i');
}

/** "13 Jul 21:40" */
function shortDate(string $moment): string
{
    return date_create($moment)->format('j M H:i');
}

function timeTag(string $moment, string $text): string
{
    return '<time datetime="' . escape(str_replace(' ', 'T', $moment)) . 'Z">' . escape($text) . '</time>';
}

function excerpt(string $text, int $characters): string
{
    return preg_match('/\A(.{0,' . $characters . '})\s.+\z/us', $text, $found) === 1 && lengthIsWithin($text, $characters + 1, 60000)
        ? $found[1] . ' …'
        : $text;
}

/** @param array<string, mixed> $article */
function linkTo(array $article): string
{
    return escape(articlePath((int) ($article['article_id'] ?? $article['id']), $article['slug']));
}

function categoryLabel(string $category): string
{
    $name = escape(CATEGORIES[$category] ?? 'News');
    return isset(CATEGORIES[$category])
        ? '<a class="label label-' . escape($category) . '" href="/category/' . escape($category) . "\">$name</a>"
        : "<span class=\"label\">$name</span>";
}

function commentCount(int $count): string
{
    return "<span class=\"talk\" title=\"comments\">$count</span>";
}

/** @param array<string, mixed> $article */
function pictureTag(array $article, bool $eager = false): string
{
    return '<img src="' . escape($article['picture']) . '" alt="" width="640" height="360"' . ($eager ? '' : ' loading="lazy"') . '>';
}

/** @param array<string, mixed> $article */
function card(array $article, int $comments, string $class = 'card', bool $eager = false): string
{
    $link = linkTo($article);
    return "<article class=\"$class\"><a class=\"picture\" href=\"$link\" tabindex=\"-1\">" . pictureTag($article, $eager) . '</a>'
        . '<div class="words">' . categoryLabel($article['category'])
        . "<h2><a href=\"$link\">" . escape($article['title']) . '</a></h2>'
        . '<p class="summary">' . escape($article['summary']) . '</p>'
        . '<p class="meta">' . escape($article['author']) . ' · '
        . timeTag($article['published_at'], shortDate($article['published_at'])) . commentCount($comments) . "</p></div></article>\n";
}

/** An article's text: paragraphs, "## " before a heading, "> " before a quotation. */
function paragraphs(string $body): string
{
    $html = '';
    foreach (preg_split('/\n{2,}/', trim($body)) ?: [] as $block) {
        $html .= match (true) {
            str_starts_with($block, '## ') => '<h2>' . escape(substr($block, 3)) . '</h2>',
            str_starts_with($block, '> ') => '<blockquote>' . escape(substr($block, 2)) . '</blockquote>',
            default => '<p>' . nl2br(escape($block)) . '</p>',
        } . "\n";
    }
    return $html;
}

/** @param array<string, mixed> $comment */
function commentItem(array $comment): string
{
    $hue = crc32($comment['author']) % 360;
    $initial = preg_match('/[\p{L}\p{N}]/u', $comment['author'], $found) === 1 ? $found[0] : '?';
    return "<li id=\"comment-{$comment['id']}\"><span class=\"badge\" style=\"--hue:$hue\">" . escape($initial) . '</span>'
        . '<p class="who"><b>' . escape($comment['author']) . '</b> '
        . timeTag($comment['created_at'], fullDate($comment['created_at'])) . '</p>'
        . '<p>' . nl2br(escape($comment['body'])) . "</p></li>\n";
}
