<?php
// Things that several pictures show: colours, kits, balls, players, lights, crowds.

declare(strict_types=1);

namespace SoFoot;

/** @return array{int, int, int} */
function channels(string $colour): array
{
    return array_map(hexdec(...), str_split(substr($colour, 1), 2));
}

/** $share 0 keeps $colour, 1 gives $other. */
function blend(string $colour, string $other, float $share): string
{
    $mixed = array_map(
        static fn (int|float $a, int|float $b): int => (int) round($a + ($b - $a) * $share),
        channels($colour),
        channels($other),
    );
    return vsprintf('#%02x%02x%02x', $mixed);
}

function isLight(string $colour): bool
{
    [$red, $green, $blue] = channels($colour);
    return $red * 3 + $green * 6 + $blue > 1900;
}

/** A colour of the team that fills a background without glaring. */
function backdrop(Team $team): string
{
    $colour = isLight($team->main) && !isLight($team->second) ? $team->second : $team->main;
    return isLight($colour) ? blend($colour, '#20304a', 0.55) : $colour;
}

function ball(int|float $x, int|float $y, int|float $radius): string
{
    return "<use href=\"#ball\" transform=\"translate($x $y) scale(" . round($radius / 20, 3) . ')"/>';
}

/** Radius 20 around the origin. */
function ballSymbol(): string
{
    $seams = $patches = '';
    for ($corner = 0; $corner < 5; $corner++) {
        $angle = deg2rad(-90 + 72 * $corner);
        [$inner, $outer] = [[8 * cos($angle), 8 * sin($angle)], [14 * cos($angle), 14 * sin($angle)]];
        $seams .= sprintf('M%.1f %.1fL%.1f %.1f', $inner[0], $inner[1], $outer[0], $outer[1]);
        $patches .= sprintf(
            'M%.1f %.1fL%.1f %.1fA20 20 0 0 1 %.1f %.1fz',
            $outer[0], $outer[1],
            19.8 * cos($angle - 0.38), 19.8 * sin($angle - 0.38), 19.8 * cos($angle + 0.38), 19.8 * sin($angle + 0.38),
        );
    }
    $pentagon = 'M0-8L7.6-2.5 4.7 6.5-4.7 6.5-7.6-2.5z';
    return '<radialGradient id="bs" cx=".35" cy=".3" r=".8"><stop stop-color="#fff"/><stop offset=".6" stop-color="#e9edf2"/><stop offset="1" stop-color="#8d97a5"/></radialGradient>'
        . "<g id=\"ball\"><circle r=\"20\" fill=\"url(#bs)\"/><path d=\"$patches$pentagon\" fill=\"#1b1e25\"/><path d=\"$seams\" stroke=\"#1b1e25\" stroke-width=\"1.2\"/></g>";
}

/** A fill for a kit 100 units wide that is at the origin. */
function kitPattern(string $id, Team $team): string
{
    $decoration = match ($team->pattern) {
        'stripes' => '<path d="M10 0v150M30 0v150M50 0v150M70 0v150M90 0v150" stroke="%s" stroke-width="10"/>',
        'hoops' => '<path d="M0 15h100M0 45h100M0 75h100M0 105h100M0 135h100" stroke="%s" stroke-width="15"/>',
        'halves' => '<path d="M50 0h50v150H50z" fill="%s"/>',
        'sash' => '<path d="M5 0L30 0 100 95v35z" fill="%s"/>',
        default => '<path d="M36 0Q50 22 64 0" fill="%s"/>',
    };
    return "<pattern id=\"$id\" width=\"100\" height=\"150\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 0h100v150H0z\" fill=\"{$team->main}\"/>"
        . sprintf($decoration, $team->second) . '</pattern>';
}

/** A shirt about 160 x 130 around the origin of its place. */
function shirt(string $pattern, Team $team, float $x, float $y, float $scale, int $turn, string $name, int $number): string
{
    $sleeve = in_array($team->pattern, ['sleeves', 'halves'], true) ? $team->second : $team->main;
    $edge = blend($sleeve, '#000000', 0.25);
    $letters = in_array($team->pattern, ['stripes', 'hoops', 'halves'], true) ? '#fff" stroke="#111" stroke-width="3" paint-order="stroke' : (isLight($team->main) ? '#15181d' : '#fff');
    $name = escape(strtr(strtoupper($name), ['é' => 'É', 'è' => 'È', 'á' => 'Á', 'ö' => 'Ö', 'ć' => 'Ć', 'š' => 'Š']));
    return "<g transform=\"translate($x $y) rotate($turn) scale($scale) translate(-50 -55)\">"
        . "<path d=\"M22 0L-28 24-14 58 10 46zM78 0l50 24-14 34-24-12z\" fill=\"$sleeve\" stroke=\"$edge\"/>"
        . "<path d=\"M22 0Q50 16 78 0L94 14 90 118Q50 126 10 118L6 14z\" fill=\"url(#$pattern)\"/>"
        . '<path d="M6 14L10 118Q18 121 26 121 20 70 22 0zM94 14L90 118Q82 121 76 121 82 70 78 0z" opacity=".16"/>'
        . "<g font-family=\"Arial Black,Arial,sans-serif\" font-weight=\"900\" text-anchor=\"middle\" fill=\"$letters\"><text x=\"50\" y=\"32\" font-size=\"11\">$name</text>"
        . "<text x=\"50\" y=\"90\" font-size=\"54\">$number</text></g></g>";
}

const SKINS = ['#f0c8a4', '#d9a577', '#b97b4e', '#8a5533', '#5f3a24'];
const HAIR = ['#1d1712', '#3a2516', '#6b4523', '#c79a4b', '#2b2b2b'];

