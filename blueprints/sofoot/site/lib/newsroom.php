<?php
// Writes article number N of a seed: always the same one, whatever was written before.

declare(strict_types=1);

namespace SoFoot;

const ARTICLES_A_DAY = 25;
const RHYTHM = ['after', 'transfer', 'league', 'after', 'interview', 'transfer', 'tactics', 'league', 'after', 'opinion', 'transfer', 'league'];
const FINAL_WHISTLE = '2014-07-13 21:40:00';
const CUP_STAGES = [
    '2014-07-08' => 'semi-final',
    '2014-07-04' => 'quarter-final',
    '2014-06-28' => 'last-sixteen tie',
    '2014-06-12' => 'group match',
];

final class Newsroom
{
    private readonly int $lastMinute;

    public function __construct(
        public readonly int $seed,
        public readonly int $articles,
        public readonly string $until,
    ) {
        $this->lastMinute = strtotime("$until 21:30:00 UTC");
    }

    /** Seconds since 1970; later for a higher number. */
    public function publishedAt(int $number): int
    {
        $spacing = intdiv(86400, ARTICLES_A_DAY);
        $jitter = crc32("{$this->seed} time $number") % intdiv($spacing, 2);
        return $this->lastMinute - ($this->articles - $number) * $spacing - $jitter;
    }

    /**
     * @return array{row: array<string, int|string|null>, words: array<string, string|int>, scene: string, teams: array{Team, Team}}
     */
    public function article(int $number): array
    {
        $dice = new Dice("{$this->seed} article $number");
        $moment = gmdate('Y-m-d H:i:s', $this->publishedAt($number));
        $age = $this->articles - $number;
        $kind = $this->kindOn($moment, RHYTHM[$age % count(RHYTHM)]);
        $story = STORIES[$kind];
        $teams = $this->teamsFor($kind, $dice);
        $words = $this->words($kind, $teams, $moment, $dice);
        [$title, $summary] = $story['headlines'][$this->turn($age) % count($story['headlines'])];
        $title = phrase($title, $words, $dice);
        return [
            'row' => [
                'id' => $number,
                'slug' => slugOf($title),
                'category' => $story['category'],
                'title' => $title,
                'summary' => phrase($summary, $words, $dice),
                'body' => articleBody($kind, $words, $dice),
                'author' => $dice->pick(JOURNALISTS),
                'picture' => '/media/' . pictureFile($number),
                'scoreline' => $story['score'] ? "{$teams[0]->name} {$words['score']} {$teams[1]->name}" : null,
                'published_at' => $moment,
            ],
            'words' => $words,
            'scene' => $dice->pick($story['scene']),
            'teams' => $teams,
        ];
    }

    /** How many newer articles are of the same kind: they take turns through the headlines, none comes twice in a row. */
    private function turn(int $age): int
    {
        $place = $age % count(RHYTHM);
        $kind = RHYTHM[$place];
        $inRound = array_count_values(RHYTHM)[$kind];
        $before = array_count_values(array_slice(RHYTHM, 0, $place))[$kind] ?? 0;
        return intdiv($age, count(RHYTHM)) * $inRound + $before;
    }

    /** Before the final the World Cup is played, after it remembered; before it began there is only the league. */
    private function kindOn(string $moment, string $planned): string
    {
        if ($planned !== 'after' || ($moment >= FINAL_WHISTLE && $moment < '2014-08-01')) {
            return $planned;
        }
        return $this->stageOn($moment) === null ? 'league' : 'cup';
    }

    private function stageOn(string $moment): ?string
    {
        if ($moment >= FINAL_WHISTLE) {
            return null;
        }
        foreach (CUP_STAGES as $day => $stage) {
            if ($moment >= $day) {
                return $stage;
            }
        }
        return null;
    }

    /** @return array{Team, Team} */
    private function teamsFor(string $kind, Dice $dice): array
    {
        return match ($kind) {
            'after' => (new Dice("{$this->seed} final"))->pickSome(nations(), 2),
            'cup' => $dice->pickSome(nations(), 2),
            default => $dice->pickSome(clubs(), 2),
        };
    }

    /**
     * @param array{Team, Team} $teams
     * @return array<string, string|int> everything a template may name
     */
    private function words(string $kind, array $teams, string $moment, Dice $dice): array
    {
        [$team, $rival] = $teams;
        $own = squad($team, $this->seed);
        $theirs = squad($rival, $this->seed);
        $champions = $kind === 'after';
        [$player, $mate] = $champions ? array_slice($own['players'], 0, 2) : $dice->pickSome($own['players'], 2);
        $foe = $dice->pick($theirs['players']);
        $against = $dice->pick([0, 0, 1, 1, 2]);
        $score = ($against + $dice->pick([1, 1, 1, 2, 3])) . "–$against";
        $star = $champions ? $dice->pick(squad(nations()[$this->seed % 7], $this->seed)['players']) : $player;
        return [
            'club' => $team->name, 'nation' => $team->name, 'winner' => $team->name,
            'rival' => $rival->name, 'rivalnation' => $rival->name, 'loser' => $rival->name,
            'city' => $team->city, 'rivalcity' => $rival->city,
            'home' => $team->ground, 'ground' => $champions ? 'the Maracanã' : $team->ground,
            'player' => $player, 'surname' => surname($player), 'captain' => $player, 'captainname' => surname($player),
            'star' => $star, 'starname' => surname($star),
            'mate' => $mate, 'matename' => surname($mate), 'foe' => surname($foe),
            'coach' => $own['coach'], 'coachname' => surname($own['coach']),
            'rivalcoach' => $theirs['coach'], 'losercoachname' => surname($theirs['coach']),
            'other' => $dice->pick($kind === 'cup' ? nations() : clubs())->name,
            'score' => $score, 'finalscore' => '1–0 after extra time', 'stage' => $this->stageOn($moment) ?? 'final',
            'minute' => $dice->pick([54, 55, 56, 57, 58, 64, 65, 67, 68, 69, 74, 76, 77, 79]), 'late' => $dice->pick([86, 87, 88, 89, 94, 95]), 'number' => $dice->between(5, 29),
            'fee' => $dice->between(4, 48), 'years' => $dice->pick(['three', 'four', 'five']), 'age' => $dice->between(17, 23),
            'caps' => $dice->between(12, 71), 'mood' => $dice->pick(MOODS), 'month' => gmdate('F', strtotime("$moment UTC")),
        ];
    }
}

/** Where the picture of a generated article lies within the media folder. */
function pictureFile(int $number): string
{
    return sprintf('pictures/%03d/article-%06d.svg', intdiv($number, 1000), $number);
}
