<?php
// The nine scenes. Each fills 640 x 360.

declare(strict_types=1);

namespace SoFoot;

const SKIES = [['#081226', '#2a4a7f'], ['#160d2b', '#7a3a6a'], ['#0a1a1f', '#1f6a6e'], ['#24102a', '#e07a4a'], ['#0c1020', '#3d4f86'], ['#3f7fc4', '#bfe0f5']];

function sky(Dice $dice): string
{
    [$high, $low] = $dice->pick(SKIES);
    return "<linearGradient id=\"sky\" x2=\"0\" y2=\"1\"><stop stop-color=\"$high\"/><stop offset=\"1\" stop-color=\"$low\"/></linearGradient>";
}

/** From a place on the grass (across -1..1, away 1..4) to the picture. */
function onGrass(float $across, float $away, int $vanish, int $side): string
{
    return sprintf('%.0f %.0f', 320 + $side + $across * 560 / $away, $vanish + 255 / $away);
}

/** @param list<array{float, float}> $places */
function grassPath(array $places, int $vanish, int $side): string
{
    return 'M' . implode('L', array_map(static fn (array $place): string => onGrass($place[0], $place[1], $vanish, $side), $places));
}

function pitch(Dice $dice, int $vanish, int $side): string
{
    $green = $dice->pick(['#2f8f3a', '#3a9a45', '#258048', '#4a9a35']);
    $stripes = $lines = '';
    for ($band = 0; $band < 8; $band += 2) {
        [$near, $far] = [0.9 * 1.21 ** $band, 0.9 * 1.21 ** ($band + 1)];
        $stripes .= grassPath([[-3, $near], [3, $near], [3, $far], [-3, $far]], $vanish, $side) . 'z';
    }
    foreach ([[[-1, .9], [-1, 4]], [[1, .9], [1, 4]], [[-1, 4], [1, 4]], [[-.55, 4], [-.55, 2.6], [.55, 2.6], [.55, 4]], [[-.25, 4], [-.25, 3.2], [.25, 3.2], [.25, 4]], [[-1, 1.35], [1, 1.35]]] as $line) {
        $lines .= grassPath($line, $vanish, $side);
    }
    [$x, $y] = [320 + $side - 20, (int) ($vanish + 64)];
    return "<path d=\"M0 " . ($vanish + 62) . "h640V360H0z\" fill=\"$green\"/><path d=\"$stripes\" fill=\"#fff\" opacity=\".09\"/>"
        . "<path d=\"$lines\" fill=\"none\" stroke=\"#fff\" stroke-width=\"2.2\" opacity=\".8\"/>"
        . '<ellipse cx="' . (320 + $side) . '" cy="' . (int) ($vanish + 255 / 1.35) . '" rx="120" ry="32" fill="none" stroke="#fff" stroke-width="2.2" opacity=".8"/>'
        . "<path d=\"M$x {$y}v-17h40v17\" fill=\"#fff\" fill-opacity=\".25\" stroke=\"#fff\" stroke-width=\"2.5\"/>";
}

function stands(Sitting $sitting, int $vanish): string
{
    $line = $vanish + 58;
    $top = $vanish - 62;
    $board = backdrop($sitting->team);
    $words = escape(strtoupper($sitting->dice->pick(['SOFOOT', 'ONE GAME ONE LOVE', 'SAY NO TO 0-0', 'BRASIL 2014', 'THE BEAUTIFUL GAME'])));
    return "<path d=\"M0 " . ($top - 40) . "L150 $top H490L640 " . ($top - 40) . "V{$line}H0z\" fill=\"#131b29\"/>"
        . "<path d=\"M0 " . ($top - 20) . "L150 " . ($top + 12) . "H490L640 " . ($top - 20) . "V{$line}H0z\" fill=\"url(#crowd)\" opacity=\".9\"/>"
        . "<path d=\"M0 " . ($top - 52) . "L150 " . ($top - 8) . "H490L640 " . ($top - 52) . "v26L490 " . ($top + 6) . "H150L0 " . ($top - 26) . "z\" fill=\"#0b111c\"/>"
        . "<path d=\"M0 " . ($top + 52) . "H640v7H0z\" fill=\"#0b111c\" opacity=\".6\"/>"
        . "<path d=\"M0 " . ($line - 12) . "H640v16H0z\" fill=\"$board\"/><text x=\"320\" y=\"" . $line . "\" font-family=\"Arial,sans-serif\" font-weight=\"900\" font-size=\"12\" letter-spacing=\"6\" text-anchor=\"middle\" fill=\"#fff\">$words · $words</text>";
}

