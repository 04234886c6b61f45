export LC_ALL=C
timeout 10 systemctl is-system-running --wait >/dev/null 2>&1
for p in app app-data; do [ -e "/var/lib/dpkg/info/$p.list" ] || [ -e "/var/lib/dpkg/info/$p:amd64.list" ] || [ -e "/var/lib/dpkg/info/$p:arm64.list" ] || printf 'lacks\t%s\n' "$p"; done
stat -c 'path	%U:%G	%a	%n' -- /srv/app /etc/app.conf /etc/old.conf 2>/dev/null
sha256sum -z -- /srv/app /etc/app.conf /etc/old.conf 2>/dev/null | tr '\0' '\n' | sed 's/^\([0-9a-f]*\) [ *]/digest\t\1\t/'
df -P -k -l -x devtmpfs -x ramfs -x squashfs -x iso9660 -x efivarfs -x vfat 2>/dev/null | sed -n 's/^.* \([0-9][0-9]*\)  *[0-9][0-9]*  *\([0-9][0-9]*\)  *[0-9]*%  */disk\t\1\t\2\t/p'
if [ -d /var/lib/spillway/before ]; then echo unproven; fi
cat /var/lib/spillway/written/* 2>/dev/null | sed 's/^/written\t/'
cd /var/lib/spillway 2>/dev/null && grep -s '' -- units/* tasks/* /dev/null | sed 's/^\([^:]*\):/stamp\t\1\t/'; cd /
systemctl show -p Id,ActiveState,UnitFileState -- app.service | sed 's/^/unit\t/'
if says=$( (
test -e /filled
) </dev/null 2>/dev/null ); then printf 'checked\t%s\t%s\n' app 'fill it'; else printf 'unchecked\t%s\t%s\t%s\n' app 'fill it' "$(printf %s "$says" | head -n 1 | cut -c 1-200)"; fi
(
curl -s localhost || echo 'no answer'
) </dev/null 2>/dev/null | { head -c 2000; echo; } | sed '/^$/d;s/^/probe	app	app \& co answer	/'
echo end
