<?php
// An article's picture: one of nine football scenes in the colours of its teams, as SVG.

declare(strict_types=1);

namespace SoFoot;

require_once __DIR__ . '/shapes.php';
require_once __DIR__ . '/scenes.php';

/** What a picture is to show. */
final class Sitting
{
    public function __construct(
        public readonly Team $team,
        public readonly Team $rival,
        public readonly Dice $dice,
        public readonly string $name,
        public readonly int $number,
        public readonly string $score,
    ) {
    }
}

const SCENES = ['stadium', 'player', 'jersey', 'scoreboard', 'tactics', 'ball', 'trophy', 'press', 'fans'];

function drawPicture(string $scene, Sitting $sitting): string
{
    $content = match ($scene) {
        'stadium' => stadiumScene($sitting),
        'player' => playerScene($sitting),
        'jersey' => jerseyScene($sitting),
        'scoreboard' => scoreboardScene($sitting),
        'tactics' => tacticsScene($sitting),
        'ball' => ballScene($sitting),
        'trophy' => trophyScene($sitting),
        'press' => pressScene($sitting),
        'fans' => fansScene($sitting),
    };
    return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" width="640" height="360">' . $content . "</svg>\n";
}