function kitted(Sitting $sitting, string $pose, string $pattern, Team $team, string $place): string
{
    $dice = $sitting->dice;
    return "<g transform=\"$place\">" . footballer($pose, $pattern, $team, $dice->pick(SKINS), $dice->pick(HAIR)) . '</g>';
}

function stadiumScene(Sitting $sitting): string
{
    $dice = $sitting->dice;
    $vanish = $dice->between(125, 150);
    $side = $dice->between(-70, 70);
    $far = '';
    for ($player = 0; $player < 7; $player++) {
        $team = $player % 2 === 0 ? $sitting->team : $sitting->rival;
        $away = $dice->between(12, 34) / 10;
        [$x, $y] = explode(' ', onGrass($dice->between(-90, 90) / 100, $away, $vanish, $side));
        $far .= sprintf(
            '<g transform="translate(%s %s) scale(%.2f)"><ellipse cy="1" rx="9" ry="2" opacity=".3"/><path d="M-3 0l1-12M3 0L2-12" stroke="%s" stroke-width="3"/><path d="M-5-26h10l2 9-3 1v6h-8v-6l-3-1z" fill="%s"/><circle cy="-30" r="4" fill="%s"/></g>',
            $x, $y, 2.1 / $away, $team->second, $team->main, $dice->pick(SKINS),
        );
    }
    return '<defs>' . sky($dice) . glow() . crowdPattern($sitting->team, $sitting->rival, $dice) . ballSymbol() . '</defs>'
        . '<path d="M0 0h640v360H0z" fill="url(#sky)"/>' . floodlight(70, 34, 0.9) . floodlight(570, 34, 0.9)
        . ($dice->oneIn(2) ? floodlight(210, 24, 0.6) . floodlight(430, 24, 0.6) : '')
        . stands($sitting, $vanish) . pitch($dice, $vanish, $side) . $far . ball($dice->between(180, 460), $dice->between(285, 330), 11);
}

