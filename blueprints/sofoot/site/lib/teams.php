<?php
// The invented clubs, the World Cup's nations, and the people who play for them.

declare(strict_types=1);

namespace SoFoot;

final class Team
{
    public function __construct(
        public readonly string $name,
        public readonly string $code,
        public readonly string $city,
        public readonly string $ground,
        public readonly string $tongue,
        public readonly string $main,
        public readonly string $second,
        public readonly string $pattern,
    ) {
    }
}

/** @return non-empty-list<Team> */
function clubs(): array
{
    static $clubs = null;
    return $clubs ??= array_map(static fn (array $facts): Team => new Team(...$facts), [
        ['Port Marrow', 'PMA', 'Port Marrow', 'Harbour Road', 'english', '#c8102e', '#ffffff', 'plain'],
        ['Ashby Vale', 'ASV', 'Ashby', 'the Tannery End', 'english', '#1d4fa3', '#f4f4f4', 'hoops'],
        ['Thornbridge United', 'THU', 'Thornbridge', 'Gallows Lane', 'english', '#f2c300', '#111111', 'stripes'],
        ['Highmoor Rovers', 'HMR', 'Highmoor', 'Windmill Park', 'english', '#0d6b43', '#ffffff', 'sash'],
        ['Kingsferry Athletic', 'KFA', 'Kingsferry', 'the Ropeworks', 'english', '#7b1e3a', '#9fd3ef', 'sleeves'],
        ['Eastwick Wanderers', 'EAW', 'Eastwick', 'Chapel Meadow', 'english', '#f47b20', '#1b1b1b', 'plain'],
        ['Olympique Verlane', 'OLV', 'Verlane', 'the Stade des Tilleuls', 'french', '#0a8f5a', '#ffffff', 'halves'],
        ['Racing Calvière', 'RCC', 'Calvière', 'the Stade du Canal', 'french', '#6fb7e6', '#ffffff', 'stripes'],
        ['AS Montrelle', 'ASM', 'Montrelle', 'the Vélodrome Carnot', 'french', '#d8232a', '#14234b', 'sash'],
        ['Saint-Aubrac', 'STA', 'Saint-Aubrac', 'the Parc de la Forge', 'french', '#1f2a63', '#d6b25e', 'hoops'],
        ['FC Lanvéoc', 'LAN', 'Lanvéoc', 'the Stade du Phare', 'french', '#111111', '#ffffff', 'stripes'],
        ['Real Castrana', 'RCA', 'Castrana', 'the Campo Real', 'latin', '#f5f5f5', '#5b2d90', 'sleeves'],
        ['Sporting Almadra', 'SPA', 'Almadra', 'the Arena Ribeira', 'latin', '#0b7a3e', '#ffffff', 'hoops'],
        ['Atlético Serrano', 'ATS', 'Serrano', 'El Mirador', 'latin', '#cf1f2f', '#ffffff', 'stripes'],
        ['CD Esmeral', 'CDE', 'Esmeral', 'the Estadio del Puerto', 'latin', '#00a087', '#10243e', 'halves'],
        ['Deportivo Lucena Real', 'DLR', 'Lucena', 'La Ladera', 'latin', '#f0b400', '#1a3e8c', 'sash'],
        ['AC Monteluce', 'ACM', 'Monteluce', 'the Stadio delle Mura', 'italian', '#b3122b', '#111111', 'stripes'],
        ['Inter Valdoro', 'IVA', 'Valdoro', 'the Stadio Nuovo', 'italian', '#12327f', '#e8b923', 'sleeves'],
        ['Virtus Pontelago', 'VPL', 'Pontelago', 'the Lakeside', 'italian', '#7fc4ea', '#14305c', 'plain'],
        ['US Torresina', 'UST', 'Torresina', 'the Comunale', 'italian', '#6a1b2e', '#f1c757', 'halves'],
        ['SV Eisenbrück', 'SVE', 'Eisenbrück', 'the Werkstadion', 'german', '#e30613', '#ffffff', 'sleeves'],
        ['FC Nordhaven', 'FCN', 'Nordhaven', 'the Kontor Arena', 'german', '#f7d117', '#141414', 'halves'],
        ['Union Brackmoor', 'UBM', 'Brackmoor', 'the Waldbühne', 'german', '#1e6f3c', '#f1f1f1', 'sash'],
        ['TSV Grauburg', 'TSG', 'Grauburg', 'the Burgstadion', 'german', '#2456b5', '#ffffff', 'plain'],
        ['Kelderdam', 'KEL', 'Kelderdam', 'De Sluis', 'german', '#ef6c12', '#ffffff', 'hoops'],
        ['IF Skarvik', 'IFS', 'Skarvik', 'the Fjordvallen', 'nordic', '#0e3a75', '#ffd21f', 'sash'],
        ['Halland BK', 'HBK', 'Varnäs', 'the Strandvallen', 'nordic', '#d9ecf9', '#c4122f', 'stripes'],
        ['Dynamo Veskova', 'DVE', 'Veskova', 'the Central Stadium', 'slavic', '#1a47a8', '#ffffff', 'plain'],
        ['Lokomotiv Zorin', 'LOZ', 'Zorin', 'the Depot', 'slavic', '#a01528', '#0d5f34', 'stripes'],
        ['Hajduk Orlava', 'HAO', 'Orlava', 'the Old Quay', 'slavic', '#f4f4f4', '#d21034', 'hoops'],
    ]);
}

