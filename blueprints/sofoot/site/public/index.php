<?php
// Front controller of the visitors' site.

declare(strict_types=1);

require __DIR__ . '/../lib/visitors.php';

SoFoot\serve(SoFoot\answerVisitor(...));
