/** Where Debian puts PHP. Everything that has its version in it stands here, so that another Debian is a change of one line. */
const version = '8.2';

export const phpFolder = `/etc/php/${version}/fpm`;
export const phpUnit = `php${version}-fpm.service`;
/** As the kernel names it. */
export const phpProcess = `php-fpm${version}`;
/** Looks at all of its settings, and says what is wrong with them. */
export const phpVerify = `php-fpm${version} -t`;
export const phpLog = `/var/log/php${version}-fpm.log`;
