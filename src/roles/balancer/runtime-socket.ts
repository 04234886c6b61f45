/** Where HAProxy takes orders and tells what it sees. */
export const runtimeSocket = '/run/haproxy/admin.sock';
