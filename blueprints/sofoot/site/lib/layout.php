<?php
// The frame around every page: masthead, navigation, foot.

declare(strict_types=1);

namespace SoFoot;

require_once __DIR__ . '/shed.php';

function layout(string $title, string $content, string $current = '', string $searched = ''): string
{
    $title = escape($title);
    $searched = escape($searched);
    $find = doWithout('search') ? '' : <<<HTML
        <form class="find" action="/search" role="search"><input type="search" name="q" value="$searched" maxlength="80" placeholder="Club, player, story …" aria-label="Search"><button>Search</button></form>
        HTML;
    $navigation = '';
    foreach (CATEGORIES as $category => $name) {
        $here = $category === $current ? ' aria-current="page"' : '';
        $navigation .= "<a href=\"/category/$category\"$here>" . escape($name) . '</a>';
    }
    return <<<HTML
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>$title</title>
        <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/assets/site.css">
        </head>
        <body>
        <header class="masthead"><div class="wide">
        <a class="logo" href="/">SO<span>FOOT</span></a>
        <p class="motto">Ninety minutes,<br>and everything around them.</p>
        $find
        </div></header>
        <nav class="sections"><div class="wide"><a href="/">Front page</a>$navigation</div></nav>
        <main class="wide">
        $content
        </main>
        <footer class="foot"><div class="wide">
        <a class="logo" href="/">SO<span>FOOT</span></a>
        <p>Every club, player and result on these pages is invented. The passion is real.</p>
        </div></footer>
        </body>
        </html>

        HTML;
}