/** @return non-empty-list<Team> */
function nations(): array
{
    static $nations = null;
    return $nations ??= array_map(static fn (array $facts): Team => new Team(...$facts), [
        ['Brazil', 'BRA', 'Brasília', 'the Maracanã', 'latin', '#ffdf00', '#009739', 'sleeves'],
        ['Argentina', 'ARG', 'Buenos Aires', 'the Itaquerão', 'latin', '#75aadb', '#ffffff', 'stripes'],
        ['Germany', 'GER', 'Berlin', 'the Mineirão', 'german', '#ffffff', '#c8102e', 'sash'],
        ['Netherlands', 'NED', 'Amsterdam', 'the Beira-Rio', 'german', '#f36c21', '#ffffff', 'plain'],
        ['France', 'FRA', 'Paris', 'the Maracanã', 'french', '#1f3b8f', '#ffffff', 'plain'],
        ['Belgium', 'BEL', 'Brussels', 'the Mineirão', 'french', '#d4122a', '#f7d117', 'sleeves'],
        ['Colombia', 'COL', 'Bogotá', 'the Castelão', 'latin', '#fcd116', '#003893', 'sash'],
        ['Chile', 'CHI', 'Santiago', 'the Arena Pantanal', 'latin', '#d52b1e', '#0039a6', 'sleeves'],
        ['Uruguay', 'URU', 'Montevideo', 'the Castelão', 'latin', '#7bb8e8', '#111111', 'plain'],
        ['Costa Rica', 'CRC', 'San José', 'the Arena Pernambuco', 'latin', '#ce1126', '#002b7f', 'sash'],
        ['Mexico', 'MEX', 'Mexico City', 'the Castelão', 'latin', '#006847', '#ffffff', 'sash'],
        ['Italy', 'ITA', 'Rome', 'the Arena Amazônia', 'italian', '#1c5fbf', '#ffffff', 'plain'],
        ['Spain', 'ESP', 'Madrid', 'the Fonte Nova', 'latin', '#c60b1e', '#ffc400', 'sleeves'],
        ['Portugal', 'POR', 'Lisbon', 'the Fonte Nova', 'latin', '#9e1b32', '#046a38', 'halves'],
        ['England', 'ENG', 'London', 'the Arena Amazônia', 'english', '#ffffff', '#cf142b', 'sleeves'],
        ['Switzerland', 'SUI', 'Bern', 'the Itaquerão', 'german', '#d52b1e', '#ffffff', 'plain'],
        ['Croatia', 'CRO', 'Zagreb', 'the Arena Amazônia', 'slavic', '#e8112d', '#ffffff', 'stripes'],
        ['Russia', 'RUS', 'Moscow', 'the Arena da Baixada', 'slavic', '#a5132a', '#e0c25c', 'plain'],
        ['Australia', 'AUS', 'Canberra', 'the Beira-Rio', 'english', '#ffcd00', '#00843d', 'sleeves'],
    ]);
}

