<?php
// What the site does without when more visitors come than the platform can serve.

declare(strict_types=1);

namespace SoFoot;

/** The balancer says so, in the order of the blueprint; a visitor cannot. */
function doWithout(string $feature): bool
{
    return in_array($feature, explode(',', (string) ($_SERVER['HTTP_X_SPILLWAY_SHED'] ?? '')), true);
}