function playerScene(Sitting $sitting): string
{
    $dice = $sitting->dice;
    $pose = $dice->pick(array_keys(POSES));
    $colour = backdrop($sitting->team);
    $lights = '';
    for ($light = 0; $light < 9; $light++) {
        $lights .= sprintf('<circle cx="%d" cy="%d" r="%d" opacity=".%d"/>', $dice->between(0, 640), $dice->between(0, 190), $dice->between(8, 34), $dice->between(1, 3));
    }
    $x = $dice->between(260, 380);
    [$ballX, $ballY] = ['strike' => [128, 14], 'run' => [70, 72], 'joy' => [-110, 70], 'header' => [62, -128], 'slide' => [150, 50]][$pose];
    $flip = $dice->oneIn(2) ? -1 : 1;
    $foePose = $dice->pick(['run', 'strike']);
    $foe = $dice->oneIn(2)
        ? kitted($sitting, $foePose, 'k2', $sitting->rival, 'translate(' . ($x - $flip * 190) . ' 205) scale(' . 1.35 * $flip . ' 1.35)')
        : '';
    return '<defs>' . kitPatternOn('k1', $sitting->team, $pose) . ($foe === '' ? '' : kitPatternOn('k2', $sitting->rival, $foePose)) . ballSymbol()
        . '<linearGradient id="bg" x2="1" y2="1"><stop stop-color="' . blend($colour, '#000000', 0.72) . '"/><stop offset=".55" stop-color="' . blend($colour, '#000000', 0.28) . '"/><stop offset="1" stop-color="' . blend($colour, '#000000', 0.8) . '"/></linearGradient></defs>'
        . '<path d="M0 0h640v360H0z" fill="url(#bg)"/>' . "<g fill=\"#fff\">$lights</g>"
        . '<path d="M' . $dice->between(-60, 120) . ' 360L' . $dice->between(250, 420) . ' 0h90L' . $dice->between(180, 300) . ' 360z" fill="#fff" opacity=".07"/>'
        . '<path d="M0 300Q320 276 640 300V360H0z" fill="#2c8139"/><path d="M0 318Q320 294 640 318" fill="none" stroke="#fff" stroke-width="4" opacity=".7"/>'
        . ($foe === '' ? '' : "<g opacity=\".75\">$foe</g>")
        . "<ellipse cx=\"$x\" cy=\"326\" rx=\"95\" ry=\"11\" opacity=\".35\"/>"
        . kitted($sitting, $pose, 'k1', $sitting->team, "translate($x 212) scale(" . 1.7 * $flip . ' 1.7)')
        . ball($x + $flip * $ballX * 1.35, max(40, 212 + $ballY * 1.25), 22);
}

/** The kit pattern moved and shrunk so that it sits on the chest of a footballer in that pose. */
function kitPatternOn(string $id, Team $team, string $pose): string
{
    [$x, $y] = POSES[$pose][1];
    return str_replace('<pattern ', sprintf('<pattern patternTransform="translate(%d %d) scale(.52)" ', $x - 26, $y - 5), kitPattern($id, $team));
}

function jerseyScene(Sitting $sitting): string
{
    $dice = $sitting->dice;
    [$one, $two] = [backdrop($sitting->rival), backdrop($sitting->team)];
    $slant = $dice->between(30, 110);
    $two = $one === $two ? blend($two, '#000000', 0.4) : $two;
    $dots = '<pattern id="dots" width="14" height="14" patternUnits="userSpaceOnUse" patternTransform="rotate(20)"><circle cx="4" cy="4" r="2.2" fill="#fff" opacity=".22"/></pattern>';
    $arrow = '<g transform="translate(320 180)"><circle r="31" fill="#fff"/><path d="M-16 0H10M1-11L13 0 1 11" fill="none" stroke="#e3122e" stroke-width="6.5" stroke-linecap="round" stroke-linejoin="round"/></g>';
    $shade = '<ellipse cx="%d" cy="330" rx="110" ry="9" opacity=".3"/>';
    $middle = 320 + $slant;
    $other = 320 - $slant;
    return '<defs>' . kitPattern('k1', $sitting->rival) . kitPattern('k2', $sitting->team) . $dots . '</defs>'
        . '<path d="M0 0h640v360H0z" fill="' . blend($one, '#000000', 0.35) . "\"/><path d=\"M$middle 0H640V360H{$other}z\" fill=\"" . blend($two, '#ffffff', 0.12) . '"/>'
        . "<path d=\"M0 0h640v360H0z\" fill=\"url(#dots)\"/><path d=\"M$middle 0L$other 360\" stroke=\"#fff\" stroke-width=\"7\"/>"
        . sprintf($shade, 152) . sprintf($shade, 488)
        . shirt('k1', $sitting->rival, 152, 176, 1.5, -$dice->between(2, 9), $sitting->name, $dice->between(2, 29))
        . shirt('k2', $sitting->team, 488, 176, 1.72, $dice->between(2, 9), $sitting->name, $sitting->number)
        . $arrow;
}

