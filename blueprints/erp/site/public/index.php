<?php
// Front controller: everything that is no file comes here.

declare(strict_types=1);

require __DIR__ . '/../lib/answer.php';

Erp\serve();
