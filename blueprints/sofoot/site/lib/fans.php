<?php
// Comments as fans write them.

declare(strict_types=1);

namespace SoFoot;

const NICKNAMES = [
    ['Captain', 'Mister', 'Super', 'Old', 'Lucky', 'Angry', 'Sleepy', 'Honest', 'Uncle', 'Doctor', 'Saint', 'Little', 'Rabona', 'Panenka', 'Offside', 'Tiki', 'Golden', 'Muddy'],
    ['Libero', 'Sweeper', 'Corner', 'Boot', 'Nutmeg', 'Terrace', 'Scarf', 'Whistle', 'Header', 'Catenaccio', 'Fullback', 'Winger', 'Keeper', 'Linesman', 'Volley', 'Pitch', 'Geese', 'Banner'],
];

const REMARKS = [
    'That {surname} is {age} and plays as if he had already retired twice. [Genius.|Love him.|Give him a statue.]',
    '[Honestly|Sorry but|Unpopular opinion:] {club} would not survive a wet Tuesday in {city}.',
    'I was there. I have no voice left, my wife is enjoying the silence.',
    'Typical {rival}. Ninety minutes of nothing and then they blame the grass.',
    'Can we talk about {mate}? Three interceptions and nobody mentions him.',
    '{coach} has lost the plot. Three at the back with THOSE full-backs?',
    'Best article I have read this week. [More like this please.|Thank you for the geese.|Bravo.]',
    'My grandfather always said: never trust a keeper with clean gloves.',
    'Offside by a metre and you all know it. [Even the linesman laughed.|Buy glasses.|Replay please.]',
    '{fee} million for that? I would do it for a sandwich and a bus ticket.',
    'As a supporter of {rival} I can only say: deserved. [See you in autumn.|It hurts, but deserved.|Back to sleep.]',
    '{surname} for president.',
    'The real scandal is the price of a beer at {ground}.',
    'Called it in March. Nobody listened. Screenshots available.',
    'Good player, wrong system. Put him on the left and thank me later.',
    'I do not even like football and I cried.',
    'We will meet again, {club}. Preferably without that referee.',
    'This comment section is better than the second half was.',
    'Three things: 1. what a save. 2. what a crowd. 3. who chose those socks?',
    '[Calm down everyone|Easy now], it is only {month}. The season is long and {club} will find a way to ruin it.',
    'I named my cat after {player}. She also refuses to track back.',
    'What a time to be alive. What a time to be from {city}!',
    'Somebody explain to me why {foe} was still on the pitch after that tackle.',
    'Remember when we played on gravel? Now they complain about the humidity.',
    'Five-a-side tonight, I am going to try that turn. Pray for my ankles.',
    'Statistics, statistics… Did you SEE the pass?',
    'World class. And I say that as a [plumber|dentist|retired goalkeeper|statistician].',
    'Wrong again, dear editors, but beautifully written.',
];

const REPLIES = [
    '@{friend} [exactly|no chance|you again?|finally someone says it].', '@{friend} Were you even at the match?', '@{friend} Put that on a banner.',
    '@{friend} I will print this and frame it.', '@{friend} My dog knows more about pressing than you.',
];

function nickname(Dice $dice): string
{
    $name = $dice->pick(NICKNAMES[0]) . $dice->pick(['', '', '_', ' ']) . $dice->pick(NICKNAMES[1]);
    return $dice->between(1, 3) === 1 ? $name . $dice->pick(['7', '10', '82', '98', '1904', '_fc', '14', '06']) : $name;
}

/** @param array<string, string|int> $words of the article it is about */
function remark(array $words, Dice $dice): string
{
    $text = $dice->oneIn(6)
        ? phrase($dice->pick(REPLIES), ['friend' => nickname($dice)], $dice)
        : phrase($dice->pick(REMARKS), $words, $dice);
    return $dice->oneIn(5) ? $text . ' ' . phrase($dice->pick(REMARKS), $words, $dice) : $text;
}