/** Two silhouettes: one with arms up, one without. */
function fanSymbols(): string
{
    return '<path id="f" d="M-14 0a14 15 0 1 0 28 0a14 15 0 1 0-28 0M-28 76q0-56 28-58t28 58z"/>'
        . '<g id="g"><use href="#f"/><path d="M-20 44l-14-72h10l18 62zM20 44l14-72h-10l-18 62z"/></g>';
}

function fanRow(Dice $dice, int $people, int $apart, int $base): string
{
    $row = '';
    for ($fan = 0; $fan < $people; $fan++) {
        $row .= sprintf('<use href="#%s" x="%d" y="%d"/>', $dice->pick(['f', 'g', 'g']), $fan * $apart + $dice->between(4, 28), $base + $dice->between(-10, 10));
    }
    return $row;
}

function scoreboardScene(Sitting $sitting): string
{
    $dice = $sitting->dice;
    $minute = $dice->pick(['90:00', '90:00', '90+3', '90+4', '90+2']);
    $shield = static fn (Team $team, int $x): string => "<path d=\"M$x 112h56v34q-2 22-28 32-26-10-28-32z\" fill=\"{$team->main}\" stroke=\"#fff\" stroke-width=\"3\"/>"
        . '<path d="M' . ($x + 28) . " 113v64q-26-10-27-31v-33z\" fill=\"{$team->second}\"/>";
    $text = static fn (int $x, int $y, int $size, string $colour, string $words): string => "<text x=\"$x\" y=\"$y\" font-size=\"$size\" fill=\"$colour\">" . escape($words) . '</text>';
    return '<defs>' . sky($dice) . glow() . fanSymbols() . crowdPattern($sitting->team, $sitting->rival, $dice)
        . '<pattern id="led" width="4" height="4" patternUnits="userSpaceOnUse"><path d="M0 3.5h4M3.5 0v4" stroke="#000" stroke-opacity=".45"/></pattern></defs>'
        . '<path d="M0 0h640v360H0z" fill="url(#sky)"/><path d="M0 205Q320 175 640 205V360H0z" fill="#141c2a"/><path d="M0 212Q320 182 640 212V360H0z" fill="url(#crowd)" opacity=".75"/>'
        . floodlight(44, 50, 0.8) . floodlight(596, 50, 0.8)
        . '<path d="M190 60v180M450 60v180" stroke="#0a0e16" stroke-width="12"/><rect x="108" y="34" width="424" height="186" rx="8" fill="#05080d" stroke="#2b3546" stroke-width="7"/>'
        . $shield($sitting->team, 150) . $shield($sitting->rival, 434)
        . '<g font-family="Arial Black,Arial,sans-serif" font-weight="900" text-anchor="middle">'
        . $text(320, 70, 25, '#ffd23f', $minute) . $text(178, 97, 27, '#fff', $sitting->team->code) . $text(462, 97, 27, '#fff', $sitting->rival->code)
        . $text(320, 170, 76, '#ff4d3d', $sitting->score) . $text(320, 206, 15, '#8fe388', $dice->pick(['GOOOAL!', 'ATTENDANCE 41 220', 'FULL TIME', 'THANK YOU FOR SINGING', 'SOFOOT.EXAMPLE']))
        . '</g><rect x="112" y="38" width="416" height="178" fill="url(#led)"/>'
        . '<g fill="#070a10">' . fanRow($dice, 15, 44, 306) . '</g>'
        . sprintf('<path d="M%1$d 262h104v20H%1$dz" fill="%2$s"/><path d="M%1$d 262h26v20h-26zM%3$d 262h26v20h-26z" fill="%4$s"/>', $scarf = $dice->between(60, 460), $sitting->team->main, $scarf + 52, $sitting->team->second);
}

