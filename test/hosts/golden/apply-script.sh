{
set -e
export LC_ALL=C DEBIAN_FRONTEND=noninteractive SYSTEMCTL_SKIP_SYSV=1
umask 077
keep() { if [ -d /var/lib/spillway/before ] && ! grep -qxF -- "$1" /var/lib/spillway/before/paths; then
  n=$(wc -l </var/lib/spillway/before/paths)
  if [ -e "$1" ] || [ -L "$1" ]; then cp -a -T -- "$1" /var/lib/spillway/before/$n; fi
  printf '%s\n' "$1" >>/var/lib/spillway/before/paths
fi; }
unit() { if [ -d /var/lib/spillway/before ] && ! grep -qF -- " $1" /var/lib/spillway/before/units; then printf '%s %s %s\n' "$(systemctl is-active -- "$1" 2>/dev/null || true)" "$(systemctl is-enabled -- "$1" 2>/dev/null || true)" "$1" | sed 's/^  /inactive none /' >>/var/lib/spillway/before/units; fi; }
mkdir -p /var/lib/spillway/units /var/lib/spillway/tasks /var/lib/spillway/written
put() { t="$(dirname "$1")/.spillway.$$"; mkdir -p "$(dirname "$1")"; base64 -d > "$t"; chown "$2" "$t"; chmod "$3" "$t"; mv -fT "$t" "$1"; }
trap 'rm -f "$t"' EXIT
stamp() { printf "%s\n" "$2" > "$1.new"; mv -f "$1.new" "$1"; }
reload_systemd=1
echo 'begin 0'
mkdir -p /srv/site; chown root:root /srv/site; chmod 0755 /srv/site
echo 'begin 1'
keep /etc/app/app.conf
put /etc/app/app.conf root:root 0640 <<'.end'
cG9ydCA9IDEK
.end
stamp /var/lib/spillway/written/6b1aa573ff2779223b95159e5065a391 'a512046503d7fca82f59d5d02e627becbdde094e5863f8951a6e709016186d84	/etc/app/app.conf'
echo 'begin 2'
keep /etc/systemd/system/app.service
put /etc/systemd/system/app.service root:root 0644 <<'.end'
W1NlcnZpY2VdCg==
.end
stamp /var/lib/spillway/written/633a648ecd8ade17ea5a5217cc1add64 '40d8baaabac85ad8ac5a2ec40dd065b4ea0fb47c25ce3ddad4c290d22503c90f	/etc/systemd/system/app.service'
echo 'begin 3'
keep '/etc/app/old conf'
rm -f '/etc/app/old conf' /var/lib/spillway/written/74e5450e04a28afbe69c41c038b15f32
echo 'begin 4'
unit app.service
systemctl is-enabled --quiet app.service 2>/dev/null || { systemctl --no-reload enable --quiet app.service; reload_systemd=1; }
if [ -n "$reload_systemd" ]; then systemctl daemon-reload; reload_systemd=; fi
echo 'begin 4'
if [ -n "$reload_systemd" ]; then systemctl daemon-reload; reload_systemd=; fi
systemctl reset-failed app.service 2>/dev/null || true
systemctl reload-or-restart app.service || { systemctl status --no-pager --lines=20 app.service >&2; exit 1; }
stamp /var/lib/spillway/units/app.app.service stamp
echo 'begin 5'
if [ "$(cat /var/lib/spillway/tasks/app.tell_it 2>/dev/null)" != stamp ] || ! (
test -e /told
) </dev/null >/dev/null 2>&1; then
(set +e; 
echo 'told'
) </dev/null >&2
fi
stamp /var/lib/spillway/tasks/app.tell_it stamp
echo 'begin 6'
(set +e; 
echo again
) </dev/null >&2
stamp /var/lib/spillway/tasks/app.tell_again stamp
echo end
}
