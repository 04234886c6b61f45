<?php

/**
 * Writes a row again and again, over whatever leads to the database, as an application would:
 *   php write-on.php WRITER SECONDS HOST PASSWORD
 * A line an attempt: when it began and ended, in milliseconds since 1970, the row's title, and `ok` or the error's number.
 */
declare(strict_types=1);

[, $writer, $seconds, $host, $password] = $argv;
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);

$link = null;
$until = microtime(true) + (float) $seconds;
for ($number = 1; microtime(true) < $until; $number++) {
    // Ids are never used again, so that what was written in an earlier round is not taken for this one's.
    $title = $writer . '-' . (int) (microtime(true) * 1000) . '-' . $number;
    $began = microtime(true);
    try {
        if ($link === null) {
            $link = mysqli_init();
            $link->options(MYSQLI_OPT_CONNECT_TIMEOUT, 2);
            $link->options(MYSQLI_OPT_READ_TIMEOUT, 10);
            $link->real_connect($host, 'backend', $password, 'wimi');
        }
        $link->query("INSERT INTO tasks (project, title) VALUES ($writer, '$title')");
        $said = 'ok';
    } catch (mysqli_sql_exception $error) {
        $said = (string) $error->getCode();
        $link = null;
        usleep(20_000);
    }
    printf("%d %d %s %s\n", $began * 1000, microtime(true) * 1000, $title, $said);
    usleep(5_000);
}