function tacticsScene(Sitting $sitting): string
{
    $dice = $sitting->dice;
    $board = $dice->pick(['#1f5b3a', '#22304a', '#23623f', '#3a2a24']);
    $marks = $arrows = '';
    $spots = [];
    foreach ([[90, 180], [180, 80], [170, 150], [170, 215], [180, 285], [290, 120], [280, 200], [300, 270], [400, 95], [420, 180], [400, 265]] as $place => [$x, $y]) {
        $spots[$place] = [$x + $dice->between(-16, 16), $y + $dice->between(-16, 16)];
        [$left, $top] = $spots[$place];
        $marks .= "<circle cx=\"$left\" cy=\"$top\" r=\"15\" fill=\"{$sitting->team->main}\" stroke=\"#fff\" stroke-width=\"2.5\"/>";
        $marks .= '<text x="' . $left . '" y="' . ($top + 5) . '" fill="' . (isLight($sitting->team->main) ? '#111' : '#fff') . '">' . ($place + 1) . '</text>';
    }
    $crosses = '';
    for ($cross = 0; $cross < 8; $cross++) {
        [$x, $y] = [$dice->between(330, 570), 50 + $cross * 34];
        $crosses .= "M$x {$y}l16 16m0-16l-16 16";
    }
    foreach ($dice->pickSome([5, 6, 7, 8, 9, 10, 2, 4], 4) as $place) {
        [$x, $y] = $spots[$place];
        $arrows .= sprintf('<path d="M%d %dq%d %d %d %d"/>', $x + 18, $y, $dice->between(30, 70), $dice->between(-70, 70), $dice->between(90, 150), $dice->between(-55, 55));
    }
    return '<defs><marker id="tip" viewBox="0 0 10 10" refX="6" refY="5" markerWidth="5" markerHeight="5" orient="auto"><path d="M0 0l10 5-10 5z" fill="#ffe14d"/></marker></defs>'
        . '<path d="M0 0h640v360H0z" fill="#8a6239"/><path d="M0 0h640v360H0z" fill="none" stroke="#6b4a29" stroke-width="14"/>' . "<rect x=\"16\" y=\"16\" width=\"608\" height=\"328\" rx=\"4\" fill=\"$board\"/>"
        . '<path d="M30 330L330 16M90 344L420 16M240 344L600 40" stroke="#fff" stroke-width="34" opacity=".025"/>'
        . '<g fill="none" stroke="#fff" stroke-width="3" opacity=".6"><rect x="40" y="38" width="560" height="284"/><path d="M320 38V322M40 100h84V260H40M40 145h34v70H40M600 100h-84V260h84M600 145h-34v70h34"/><circle cx="320" cy="180" r="48"/></g>'
        . "<path d=\"$crosses\" stroke=\"#ff8b8b\" stroke-width=\"4.5\" stroke-linecap=\"round\"/>"
        . "<g fill=\"none\" stroke=\"#ffe14d\" stroke-width=\"4\" stroke-dasharray=\"" . $dice->pick(['none', '10 7', 'none', '3 6']) . "\" marker-end=\"url(#tip)\">" . str_replace('<path ', '<path marker-end="url(#tip)" ', $arrows) . '</g>'
        . "<g font-family=\"Arial,sans-serif\" font-weight=\"900\" font-size=\"14\" text-anchor=\"middle\">$marks</g>"
        . '<text x="588" y="306" font-family="Comic Sans MS,Segoe Print,cursive" font-size="24" text-anchor="end" fill="#fff" opacity=".85" transform="rotate(-4 588 306)">' . $dice->pick(['press HERE!', 'no fear', 'run, Luka, run', '3-5-2 ?', 'who marks 9?', 'wait … wait … go', 'trust the keeper']) . '</text>';
}

