/** Is there while the server is the primary: what it is then, also after a restart. It is read after the recipe's own file. */
export const standing = '/etc/mysql/mariadb.conf.d/91-spillway-primary.cnf';