/** Joints: head, neck, hip, then elbow+hand and knee+foot of both sides. */
const POSES = [
    'strike' => [[0, -98], [-2, -78], [-14, -20], [-34, -58], [-62, -66], [28, -62], [50, -84], [-22, 22], [-40, 64], [30, -8], [74, -18]],
    'run' => [[10, -98], [6, -78], [-6, -20], [-22, -48], [-2, -32], [30, -52], [44, -78], [26, 8], [8, 50], [-30, 16], [-70, 20]],
    'joy' => [[0, -98], [0, -78], [2, -20], [-30, -96], [-48, -132], [30, -96], [50, -130], [-14, 22], [-30, 62], [24, 18], [10, 62]],
    'header' => [[20, -104], [10, -84], [-10, -30], [-22, -76], [-48, -58], [36, -68], [60, -56], [-32, 6], [-64, 30], [14, 8], [-12, 40]],
    'slide' => [[-14, -66], [-10, -46], [4, 8], [-46, -62], [-78, -84], [24, -66], [58, -90], [42, 30], [10, 52], [30, 34], [-6, 54]],
];

function footballer(string $pose, string $pattern, Team $team, string $skin, string $hair): string
{
    [$head, $neck, $hip, $elbowA, $handA, $elbowB, $handB, $kneeA, $footA, $kneeB, $footB] = POSES[$pose];
    $line = static fn (array $from, array $to, string $colour, int $width): string =>
        "<path d=\"M{$from[0]} {$from[1]}L{$to[0]} {$to[1]}\" stroke=\"$colour\" stroke-width=\"$width\"/>";
    $half = static fn (array $from, array $to, float $share): array => [
        round($from[0] + ($to[0] - $from[0]) * $share, 1), round($from[1] + ($to[1] - $from[1]) * $share, 1),
    ];
    $sleeve = $team->pattern === 'sleeves' ? $team->second : $team->main;
    $shorts = $team->pattern === 'plain' ? $team->second : blend($team->main, '#000000', 0.35);
    $left = [$neck[0] - 14, $neck[1] + 8];
    $right = [$neck[0] + 14, $neck[1] + 8];
    $arm = static fn (array $shoulder, array $elbow, array $hand): string =>
        $line($elbow, $hand, $skin, 9) . $line($shoulder, $elbow, $skin, 11) . $line($shoulder, $half($shoulder, $elbow, 0.75), $sleeve, 16);
    $leg = static fn (array $knee, array $foot): string =>
        $line($hip, $knee, $skin, 17) . $line($half($knee, $foot, 0.12), $foot, $team->main, 13)
        . $line($hip, $half($hip, $knee, 0.62), $shorts, 25)
        . "<ellipse cx=\"" . ($foot[0] + 6) . "\" cy=\"" . ($foot[1] + 3) . '" rx="14" ry="7" fill="#15171c"/>';
    $torso = sprintf(
        '<path d="M%s %sL%s %s %s %s %s %sz" fill="url(#%s)" stroke="url(#%s)" stroke-width="14" stroke-linejoin="round"/>',
        $left[0], $left[1], $right[0], $right[1], $hip[0] + 10, $hip[1] - 2, $hip[0] - 10, $hip[1] - 2, $pattern, $pattern,
    );
    return '<g fill="none" stroke-linecap="round">' . $arm($left, $elbowA, $handA) . $leg($kneeA, $footA) . $leg($kneeB, $footB) . $torso
        . $line($neck, $half($neck, $head, 0.6), $skin, 11)
        . "<circle cx=\"{$head[0]}\" cy=\"{$head[1]}\" r=\"14\" fill=\"$skin\"/>"
        . sprintf('<path d="M%d %dA14.5 14.5 0 0 1 %d %dQ%d %d %d %dz" fill="%s"/>', $head[0] - 14, $head[1] + 1, $head[0] + 14, $head[1] - 3, $head[0] + 1, $head[1] - 10, $head[0] - 14, $head[1] + 1, $hair)
        . $arm($right, $elbowB, $handB) . '</g>';
}

/** Dots that read as people far away. */
function crowdPattern(Team $team, Team $rival, Dice $dice): string
{
    $dots = '';
    foreach ([$team->main, $team->second, $rival->main, '#e9c9a9', '#2a3140'] as $group => $colour) {
        $seats = '';
        for ($row = 0; $row < 4; $row++) {
            $seats .= sprintf('M%d %dh.1', 4 + (($group + $row * 2 + $dice->between(0, 1)) % 5) * 8 + ($row % 2) * 3, 4 + $row * 7);
        }
        $dots .= "<path d=\"$seats\" stroke=\"$colour\"/>";
    }
    return "<pattern id=\"crowd\" width=\"40\" height=\"28\" patternUnits=\"userSpaceOnUse\"><g stroke-width=\"5.4\" stroke-linecap=\"round\">$dots</g></pattern>";
}

function glow(): string
{
    return '<radialGradient id="glow"><stop stop-color="#fff"/><stop offset=".25" stop-color="#fffbe6" stop-opacity=".75"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>';
}

function floodlight(int $x, int $y, float $scale): string
{
    return "<g transform=\"translate($x $y) scale($scale)\"><path d=\"M-3 8L-6 210h12L3 8z\" fill=\"#0b1018\"/>"
        . '<rect x="-31" y="-15" width="62" height="30" rx="3" fill="#141b27"/><circle r="95" fill="url(#glow)" opacity=".75"/>'
        . '<path d="M-21-6h.1m14 0h.1m14 0h.1m14 0h.1M-21 6h.1m14 0h.1m14 0h.1m14 0h.1" stroke="#fff" stroke-width="8" stroke-linecap="round"/></g>';
}
