<?php
// Paragraphs that may follow any opening, by the role they play in a story.

declare(strict_types=1);

namespace SoFoot;

const PROSE = [
    'action' => [
        'The second came from the training ground. A short corner, a dummy by {mate}, and {surname} arriving late and alone, as if he had [taken the wrong bus|read the ending first]. {rival} appealed for something, nobody quite knew what.',
        'For a quarter of an hour {rival} had the ball and no idea. {foe} tried from distance, twice; the first shot is still looking for a place to land. On the bench {coach} chewed a straw and [counted to ten|asked for calm with both palms].',
        'Then {foe} went down between two defenders, the whistle stayed silent and {rivalcoach} kicked a bottle that did not deserve it. The replay, cruel as ever, showed a tidy tackle by {mate}.',
        'Just before the hour the match opened like a window. {surname} drove forty metres with the ball stuck to his laces, {mate} crossed without looking, and the net moved in that slow way nets have on [summer evenings|big nights].',
        'It was not all elegance. {minute} minutes in, four yellow cards and one torn shirt; the referee, an optician during the week, had seen enough and called both captains over for a talk that lasted longer than a throw-in should.',
        'The chance of the equaliser fell to {foe} in the {late}th minute, eight metres out, with the goal as wide as a barn. He leaned back. The ball was last seen above the floodlights of {ground}.',
    ],
    'context' => [
        'None of this comes from nowhere. Since the winter {coach} has [shortened the sessions and lengthened the conversations|banned headphones and brought back breakfast together], and the dressing room, once known for its doors, has become known for its table.',
        'The figures are stubborn: {number} points from the last ten matches, the second-best defence of the spring, and a running distance that has gone down, not up. “We run less because we arrive earlier,” says {mate}.',
        'One must remember where they come from. Three years ago they trained on a municipal pitch shared with a rugby club and a flock of geese. {player} has kept a photograph of the geese.',
        'In {city} people talk about it at the bakery, at the tram stop and, according to the priest, during confession. The club has printed ten thousand extra scarves; they were gone by [noon|the time the ink dried].',
        'Of course there is the other side. {rival} were missing {foe}’s usual partner, travelled badly and have a coach who is a match or two away from a long holiday. But one only plays the opponent who turns up.',
        'Economists will say that {fee} million euros do not score goals. Neither do economists. What the board of the club wanted was a sign, and a sign is exactly what the street heard.',
    ],
    'quote' => [
        '> “When I was a child I would have paid to sweep this stadium. Now they pay me to run in it. I am not going to complain about the draw.” – {player}',
        '> “We did not win because we wanted it more. We won because we stood two metres higher. Wanting is free.” – {coach}',
        '> “I told them at half-time: play as if your grandmother were watching. Then I remembered that mine was a centre-half.” – {coach}',
        '> “I closed my eyes. Please do not tell the goalkeeper coach.” – {mate}',
        '> “People speak about pressure. Pressure is my father’s bakery at four in the morning. This is football.” – {player}',
        '> “We lost, we shake hands, we take the train. On Monday we begin again. There is nothing else to know about this job.” – {rivalcoach}',
        '> “He sees the pass before the ball is born.” – {mate} on {surname}',
    ],
    'heading' => [
        'The detail that changes everything', 'A dressing room under one roof', 'What the bench saw', 'Two metres higher', 'The long way round',
        'And then, silence', 'The art of the late run', 'A city holds its breath', 'Nothing to hide, little to lose', 'Between the lines',
    ],
    'scene' => [
        'Outside, the [trams had stopped|bars had taken out their chairs] and a brass band that knew only two songs was playing the third. An old man in a {mood} scarf explained the goal to his dog, with salt and pepper shakers.',
        'In the mixed zone {player} signs everything that is held out to him, including a plaster cast. He speaks softly, thanks the kit man by name and asks, twice, for the score of the other match.',
        '{foe}, for his part, stayed on the grass long after the lights had gone to half. “I wanted to remember it exactly,” he said, “so that I know what to be angry at in August.”',
        'At the end of training {coach} always leaves one ball in the centre circle. Nobody has ever dared ask why. {mate} has a theory; it involves [a lost bet|the moon].',
        'The children behind the goal had made a banner out of a bed sheet: “{surname}, give us your shirt, we already have your poster.” After the whistle he climbed over the hoarding and gave them the shirt.',
    ],
    'closing' => [
        'The next chapter is written on Saturday against {other}. {coach} promises changes, which in {city} means that he will wear the other coat.',
        'There will be time for tables and sums. For tonight the only number that matters is the one on the back of {player}, which half of {city} seems to be wearing.',
        'And {rival}? They will be back; they always are. But they will think of this [evening|summer] for a while, as one thinks of a step missed in the dark.',
        'Asked about what comes next, {surname} shrugs, smiles and looks for his bicycle. “Training at nine,” he says. “Ten, if the geese allow it.”',
        'Somewhere a commentator is already calling it historic. Let us wait a week. If we are still talking about it at the bakery next Friday, he was right.',
    ],
    'farewell' => [
        'The stewards are folding the last chairs of the Maracanã. One of them hums, and it takes a while to recognise the anthem of {loser}.',
        'In four years we shall be somewhere colder, with other names on other shirts. Nobody in {city} wants to hear about it tonight.',
        'The cup itself spent the night on a hotel bed, under a towel, guarded by {mate}, who did not sleep either.',
        'Brazil turns off the floodlights one by one. The last thing to be seen in the dark is the centre circle, and a ball somebody forgot.',
        'So ends a month in which the world agreed on the time of dinner. We shall miss it more than we admit.',
    ],
];

const MOODS = ['red', 'blue', 'green', 'yellow and black', 'claret', 'orange', 'sky blue'];

/** The shape of a story after its opening, by kind. */
const SHAPES = [
    'cup' => ['action', 'heading', 'action', 'quote', 'scene', 'closing'],
    'after' => ['scene', 'quote', 'heading', 'scene', 'quote', 'farewell'],
    'league' => ['action', 'action', 'quote', 'heading', 'context', 'closing'],
    'transfer' => ['context', 'quote', 'heading', 'context', 'scene', 'closing'],
    'interview' => ['quote', 'scene', 'heading', 'context', 'quote', 'closing'],
    'tactics' => ['action', 'heading', 'context', 'quote', 'action', 'closing'],
    'opinion' => ['scene', 'quote', 'context', 'heading', 'scene', 'closing'],
];

/** @param array<string, string|int> $words */
function articleBody(string $kind, array $words, Dice $dice): string
{
    $blocks = [phrase($dice->pick(STORIES[$kind]['openings']), $words, $dice)];
    $left = array_map(static fn (array $pool): array => $dice->pickSome($pool, count($pool)), PROSE);
    foreach (SHAPES[$kind] as $role) {
        $block = phrase(array_pop($left[$role]), $words, $dice);
        $blocks[] = $role === 'heading' ? "## $block" : $block;
    }
    return implode("\n\n", $blocks);
}
