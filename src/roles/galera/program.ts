/**
 * The program on each node and arbiter: what it knows of itself it tells the others
 * over HTTP, and what follows from what they tell it does. It is Perl, which every
 * Debian has: a shell would start some processes for each of the balancers' checks.
 *
 * It decides alone, by one rule that is the same everywhere (`verdict`), because a
 * cluster must also come back when its machines were without power and nobody runs
 * Spillway. docs/decisions/0021-galera.md says why the rule is safe.
 */
import { statePort } from './door.ts';

export const programPath = '/usr/local/lib/spillway/galera-node';
/** Who belongs to the cluster: a kind, a name and an address a line, in the order of preference. */
export const nodesPath = '/etc/spillway/galera.nodes';
/** What a running server has read; the program compares it with what it should. */
export const runFolder = '/run/spillway-galera';

/** What a server reads when it starts, and only then. */
export const settingsPaths = [
  '/etc/mysql/mariadb.conf.d/90-spillway.cnf',
  '/etc/systemd/system/mariadb.service.d/spillway.conf',
];

export const program = String.raw`#!/usr/bin/perl
# What a node of a Galera cluster, or an arbiter of it, knows of itself and of the
# others, and what follows from that.
#
#   galera-node serve NAME       tells how this node is; mends a cluster that has no quorum left
#   galera-node start NAME       begins the cluster or joins it, whichever is right, as mariadbd
#   galera-node turn NAME        lets the server read its settings, one node after the other
#   galera-node arbitrate NAME   runs garbd while there is something to vote for
#   galera-node verdict NAME     what follows from the answers on its input: for tests
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use IPC::Open2;
use POSIX qw(WNOHANG);
use Time::HiRes qw(sleep time);

my $port = ${statePort};
my $run = '${runFolder}';
my @settings = qw(${settingsPaths.join(' ')});

# Chosen: below the second for which a balancer waits. A server that lives answers in milliseconds, and a busy one within this.
my $patience_s = 0.8;
# Chosen: networks that come back and nodes that find one another again take less.
my $settled_s = 5;
# Chosen: more than Spillway itself writes into a new cluster, and less than any application soon does.
my $young = 500;
# Chosen: longer than a program takes to start again.
my $mute_s = 10;
# Chosen: three times what a node takes that finds back by itself.
my $lost_s = 15;
# Chosen: longer than any machine takes to boot; then systemd begins anew, and whoever started it hears why.
my $most_s = 120;

my ($mode, $me) = @ARGV;
die "usage: galera-node serve|start|turn|arbitrate|verdict NAME\n" unless defined $me;
$| = 1;
$SIG{PIPE} = 'IGNORE';

my ($self, @data, @arbiters);
read_nodes();
die "$me is not in ${nodesPath}\n" unless $self;

# Read again before others are asked: who joins the cluster later is no reason to start anew.
sub read_nodes {
  my @found;
  for (split /\n/, slurp($ENV{GALERA_NODES} // '${nodesPath}') // '') {
    my ($kind, $name, $ip) = split ' ';
    push @found, { kind => $kind, name => $name, ip => $ip } if defined $ip;
  }
  ($self) = grep { $$_{name} eq $me } @found;
  @data = grep { $$_{kind} eq 'data' } @found;
  @arbiters = grep { $$_{kind} eq 'arbiter' } @found;
}

sub slurp {
  my ($path) = @_;
  open my $file, '<', $path or return undef;
  local $/;
  return scalar <$file>;
}

sub write_file {
  my ($path, $text) = @_;
  open my $file, '>', "$path.new" or return;
  print $file $text;
  close $file;
  rename "$path.new", $path;
}

# ----- the rule

# What a node does that has no cluster, from what each says of itself: join, bootstrap, or wait and why.
# Only when all that hold data have answered can the one be known that has most; each comes to the same answer.
sub verdict {
  my ($name, $said) = @_;
  my $of = sub { my ($one, $key) = @_; return $$said{$one} ? $$said{$one}{$key} // '' : '' };
  my @names = map { $$_{name} } @data;
  my $mine = $of->($name, 'uuid');

  my @primary = grep { $of->($_, 'is') eq 'primary' } @names;
  if (@primary) {
    my $theirs = $of->($primary[0], 'uuid');
    return ('wait', "this server is of no cluster, and holds databases: to join $primary[0] would lose them. If none of them is needed, drop them by hand")
      if $of->($name, 'has') eq 'alone';
    return ('wait', "this server is of the cluster $mine, and $primary[0] of $theirs: to join would lose what only this one has. If none of it is needed, remove /var/lib/mysql/grastate.dat")
      if $mine ne '-' && $mine ne '' && $theirs ne '' && $mine ne $theirs;
    return ('join', "joins $primary[0]");
  }

  my @mute = grep { !$$said{$_} } @names;
  return ('wait', listed(@mute) . ' must answer before the node can be known that has most') if @mute;
  my @busy = grep { $of->($_, 'is') ne 'waits' && $of->($_, 'is') ne 'parted' } @names;
  return ('wait', join(', ', map { "on $_ MariaDB is " . $of->($_, 'is') } @busy)) if @busy;

  my @of_cluster = grep { $of->($_, 'uuid') ne '-' } @names;
  my %uuids = map { $of->($_, 'uuid') => 1 } @of_cluster;
  return ('wait', 'these are of different clusters: ' . join(', ', map { "$_ of " . $of->($_, 'uuid') } @of_cluster) . '. Which one is right, only a person can say')
    if keys %uuids > 1;

  my $first;
  if (@of_cluster) {
    for (@of_cluster) { $first = $_ if !defined $first || $of->($_, 'seqno') > $of->($first, 'seqno') }
  } else {
    my @alone = grep { $of->($_, 'has') eq 'alone' } @names;
    my @torn = grep { $of->($_, 'has') eq 'torn' } @names;
    return ('wait', listed(@alone, @torn) . ' hold databases, and no node knows which are right. Drop by hand those that are not needed')
      if @torn || @alone > 1;
    $first = @alone ? $alone[0] : $names[0];
  }
  return ('wait', "$first begins the cluster: it has most") if $first ne $name;

  # Their vote is for a cluster that is no more, and would be against the new one.
  my @voting = grep { $of->($_, 'is') eq 'votes' } map { $$_{name} } @arbiters;
  return ('wait', listed(@voting) . ' must give up its vote for the old cluster first') if @voting;
  return ('bootstrap', @of_cluster ? 'begins the cluster at ' . $of->($name, 'seqno') . ': no other node has more' : 'begins a new cluster: no node has any data');
}

sub listed { return join ', ', @_ }

sub verdict_of_input {
  my %said;
  while (<STDIN>) {
    my ($name, @fields) = split ' ';
    $said{$name} = { map { split /=/, $_, 2 } @fields } if @fields;
  }
  print join(' ', verdict($me, \%said)), "\n";
}

# ----- asking the others

# By name, what each said; nothing of those that did not answer in time.
sub look {
  my ($within_s, @whom) = @_;
  my $until = time + $within_s;
  my (%open, %said);
  for my $node (@whom) {
    my $socket = IO::Socket::INET->new(PeerAddr => $$node{ip}, PeerPort => $port, Proto => 'tcp', Blocking => 0) or next;
    $open{fileno $socket} = { socket => $socket, name => $$node{name}, asked => 0, got => '' };
  }
  while (%open && (my $left_s = $until - time) > 0) {
    my $readers = IO::Select->new(map { $$_{socket} } grep { $$_{asked} } values %open);
    my $writers = IO::Select->new(map { $$_{socket} } grep { !$$_{asked} } values %open);
    my ($readable, $writable) = IO::Select::select($readers, $writers, undef, $left_s);
    for (@{ $writable // [] }) {
      my $one = $open{fileno $_};
      if ($_->connected && $_->syswrite("GET /state HTTP/1.0\r\n\r\n")) { $$one{asked} = 1 } else { delete $open{fileno $_} }
    }
    for (@{ $readable // [] }) {
      my $one = $open{fileno $_};
      next if sysread $_, $$one{got}, 4096, length $$one{got};
      my (undef, $body) = split /\r\n\r\n/, $$one{got}, 2;
      $said{$$one{name}} = { map { split /=/, $_, 2 } split ' ', $body } if defined $body;
      delete $open{fileno $_};
    }
  }
  return \%said;
}

sub others { return grep { $$_{name} ne $me } @_ }

# ----- telling the others

sub answer_on {
  my ($answer, $tick) = @_;
  # With systemd's socket nobody who asks meets a closed door while this program starts again.
  my $door = $ENV{LISTEN_FDS}
    ? IO::Socket::INET->new_from_fd(3, 'r')
    : IO::Socket::INET->new(LocalAddr => $$self{ip}, LocalPort => $port, Proto => 'tcp', Listen => 64, ReuseAddr => 1);
  die "cannot listen on $$self{ip}:$port: $!\n" unless $door;
  my $callers = IO::Select->new($door);
  while (1) {
    for my $caller ($callers->can_read(0.25)) {
      if ($caller == $door) {
        my $new = $door->accept or next;
        $new->blocking(0);
        $callers->add($new);
        next;
      }
      my $asked = '';
      my $path = sysread($caller, $asked, 4096) && $asked =~ m{^GET (\S+) } ? $1 : '';
      if ($path ne '') {
        my ($code, $body) = $answer->($path);
        syswrite $caller, "HTTP/1.0 $code\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n$body\n";
      }
      $callers->remove($caller);
      close $caller;
    }
    $tick->();
  }
}

# ----- this node

my ($client, $to_client, $from_client, %seen, $is_asked, $is_late, $got);
my $seen_at = 0;

# The server's own words, over a session that is kept; nothing when it does not answer. Of a question that is given up
# the server keeps a thread: so that one is waited for, and nothing else asked meanwhile.
sub server {
  return \%seen if time - $seen_at < 0.1;
  %seen = ();
  if (!$client) {
    # To knock costs less than a client that finds nobody.
    return \%seen unless IO::Socket::UNIX->new(Peer => '/run/mysqld/mysqld.sock');
    $client = open2($from_client, $to_client, 'exec mariadb --user=mysql --batch --skip-column-names --unbuffered --connect-timeout=1 2>/dev/null');
    $to_client->autoflush(1);
    $is_asked = 0;
  }
  my $until = time + $patience_s;
  my $ready = IO::Select->new($from_client);
  while ((my $left_s = $until - time) > 0) {
    if (!$is_asked) {
      ($is_asked, $is_late, $got) = (1, 0, '');
      print $to_client "show global status like 'wsrep%';\nshow global variables like 'wsrep_node_name';\n";
    }
    last unless $ready->can_read($left_s);
    if (!sysread $from_client, $got, 65536, length $got) {
      kill 'KILL', $client;
      waitpid $client, 0;
      close $_ for $from_client, $to_client;
      undef $client;
      last;
    }
    next unless $got =~ /^wsrep_node_name\t.*\n/m;
    $is_asked = 0;
    # What comes too late is of before.
    next if $is_late;
    %seen = map { split /\t/, $_, 2 } split /\n/, $got;
    last;
  }
  $is_late = 1 if !%seen;
  $seen_at = time;
  return \%seen;
}

sub is_running {
  for (glob '/proc/[0-9]*/comm') { return 1 if (slurp($_) // '') eq "mariadbd\n" }
  return 0;
}

# The settings as they are on disk: a server that has read others should read them.
sub settings { return join '', map { slurp($_) // '' } @settings }

sub state {
  my $server = server();
  if (%$server) {
    my $is = ($$server{wsrep_cluster_status} // '') eq 'Primary' && ($$server{wsrep_connected} // '') eq 'ON' ? 'primary' : 'parted';
    my $stale = settings() eq (slurp("$run/read") // '') ? 'no' : 'yes';
    return {
      is => $is,
      uuid => $$server{$is eq 'primary' ? 'wsrep_cluster_state_uuid' : 'wsrep_local_state_uuid'} // '-',
      seqno => $$server{wsrep_last_committed} // -1,
      local => lc(($$server{wsrep_local_state_comment} // 'unknown') =~ s/\W.*//r),
      ready => lc($$server{wsrep_ready} // 'off'),
      votes => $$server{wsrep_cluster_size} // 0,
      stale => $stale,
    };
  }
  my ($pid, @waits) = split ' ', slurp("$run/waits") // '';
  return { map { split /=/, $_, 2 } @waits } if $pid && -e "/proc/$pid";
  return { is => is_running() ? 'starting' : 'stopped' };
}

# A donor by mariadb-backup goes on serving; whoever is joining does not yet.
sub takes_writes {
  my ($state) = @_;
  return (0, $$state{is}) unless $$state{is} eq 'primary';
  return (0, "is $$state{local}") unless $$state{local} eq 'synced' || $$state{local} eq 'donor';
  return (0, 'is not ready') unless $$state{ready} eq 'on';
  return (1, $$state{local});
}

sub told { my ($state) = @_; return join ' ', map { "$_=$$state{$_}" } sort keys %$state }

sub serve {
  my ($looked_at, $parted_since, $mending) = (0);
  answer_on(
    sub {
      my ($path) = @_;
      my $state = state();
      return ('200 OK', told($state)) if $path eq '/state';
      my ($takes, $why) = takes_writes($state);
      return $takes ? ('200 OK', $why) : ('503 Not for writes', $why);
    },
    sub {
      undef $mending if $mending && waitpid($mending, WNOHANG) != 0;
      return if time - $looked_at < 1;
      $looked_at = time;
      my $state = state();
      $parted_since = $$state{is} eq 'parted' ? $parted_since // time : undef;
      return if $mending || !defined $parted_since || time - $parted_since < $settled_s;
      # Asking takes as long as the slowest answers, and balancers are not to wait for that.
      $mending = fork // return;
      return if $mending;
      mend($state, time - $parted_since);
      POSIX::_exit(0);
    },
  );
}

# A node that lives and is in no majority. Usually the others are on their way back to it, or it to them.
sub mend {
  my ($state, $for_s) = @_;
  # Galera gave up by itself, and does not connect again.
  return begin_anew('this node has left its cluster') if $$state{votes} == 0;
  read_nodes();
  my $why;
  for (1 .. 3) {
    my $said = look(1, others(@data), @arbiters);
    $$said{$me} = $state;
    (my $do, $why) = verdict($me, $said);
    return begin_anew("this node does not find back to its cluster ($why)") if $do eq 'join' && $for_s > $lost_s;
    return if $do ne 'bootstrap';
    sleep 0.5;
  }
  # All others that hold data have come back, and none has more.
  print STDERR "$why\n";
  system 'mariadb', '--user=mysql', '-e', "set global wsrep_provider_options = 'pc.bootstrap=YES'";
}

# systemd starts it again, and then it joins like any other.
sub begin_anew {
  my ($why) = @_;
  my ($pid) = (slurp('/run/mysqld/mysqld.pid') // '') =~ /^(\d+)/ or return;
  print STDERR "$why, and begins anew\n";
  kill 'TERM', $pid;
  sleep 10;
}

# ----- starting the server

# Where this node was: grastate.dat knows it after a clean stop, else InnoDB does.
sub position {
  my $recovered = readpipe '/usr/bin/galera_recovery';
  die "the position of this node cannot be found out\n" if $?;
  my ($uuid, $seqno) = $recovered =~ /--wsrep_start_position=([0-9a-f-]{36}):(-?\d+)/ ? ($1, $2) : ('', -1);
  my $kept = slurp('/var/lib/mysql/grastate.dat');
  my ($kept_uuid) = ($kept // '') =~ /^uuid:\s*(\S+)/m;
  my $none = qr/^[0-]*$/;
  my @databases = grep { -d $_ && !m{/(mysql|sys|performance_schema|test|#.*|lost\+found)$} } glob '/var/lib/mysql/*';
  return ($uuid, $seqno, 'cluster') if $uuid !~ $none && ($kept_uuid // $uuid) !~ $none;
  return ('-', -1, !@databases ? 'nothing' : defined $kept ? 'torn' : 'alone');
}

sub start {
  write_file("$run/waits", "$$ is=starting\n");
  my ($uuid, $seqno, $has) = position();
  my $state = { is => 'waits', uuid => $uuid, seqno => $seqno, has => $has };
  write_file("$run/waits", "$$ " . told($state) . "\n");
  my ($until, $last) = (time + $most_s, '');
  while (time < $until) {
    read_nodes();
    my $said = look(1, others(@data), @arbiters);
    $$said{$me} = $state;
    my ($do, $why) = verdict($me, $said);
    print STDERR "$why\n" if $why ne $last;
    $last = $why;
    if ($do ne 'wait') {
      write_file("$run/read", settings());
      unlink "$run/waits";
      become_server($state, $do eq 'bootstrap', $said);
    }
    sleep 0.3;
  }
  unlink "$run/waits";
  die "gave up for now: $last\n";
}

sub become_server {
  my ($state, $bootstraps, $said) = @_;
  my @flags = split ' ', $ENV{MYSQLD_OPTS} // '';
  push @flags, "--wsrep_start_position=$$state{uuid}:$$state{seqno}" if $$state{uuid} ne '-';
  # A donor by rsync stands still, but for an instant when it holds nothing yet; Debian's script for
  # mariadb-backup sleeps for ten seconds each time.
  my @young = grep { $$_{is} eq 'primary' && $$_{seqno} < $young } values %$said;
  push @flags, '--wsrep_sst_method=rsync' if @young && $$state{has} eq 'nothing';
  if ($bootstraps) {
    push @flags, '--wsrep-new-cluster';
    # MariaDB knows only of this node that it was not the last to stop; the rule knows all of them.
    my $kept = slurp('/var/lib/mysql/grastate.dat');
    write_file('/var/lib/mysql/grastate.dat', $kept) if defined $kept && $kept =~ s/^safe_to_bootstrap:.*$/safe_to_bootstrap: 1/m;
  }
  exec '/usr/sbin/mariadbd', @flags or die "mariadbd does not start: $!\n";
}

# ----- settings that a server reads when it starts

# Restarted one after the other, by number, so that the others serve meanwhile.
sub turn {
  my ($began, $why) = (time, '');
  while (time - $began < 2 * $most_s) {
    my $own = look(1, $self)->{$me};
    return if $own && ($$own{stale} // '') eq 'no';
    my $said = look(1, others(@data));
    my @waited_for;
    my $is_earlier = 1;
    for my $name (map { $$_{name} } @data) {
      $is_earlier = 0 if $name eq $me;
      next if $name eq $me;
      my $one = $$said{$name};
      # Who says nothing may only have been told to read something itself; who is gone is not waited for.
      push @waited_for, $name
        if $one ? $$one{is} ne 'primary' || $$one{local} ne 'synced' || ($is_earlier && $$one{stale} eq 'yes') : time - $began < $mute_s;
    }
    # Where nobody serves there is nobody to wait for.
    if (@waited_for && (!%$said || grep { $$_{is} eq 'primary' } values %$said)) {
      $why = 'waits for ' . listed(@waited_for);
      sleep 0.5;
      next;
    }
    system('systemctl daemon-reload; systemctl restart mariadb.service') == 0 or die "mariadb.service does not start again\n";
  }
  die "the server still has its old settings: it $why\n";
}

# ----- an arbiter

# Arbiters alone would go on being a cluster, in which no data is: they vote while a node with data does.
sub arbitrate {
  my ($garbd, $alone_since);
  my $end = sub {
    return unless $garbd;
    kill 'INT', $garbd;
    for (1 .. 50) { last if waitpid($garbd, WNOHANG) != 0; sleep 0.1 }
    kill 'KILL', $garbd;
    undef $garbd;
  };
  $SIG{TERM} = sub { $end->(); exit 0 };
  my $asked_at = 0;
  answer_on(
    sub { return ('200 OK', 'is=' . ($garbd ? 'votes' : 'idle')) },
    sub {
      undef $garbd if $garbd && waitpid($garbd, WNOHANG) != 0;
      return if time - $asked_at < 0.5;
      read_nodes();
      my $said = look(0.5, @data);
      $asked_at = time;
      my @is = map { $$said{$$_{name}}{is} // '' } @data;
      if (grep { $_ eq 'primary' } @is) {
        undef $alone_since;
        return if $garbd;
        $garbd = fork // return;
        return if $garbd;
        my $nodes = join ',', map { "$$_{ip}:4567" } @data;
        exec '/usr/bin/garbd', '--name', $me, '--address', "gcomm://$nodes", '--group', $ENV{GALERA_GROUP}, '--options', $ENV{GALERA_OPTIONS}
          or POSIX::_exit(1);
      }
      # Only when all say that they are in no cluster: of one that does not answer nobody knows.
      my $gone = !grep { !/^(waits|parted|stopped)$/ } @is;
      $alone_since = $gone ? $alone_since // time : undef;
      return unless $garbd && defined $alone_since && time - $alone_since > 2;
      print STDERR "no node is in a cluster any more, so there is nothing to vote for\n";
      $end->();
    },
  );
}

my %modes = (serve => \&serve, start => \&start, turn => \&turn, arbitrate => \&arbitrate, verdict => \&verdict_of_input);
($modes{$mode} or die "there is no $mode\n")->();
`;