function ballScene(Sitting $sitting): string
{
    $dice = $sitting->dice;
    $blades = '';
    for ($blade = 0; $blade < 46; $blade++) {
        $x = $blade * 14 + $dice->between(-5, 5);
        $blades .= "M$x 362q" . $dice->between(-4, 4) . '-' . $dice->between(20, 34) . ' ' . $dice->between(-10, 10) . '-' . $dice->between(36, 72) . 'q6 ' . $dice->between(20, 34) . ' 5 74z';
    }
    $lights = '';
    for ($light = 0; $light < 14; $light++) {
        $colour = $dice->pick(['#fff', '#fff3c4', $sitting->team->main, $sitting->rival->main]);
        $lights .= sprintf('<circle cx="%d" cy="%d" r="%d" fill="%s" opacity=".%d"/>', $dice->between(0, 640), $dice->between(10, 200), $dice->between(7, 30), $colour, $dice->between(2, 6));
    }
    $x = $dice->between(200, 440);
    $size = $dice->between(80, 105);
    return '<defs>' . sky($dice) . ballSymbol() . '<linearGradient id="turf" x2="0" y2="1"><stop stop-color="#4fae4a"/><stop offset="1" stop-color="#14521f"/></linearGradient></defs>'
        . "<path d=\"M0 0h640v360H0z\" fill=\"url(#sky)\"/>$lights<path d=\"M0 216Q320 200 640 216V360H0z\" fill=\"url(#turf)\"/>"
        . '<path d="M-20 340L' . $dice->between(380, 520) . ' 210h14L130 360z" fill="#fff" opacity=".75"/>'
        . "<ellipse cx=\"$x\" cy=\"328\" rx=\"" . ($size + 12) . '" ry="15" opacity=".45"/>'
        . '<g transform="rotate(' . $dice->between(-40, 40) . " $x " . (328 - $size) . ')">' . ball($x, 328 - $size, $size) . '</g>'
        . "<path d=\"$blades\" fill=\"#1d6b2a\"/>";
}

function trophyScene(Sitting $sitting): string
{
    $dice = $sitting->dice;
    $colour = backdrop($sitting->team);
    $rays = '';
    for ($ray = 0; $ray < 12; $ray++) {
        $angle = deg2rad($ray * 30 + $dice->between(0, 8));
        $rays .= sprintf('M320 165L%d %dL%d %dz', 320 + 520 * cos($angle), 165 + 520 * sin($angle), 320 + 520 * cos($angle + .24), 165 + 520 * sin($angle + .24));
    }
    $confetti = '';
    foreach (['#ffd84a', $sitting->team->main, $sitting->team->second, '#fff'] as $paper) {
        $bits = '';
        for ($bit = 0; $bit < 11; $bit++) {
            $bits .= sprintf('M%d %dl%d %d %d %d %d %dz', $dice->between(0, 640), $dice->between(0, 350), $a = $dice->between(5, 11), $b = $dice->between(-5, 5), $dice->between(-3, 3), $dice->between(4, 8), -$a, -$b);
        }
        $confetti .= "<path d=\"$bits\" fill=\"$paper\"/>";
    }
    $tilt = $dice->between(-7, 7);
    return '<defs><linearGradient id="gold"><stop stop-color="#8a5a0c"/><stop offset=".3" stop-color="#ffe9a0"/><stop offset=".5" stop-color="#f2b824"/><stop offset="1" stop-color="#7d4f08"/></linearGradient>'
        . '<radialGradient id="bg" cy=".45" r=".75"><stop stop-color="' . blend($colour, '#ffffff', 0.3) . '"/><stop offset="1" stop-color="' . blend($colour, '#000000', 0.65) . '"/></radialGradient>' . ballSymbol() . '</defs>'
        . "<path d=\"M0 0h640v360H0z\" fill=\"url(#bg)\"/><path d=\"$rays\" fill=\"#fff\" opacity=\".13\"/>"
        . '<path d="M0 322Q320 296 640 322V360H0z" fill="#0d1118"/>'
        . "<g transform=\"rotate($tilt 320 310)\"><g fill=\"none\" stroke=\"url(#gold)\" stroke-width=\"11\"><path d=\"M262 92Q196 84 208 140T280 196M378 92Q444 84 432 140T360 196\"/></g>"
        . '<path d="M254 74H386Q388 190 332 214L336 258Q366 266 372 292H268Q274 266 304 258L308 214Q252 190 254 74z" fill="url(#gold)"/>'
        . '<ellipse cx="320" cy="74" rx="66" ry="11" fill="#6e4707"/><path d="M276 96q-1 70 26 98" fill="none" stroke="#fff" stroke-width="7" stroke-linecap="round" opacity=".55"/>'
        . '<rect x="256" y="290" width="128" height="34" rx="3" fill="#1b1410"/><rect x="284" y="298" width="72" height="17" fill="url(#gold)"/></g>'
        . $confetti . ball($dice->pick([130, 505]), 316, 24);
}

