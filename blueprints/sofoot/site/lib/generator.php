<?php
// The generator's parts, in one require.

declare(strict_types=1);

namespace SoFoot;

require_once __DIR__ . '/config.php';
require_once __DIR__ . '/database.php';
require_once __DIR__ . '/serve.php';
require_once __DIR__ . '/articles.php';
require_once __DIR__ . '/html.php';
require_once __DIR__ . '/dice.php';
require_once __DIR__ . '/teams.php';
require_once __DIR__ . '/stories.php';
require_once __DIR__ . '/prose.php';
require_once __DIR__ . '/fans.php';
require_once __DIR__ . '/newsroom.php';
require_once __DIR__ . '/picture.php';
require_once __DIR__ . '/plan.php';
require_once __DIR__ . '/filling.php';
require_once __DIR__ . '/media.php';
