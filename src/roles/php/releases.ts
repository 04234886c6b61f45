import { lines } from '../text.ts';
import type { TakesReleases } from '../role.ts';
import { phpUnit } from './debian.ts';

/** Reads what a program of PHP is made of without running it; one process for all files, however many there are. */
const readAll = [
  '$wrong = 0;',
  'foreach (explode("\\0", rtrim(file_get_contents($argv[2]), "\\0")) as $path) {',
  '  if (!preg_match("/\\.(php|phtml|inc)$/", $path)) continue;',
  '  $text = file_get_contents("$argv[1]/$path");',
  '  if (!str_contains($text, "<?")) continue;',
  '  try { token_get_all($text, TOKEN_PARSE); }',
  '  catch (ParseError $error) { $wrong++; echo "$path line {$error->getLine()}: {$error->getMessage()}\\n"; }',
  '}',
  'exit($wrong > 0 ? 1 : 0);',
].join(' ');

export const phpTakesReleases: TakesReleases = {
  check: lines(`exec php -r '${readAll}' -- "$1" "$2"`),
  rereads: phpUnit,
};
