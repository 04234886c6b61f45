export LC_ALL=C
[ -e /run/spillway-has-booted ] || case $(timeout 10 systemctl is-system-running --wait 2>/dev/null) in running | degraded) : >/run/spillway-has-booted ;; esac
has=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' -- app app-data 2>/dev/null)"
for p in app app-data; do case $has in *" installed:$p "*) ;; *) printf 'lacks\t%s\n' "$p" ;; esac; done
stat -c 'path	%U:%G	%a	%n' -- /srv/app /etc/app.conf /etc/old.conf 2>/dev/null
sha256sum -z -- /srv/app /etc/app.conf /etc/old.conf 2>/dev/null | tr '\0' '\n' | sed 's/^\([0-9a-f]*\) [ *]/digest\t\1\t/'
df -P -k -l -x devtmpfs -x ramfs -x squashfs -x iso9660 -x efivarfs -x vfat 2>/dev/null | sed -n 's/^.* \([0-9][0-9]*\)  *[0-9][0-9]*  *\([0-9][0-9]*\)  *[0-9]*%  */disk\t\1\t\2\t/p'
if [ -d /var/lib/spillway/before ]; then echo unproven; fi
cat /var/lib/spillway/written/* 2>/dev/null | sed 's/^/written\t/'
cd /var/lib/spillway 2>/dev/null && grep -s '' -- units/* tasks/* /dev/null | sed 's/^\([^:]*\):/stamp\t\1\t/'; cd /
systemctl show -p Id,ActiveState,UnitFileState -- app.service | sed 's/^/unit\t/'
if says=$(exec </dev/null 2>/dev/null
test -e /filled
); then printf 'checked\t%s\t%s\n' app 'fill it'; else printf 'unchecked\t%s\t%s\t%s\n' app 'fill it' "$(printf %s "$says" | head -n 1 | cut -c 1-200)"; fi
says=$( (exec </dev/null 2>/dev/null
curl -s localhost || echo 'no answer'
) | head -c 2000); [ -z "$says" ] || printf '%s\n' "$says" | sed '/^$/d;s/^/probe	app	app \& co answer	/'
echo end
