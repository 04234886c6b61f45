<?php
// Says which release it is; takes uploads, and tells of them.
$uploads = __DIR__ . '/uploads';
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
header('Cache-Control: no-store');
if ($path === '/health') exit('well');
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $written = @file_put_contents("$uploads/" . basename($path), file_get_contents('php://input'));
    http_response_code($written === false ? 403 : 200);
    exit($written === false ? 'refused' : 'kept');
}
exit('release one');