function pressScene(Sitting $sitting): string
{
    $dice = $sitting->dice;
    $colour = backdrop($sitting->team);
    $skin = $dice->pick(SKINS);
    $hair = $dice->pick([...HAIR, '#b9bcc2', '#e4e4e4']);
    $suit = $dice->pick(['#1d2430', '#2d3547', '#3c3a38', '#16302c']);
    $x = $dice->between(270, 370);
    $microphones = '';
    for ($microphone = 0; $microphone < 5; $microphone++) {
        $place = $x - 100 + $microphone * 48 + $dice->between(-8, 8);
        $colours = $dice->pick(['#e3122e', '#0b5bd3', '#f2b824', '#00863d', '#f4f4f4', '#7a2fb5']);
        $top = $dice->between(226, 250);
        $microphones .= "<path d=\"M$place {$top}L" . ($place + ($x - $place) / 5) . " 300\" stroke=\"#0c0f14\" stroke-width=\"6\"/><circle cx=\"$place\" cy=\"$top\" r=\"12\" fill=\"#2a2f38\"/><rect x=\"" . ($place - 13) . '" y="' . ($top + 12) . "\" width=\"26\" height=\"19\" rx=\"3\" fill=\"$colours\"/>";
    }
    $badge = "<pattern id=\"wall\" width=\"128\" height=\"76\" patternUnits=\"userSpaceOnUse\"><path d=\"M14 16h30v18q-1 12-15 17-14-5-15-17z\" fill=\"{$sitting->team->main}\" stroke=\"#fff\" stroke-width=\"2\"/><path d=\"M29 17v33Q16 45 15 34V17z\" fill=\"{$sitting->team->second}\"/>"
        . '<text x="60" y="38" font-family="Arial,sans-serif" font-weight="900" font-style="italic" font-size="17" fill="#fff" opacity=".8">' . $sitting->team->code . '</text></pattern>';
    $mouth = $dice->pick(['M-11 34q11 9 22 0', 'M-10 37q10-5 20 0', 'M-9 36h18']);
    $hairShape = $dice->pick(['M-37-4Q-42-48 0-50 42-48 37-4 30-26 0-27-30-26-37-4z', 'M-37 2Q-46-54 8-52 48-46 37 0 34-20 12-30-22-24-37 2z', 'M-36-8Q-36-46 0-47 36-46 36-8 26-34 0-34-26-34-36-8z']);
    $beard = $dice->oneIn(3) ? "<path d=\"M-36 10Q-34 62 0 64 34 62 36 10 28 28 0 26-28 28-36 10z\" fill=\"$hair\" opacity=\".85\"/>" : '';
    $glasses = $dice->oneIn(4) ? '<g fill="none" stroke="#15171c" stroke-width="3"><circle cx="-14" cy="2" r="10"/><circle cx="14" cy="2" r="10"/><path d="M-4 1h8"/></g>' : '';
    return "<defs>$badge<linearGradient id=\"bg\" x2=\"1\"><stop stop-color=\"" . blend($colour, '#000000', 0.55) . '"/><stop offset=".5" stop-color="' . blend($colour, '#000000', 0.15) . '"/><stop offset="1" stop-color="' . blend($colour, '#000000', 0.6) . '"/></linearGradient></defs>'
        . '<path d="M0 0h640v360H0z" fill="url(#bg)"/><path d="M0 0h640v300H0z" fill="url(#wall)" opacity=".6"/>'
        . "<g transform=\"translate($x 128)\"><path d=\"M-128 190Q-122 92-34 78L0 92 34 78Q122 92 128 190z\" fill=\"$suit\"/><path d=\"M-24 76L0 170 24 76z\" fill=\"#f3f4f6\"/><path d=\"M-8 92h16l6 70-14 20-14-20z\" fill=\"{$sitting->team->main}\"/>"
        . "<path d=\"M-18 44h36v34L0 94-18 78z\" fill=\"" . blend($skin, '#000000', 0.14) . "\"/><ellipse cy=\"10\" rx=\"37\" ry=\"48\" fill=\"$skin\"/>$beard<path d=\"$hairShape\" fill=\"$hair\"/>"
        . "<circle cx=\"-14\" cy=\"2\" r=\"3.5\" fill=\"#1a1a1a\"/><circle cx=\"14\" cy=\"2\" r=\"3.5\" fill=\"#1a1a1a\"/><path d=\"M-22-10q8-5 15 0M7-10q8-5 15 0M0 4l-4 16h7$mouth\" fill=\"none\" stroke=\"#1a1a1a\" stroke-opacity=\".6\" stroke-width=\"2.5\" stroke-linecap=\"round\"/>$glasses</g>"
        . "<path d=\"M0 292h640v68H0z\" fill=\"#10141b\"/><path d=\"M0 292h640v7H0z\" fill=\"$colour\"/>$microphones"
        . '<text x="320" y="338" font-family="Arial,sans-serif" font-weight="900" font-size="20" letter-spacing="3" text-anchor="middle" fill="#fff" opacity=".85">' . escape(strtoupper($sitting->team->city)) . ' PRESS ROOM</text>';
}