const FIRST_NAMES = [
    'english' => ['Danny', 'Callum', 'Jamie', 'Lewis', 'Toby', 'Marcus', 'Reece', 'Owen', 'Nathan', 'Kieran', 'Ellis', 'Scott'],
    'french' => ['Bastien', 'Loïc', 'Yoann', 'Mathis', 'Cédric', 'Rayan', 'Maxime', 'Thibault', 'Souleymane', 'Gaël', 'Adrien'],
    'latin' => ['Iker', 'Thiago', 'Mateo', 'Nuno', 'Rafael', 'Joel', 'Bruno', 'Ismael', 'Facundo', 'Leandro', 'Ruben', 'Adrián'],
    'italian' => ['Matteo', 'Davide', 'Lorenzo', 'Nicola', 'Fabio', 'Simone', 'Elia', 'Sandro', 'Tommaso', 'Enrico'],
    'german' => ['Jonas', 'Lennart', 'Felix', 'Moritz', 'Ruud', 'Timo', 'Jasper', 'Niklas', 'Sven', 'Hannes', 'Emre'],
    'nordic' => ['Anders', 'Mikkel', 'Henrik', 'Oskar', 'Sander', 'Elias', 'Gustav', 'Jens', 'Aksel'],
    'slavic' => ['Dragan', 'Milan', 'Ivo', 'Pavel', 'Luka', 'Bojan', 'Andrej', 'Stjepan', 'Viktor', 'Oleg'],
];

const LAST_NAMES = [
    'english' => ['Hartwell', 'Pickford-Lane', 'Ashdown', 'Marsden', 'Oakley', 'Tranter', 'Wickham', 'Bramhall', 'Colgate', 'Fenwick', 'Rudge', 'Stannard', 'Thackeray', 'Lomas'],
    'french' => ['Delacour', 'Marchais', 'Vautrin', 'Belleroche', 'Kerdoncuff', 'Diabira', 'Fontanel', 'Rouvière', 'Castaing', 'Montagnac', 'Sarrazin', 'Lebrennec'],
    'latin' => ['Quintela', 'Barreto', 'Cardim', 'Olmedo', 'Vallarta', 'Figueres', 'Sandoro', 'Ibarrola', 'Teixedo', 'Montalvo', 'Cortázar', 'Pereda', 'Lisandro', 'Arrieta'],
    'italian' => ['Ferrante', 'Bellucco', 'Santorelli', 'Moretta', 'Galvani', 'Pirandi', 'Castellan', 'Rovere', 'Tassi', 'Vernazza'],
    'german' => ['Brandauer', 'Kesselring', 'Vandermeer', 'Hollbach', 'Steinfurth', 'Dijkgraaf', 'Rautenberg', 'Lindacher', 'Ackerveen', 'Öztekin', 'Wolfram'],
    'nordic' => ['Solheim', 'Lindqvist', 'Bergdahl', 'Haugland', 'Nystrand', 'Kvarme', 'Thorsby', 'Ekdal-Moe', 'Skarsgaard'],
    'slavic' => ['Petrovec', 'Zoranić', 'Malenko', 'Vukasov', 'Hradek', 'Dobrinov', 'Kranjec', 'Stolarev', 'Marušek', 'Belić'],
];

const JOURNALISTS = [
    'Hélène Marchetti', 'Tom Ballard', 'Inès Carvalho', 'Oscar Lundgren', 'Maud Kerrigan', 'Paolo Renzetti',
    'Camille Aubertin', 'Simon Okafor', 'Greta Hollis', 'Victor Salgueiro', 'Nadia Benhaddou', 'Frank Dreyer',
];

/** @return array{coach: string, players: list<string>} always the same people for a team and a seed */
function squad(Team $team, int $seed): array
{
    static $squads = [];
    return $squads["$seed {$team->name}"] ??= drawSquad($team, new Dice("$seed squad {$team->name}"));
}

/** @return array{coach: string, players: list<string>} */
function drawSquad(Team $team, Dice $dice): array
{
    $last = $dice->pickSome(LAST_NAMES[$team->tongue], 8);
    $people = array_map(static fn (string $name): string => $dice->pick(FIRST_NAMES[$team->tongue]) . ' ' . $name, $last);
    return ['coach' => array_pop($people), 'players' => $people];
}

function surname(string $person): string
{
    return explode(' ', $person, 2)[1];
}
