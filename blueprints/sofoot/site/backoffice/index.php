<?php
// Front controller of the editors' site. Who may come here is decided by the network.

declare(strict_types=1);

require __DIR__ . '/../lib/editors.php';

SoFoot\serve(SoFoot\answerEditor(...));