function fansScene(Sitting $sitting): string
{
    $dice = $sitting->dice;
    $flags = '';
    for ($flag = 0; $flag < 4; $flag++) {
        $x = 60 + $flag * 150 + $dice->between(-30, 30);
        $y = $dice->between(60, 120);
        $turn = $dice->between(-14, 14);
        $flags .= "<g transform=\"translate($x $y) rotate($turn)\"><path d=\"M0-6V260\" stroke=\"#20262f\" stroke-width=\"5\"/><path d=\"M0 0q32-16 62 0t62 0v72q-32 16-62 0t-62 0z\" fill=\"{$sitting->team->main}\"/>"
            . "<path d=\"M0 24q32-16 62 0t62 0v24q-32 16-62 0t-62 0z\" fill=\"{$sitting->team->second}\"/><path d=\"M62 0q31 16 62 0v72q-31 16-62 0z\" opacity=\".14\"/></g>";
    }
    $rows = '';
    foreach ([[232, '#2b3446'], [268, '#1a212e'], [306, '#0a0e15']] as [$base, $shade]) {
        $rows .= "<g fill=\"$shade\">" . fanRow($dice, 13, 50, $base) . '</g>';
    }
    $flares = '';
    for ($flare = 0; $flare < 3; $flare++) {
        $flares .= sprintf('<circle cx="%d" cy="%d" r="%d" fill="url(#flare)"/>', $dice->between(60, 580), $dice->between(150, 240), $dice->between(70, 120));
    }
    $heat = $dice->pick(['#ff5a36', '#ffb347', '#ff3d68', backdrop($sitting->team)]);
    return '<defs>' . sky($dice) . fanSymbols() . "<radialGradient id=\"flare\"><stop stop-color=\"#fff\"/><stop offset=\".15\" stop-color=\"$heat\" stop-opacity=\".85\"/><stop offset=\"1\" stop-color=\"$heat\" stop-opacity=\"0\"/></radialGradient></defs>"
        . "<path d=\"M0 0h640v360H0z\" fill=\"url(#sky)\"/><path d=\"M0 0h640v360H0z\" fill=\"$heat\" opacity=\".16\"/>$flags$flares$rows";
}
