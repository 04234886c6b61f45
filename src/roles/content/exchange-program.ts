/**
 * Keeps the folders that applications write alike on all machines: a program of Perl, which every Debian machine can
 * run. One machine, the origin, has the list of what there is. Every other machine compares three lists: the origin's,
 * its own, and what both had alike the last time. So a file that is new here is told from one that was removed there,
 * nothing is lost that was written on two machines at once, and a list that is empty removes nothing by itself.
 *
 * The origin has an epoch, drawn when its folders were made. With another epoch nothing was ever alike: what both have
 * is put together. So an origin that was lost and made anew gets back what the others have.
 *
 * Settings, one a line, a word and its value: `written` and `state` (folders), `folder` (one of those in `written`,
 * each a line), `owner` (of files here), `writes` (yes or no), `everyMs`, `module`, `origin` (its IP; absent on
 * the origin), `peer` (the IP of a machine that is always there, each a line, this one
 * among them), `secrets` (a folder with the
 * password files `read`, `to-origin`, `from-origin`).
 */
export const exchangeProgram = String.raw`#!/usr/bin/perl
# exchange SETTINGS COMMAND: see COMMAND below. Written by Spillway.
use strict;
use warnings;
use Fcntl qw(:flock);

# Seconds that no clock's jump changes, to a hundredth; and a pause of less than one.
sub uptime { open my $in, '<', '/proc/uptime' or return time; return (split / /, <$in>)[0] }
sub pause { my ($seconds) = @_; select undef, undef, undef, $seconds if $seconds > 0 }

# More files than this, and more than a tenth of all, are not removed before a person has said so. Chosen: a gallery
# that somebody tidies up is less, a folder that was emptied by mistake is more.
my ($fewFiles, $fewShare) = (20, 0.1);

# What is to be done about each file, from what both had alike, what is here and what is at the origin: each a
# reference to a hash of "size time" by path. Pure: tests ask it as it stands.
sub decide {
  my ($alike, $here, $there, $writes) = @_;
  my %todo = map { $_ => [] } qw(fetch send drop_here drop_there conflict stray);
  my %paths = map { $_ => 1 } keys %$alike, keys %$here, keys %$there;
  for my $path (sort keys %paths) {
    my ($was, $is, $far) = map { $_->{$path} // '' } $alike, $here, $there;
    next if $is eq $far;
    my $what;
    if ($is eq $was) { $what = $far eq '' ? 'drop_here' : 'fetch' }
    elsif ($far eq $was) { $what = $is eq '' ? 'drop_there' : 'send' }
    elsif ($is eq '') { $what = 'fetch' }
    elsif ($far eq '') { $what = 'send' }
    else { $what = timeOf($is) > timeOf($far) ? 'send' : 'conflict' }
    # Where nobody may write, what is here and not there was not written here: it stays, in case the origin lost it.
    if (!$writes) { $what = { send => $far eq '' ? 'stray' : 'fetch', drop_there => 'fetch', conflict => 'fetch' }->{$what} // $what }
    push @{ $todo{$what} }, $path;
  }
  return \%todo;
}

sub timeOf { my (undef, $time) = split / /, $_[0]; return $time }

sub isMuch { my ($count, $all) = @_; return $count > $fewFiles && $count > $fewShare * $all }

my ($settingsFile, $command) = @ARGV;
if (($command // '') eq 'decide') {
  # Tests give a line a file: the three, with "-" for none, and the path.
  my ($writes) = $ARGV[2] eq 'writes';
  my @lists = ({}, {}, {});
  while (<STDIN>) { chomp; my ($path, @three) = split /\t/; for my $n (0 .. 2) { $lists[$n]{$path} = $three[$n] if $three[$n] ne '-' } }
  my $todo = decide(@lists, $writes);
  print map { "$_ @{$todo->{$_}}\n" } grep { @{ $todo->{$_} } } sort keys %$todo;
  print 'held ' . join(' ', grep { isMuch(scalar @{ $todo->{$_} }, scalar keys %{ $lists[0] }) } qw(drop_here drop_there)) . "\n";
  exit 0;
}

my %set = (folder => [], peer => []);
open my $in, '<', $settingsFile or die "$settingsFile: $!\n";
while (<$in>) { chomp; my ($word, $value) = split / /, $_, 2; if (ref $set{$word}) { push @{ $set{$word} }, $value } else { $set{$word} = $value } }
close $in;
my ($written, $state, $isOrigin) = ($set{written}, $set{state}, !defined $set{origin});
my $inner = "$written/.spillway";
# All machines are told of all; this one does not speak to itself.
my %own = map { $_ => 1 } qx(ip -4 -o addr show) =~ m{ inet ([0-9.]+)}g;
$set{peer} = [grep { !$own{$_} } @{ $set{peer} }];
my $log = '';

sub keep { my ($file, $text) = @_; open my $out, '>:raw', "$file.new" or die "$file: $!\n"; print $out $text or die "$file: $!\n"; close $out or die "$file: $!\n"; rename "$file.new", $file or die "$file: $!\n" }
sub kept { my ($file) = @_; open my $in, '<:raw', $file or return ''; local $/; return scalar(<$in>) // '' }
sub listText { my ($list) = @_; return join '', map { "$_\0$list->{$_}\0" } sort keys %$list }
sub listOf { my %list = split /\0/, $_[0]; return \%list }
sub settled { my ($text) = @_; my ($epoch, $rest) = split /\0/, $text, 2; return ($epoch // '', listOf($rest // '')) }
# What another machine says is there counts only where applications write, whatever it says.
sub within { my ($list) = @_; return { map { $_ => $list->{$_} } grep { my $path = $_; !grep { $_ eq '' || $_ eq '.' || $_ eq '..' } split m{/}, $path, -1 and grep { index($path, "$_/") == 0 } @{ $set{folder} } } keys %$list } }

# Every regular file of the folders, as "size time". Links, devices and sockets are no files that anybody uploaded.
sub scan {
  my %list;
  for my $folder (@{ $set{folder} }) {
    next unless -d "$written/$folder";
    open my $in, '-|', 'find', "$written/$folder", '-type', 'f', '-printf', "$folder/%P\\0%s %T@\\0" or die "find: $!\n";
    local $/;
    %list = (%list, split /\0/, scalar(<$in>) // '');
    close $in;
  }
  return \%list;
}

# A run of rsync over a list of files. Some may have gone meanwhile, which the next exchange sees: 23 and 24 are no failure.
sub transfer {
  my ($files, $secret, @arguments) = @_;
  return 1 unless @$files;
  my $list = "$state/transfer";
  keep($list, join '', map { "$_\0" } @$files);
  my $code = rsync($secret, '--files-from', $list, '--from0', @arguments);
  return $code == 0 || $code == 23 || $code == 24;
}

sub rsync {
  my ($secret, @arguments) = @_;
  my $pid = open my $says, '-|';
  die "fork: $!\n" unless defined $pid;
  if (!$pid) {
    open STDERR, '>&', \*STDOUT;
    exec 'rsync', '--times', '--modify-window=-1', '--sparse', '--no-motd', '--contimeout=3', '--timeout=60', '--quiet', "--password-file=$set{secrets}/$secret", @arguments or exit 127;
  }
  my @lines = grep { !/vanished|link_stat|some files/ } <$says>;
  close $says;
  $log = $lines[-1] if @lines;
  chomp $log;
  return $? >> 8;
}

my @asHere = ('--perms', '--chmod=D755,F644', '--owner', '--group', "--chown=$set{owner}:$set{owner}", "--temp-dir=$inner/tmp");
my @asThere = ('--perms', '--chmod=D755,F644', '--temp-dir=/.spillway/tmp');

sub remove {
  for my $path (@_) {
    unlink "$written/$path";
    # Folders that are empty now go too, but not those that are declared.
    while ($path =~ s{/[^/]*$}{}) { last if grep { $_ eq $path } @{ $set{folder} }; rmdir "$written/$path" or last }
  }
}

# The origin removes what is as it was when it went here. rsync itself cannot be asked to: its daemon refuses (3.2.7).
sub tellGone {
  my ($paths, $alike, $into) = @_;
  return 1 unless @$paths;
  my $list = sprintf '%s-%d', kept('/etc/hostname') =~ s/\s.*//sr, uptime() * 100;
  keep("$state/gone", listText({ map { $_ => $alike->{$_} } @$paths }));
  return rsync('to-origin', @asThere, "$state/gone", "$into.spillway/gone/$list") == 0;
}

sub hearGone {
  my ($here) = @_;
  for my $list (glob "$inner/gone/*") {
    my $gone = within(listOf(kept($list)));
    remove(grep { ($here->{$_} // '') eq $gone->{$_} } keys %$gone);
    unlink $list;
  }
}

# Those of a file that was written here and there at once are kept aside, each under the time at which it lost.
sub setAside {
  my $to = sprintf '%s/conflicts/%d', $state, time;
  for my $path (@_) {
    my $at = "$to/$path";
    system 'mkdir', '-p', '--', $at =~ s{/[^/]*$}{}r;
    rename "$written/$path", $at;
  }
}

sub exchangeWithOrigin {
  my ($isFirst) = @_;
  my $from = "rsync://copies\@$set{origin}/$set{module}/";
  my $code = rsync('read', "$from.spillway/list", "$state/list.fetched");
  return fail("the origin does not answer: $log") if $code != 0;
  my ($epoch, $there) = settled(kept("$state/list.fetched"));
  $there = within($there);
  my ($seen, $alike) = settled(kept("$state/alike"));
  my $here = scan();
  # A machine that began as a copy of another one has written nothing yet: what it has is what that one had.
  ($seen, $alike) = ($epoch, { %$here }) if $isFirst && kept("$inner/epoch") eq $epoch;
  $alike = {} if $seen ne $epoch;
  my $todo = decide($alike, $here, $there, $set{writes} eq 'yes');

  my %held;
  my $allowed = kept("$state/follow");
  for my $what (qw(drop_here drop_there)) {
    my $count = @{ $todo->{$what} };
    next if $isFirst || $allowed ne '' || !isMuch($count, scalar keys %$alike);
    $held{$what} = $todo->{$what};
    $todo->{$what} = [];
  }
  unlink "$state/follow";

  setAside(@{ $todo->{conflict} });
  my $ok = transfer([@{ $todo->{fetch} }, @{ $todo->{conflict} }], 'read', @asHere, $from, "$written/");
  my $into = "rsync://writers\@$set{origin}/$set{module}-in/";
  $ok = transfer($todo->{send}, 'to-origin', @asThere, "$written/", $into) && $ok;
  $ok = tellGone($todo->{drop_there}, $alike, $into) && $ok;
  remove(@{ $todo->{drop_here} });

  # Alike is what the origin's list has as it is here by now. What goes there, or waits for a person, is known until its
  # list says otherwise: that list may be older than what was just done.
  my $now = scan();
  my %next = map { $_ => $there->{$_} } grep { ($now->{$_} // '') eq $there->{$_} } keys %$there;
  for my $path (@{ $todo->{drop_there} }, map { @$_ } values %held) { $next{$path} = $alike->{$path} if defined $alike->{$path} }
  keep("$state/alike", "$epoch\0" . listText(\%next));
  keep("$inner/epoch", $epoch);
  keep("$state/held", join '', map { sprintf "%s %d %d\n", $_, scalar @{ $held{$_} }, scalar keys %$alike } sort keys %held);
  return $ok ? succeed() : fail("not all could be exchanged: $log");
}

# The origin makes the list anew, and hands on at once what is new in it: so a file is on two machines within a second.
my %silentUntil;
sub tellOfOrigin {
  hearGone(scan());
  my $here = scan();
  my $text = kept("$inner/epoch") . "\0" . listText($here);
  my $before = kept("$inner/list");
  my (undef, $had) = settled($before);
  keep("$inner/list", $text) if $text ne $before;
  my @new = grep { ($had->{$_} // '') ne $here->{$_} } sort keys %$here;
  for my $peer (@{ $set{peer} }) {
    next if !@new || ($silentUntil{$peer} // 0) > uptime();
    transfer(\@new, 'from-origin', '--update', @asThere, "$written/", "rsync://origin\@$peer/$set{module}-in/") or $silentUntil{$peer} = uptime() + 30;
  }
  return succeed();
}

# From each machine that is there and has some of it; what is newer here stays.
sub gather {
  for my $peer (@{ $set{peer} }) {
    my $code = rsync('read', '--recursive', '--update', @asHere, (map { "rsync://copies\@$peer/$set{module}/./$_" } @{ $set{folder} }), '--relative', "$written/");
    print "gathered from $peer\n" if $code == 0;
  }
}

sub succeed { keep("$state/last", sprintf "%d\n", time); unlink "$state/failing"; return 1 }
sub fail { keep("$state/failing", "$_[0]\n"); return 0 }

sub alone { my ($what) = @_; open my $lock, '>', "$state/lock" or die "$state/lock: $!\n"; flock $lock, LOCK_EX; my $result = $what->(); close $lock; return $result }
sub exchange { my ($isFirst) = @_; return alone(sub { $isOrigin ? tellOfOrigin() : exchangeWithOrigin($isFirst) }) }

# COMMAND is one of these.
my %commands = (
  # Before the machine serves anybody: what others have, and what a release begins with.
  first => sub {
    my ($begin) = $ARGV[2] // '';
    if ($isOrigin && kept("$inner/epoch") eq '') {
      gather();
      if (!%{ scan() } && -d $begin) { system('cp', '-a', '--no-preserve=ownership', '-T', '--', $begin, $written) == 0 or exit 1; system 'chown', '-R', "$set{owner}:$set{owner}", map { "$written/$_" } @{ $set{folder} } }
      open my $random, '<:raw', '/dev/urandom' or die "/dev/urandom: $!\n";
      read $random, my $bytes, 8;
      keep("$inner/epoch", unpack 'H*', $bytes);
    }
    # Where the origin is lost the others have what it had: a machine more is better than none.
    if (!exchange(1) && !$isOrigin) { gather() }
    keep("$state/first", "done\n");
  },
  once => sub { exchange(0) or do { print STDERR kept("$state/failing"); exit 1 } },
  # A person has seen that many files are gone, and means it; or does not.
  follow => sub { keep("$state/follow", "yes\n"); exchange(0) or exit 1 },
  restore => sub { alone(sub { unlink "$state/alike", "$state/held" }); exchange(0) or exit 1 },
  # What a person should know, a line each; nothing when all is well.
  complaints => sub {
    my ($seconds, $last) = (time - (kept("$state/last") || 0), kept("$state/last"));
    my $patience = 60 + 6 * $set{everyMs} / 1000;
    if ($last ne '' && $seconds > $patience) { my $why = kept("$state/failing") || 'nobody exchanges them'; chomp $why; printf "the files that applications write were exchanged %d s ago: %s\n", $seconds, $why }
    for (split /\n/, kept("$state/held")) {
      my ($what, $count, $all) = split / /;
      printf "%d of %d files are gone %s, and wait for a person to say that this is meant\n", $count, $all, $what eq 'drop_here' ? 'at the origin' : 'here';
    }
  },
  # How it is, for programs: a word and its value a line.
  tell => sub {
    my $here = scan();
    my $bytes = 0;
    $bytes += (split / /)[0] for values %$here;
    printf "files %d\nbytes %d\nlast %s\n", scalar keys %$here, $bytes, kept("$state/last") =~ s/\n//r || '-';
    print map { "held $_\n" } split /\n/, kept("$state/held");
    print 'failing ' . kept("$state/failing") if kept("$state/failing") ne '';
    printf "conflicts %d\n", scalar(() = glob "$state/conflicts/*");
  },
  run => \&run,
);

sub run {
  my $stop = 0;
  $SIG{TERM} = sub { $stop = 1 };
  my $watch = $set{writes} eq 'yes' ? watched() : undef;
  my $every = $set{everyMs} / 1000;
  until ($stop) {
    my $began = uptime();
    eval { exchange(0); 1 } or fail($@ =~ s/\n//gr);
    # At most a fifth of the time goes into exchanges, however many files there are.
    my $rest = 4 * (uptime() - $began);
    pause($rest < 0.2 ? 0.2 : $rest < $every ? $rest : $every) unless $stop;
    next if $stop;
    my $until = $began + $every;
    if (!defined $watch) { pause($until - uptime()); next }
    my $bits = '';
    vec($bits, fileno $watch, 1) = 1;
    my $left = $until - uptime();
    if (select(my $ready = $bits, undef, undef, $left > 0 ? $left : 0) > 0) {
      # Whatever changed is seen by the next scan; its names are not needed. An end means that nobody watches any more.
      my $read = sysread $watch, my $names, 1 << 16;
      if (!$read) { close $watch; $watch = undef }
    }
  }
  # The last word before the machine goes: whoever wrote has ended by now.
  eval { exchange(0) };
}

sub watched {
  my @folders = grep { -d } "$inner/gone", map { "$written/$_" } @{ $set{folder} };
  my $pid = open my $pipe, '-|';
  return undef unless defined $pid;
  return $pipe if $pid;
  open STDERR, '>', '/dev/null';
  exec 'inotifywait', '--monitor', '--recursive', '--quiet', '--format', '.', '--event', 'close_write,moved_to,moved_from,delete', @folders or exit 127;
}

my $do = $commands{ $command // '' } or die "exchange SETTINGS " . join('|', sort keys %commands) . "\n";
system 'mkdir', '-p', '--', $state;
$do->();
`;
