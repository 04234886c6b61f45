/**
 * Lays a release beside the ones that a machine has: a program of Perl that every Debian machine can run, and the words
 * in which it is spoken to. It takes what it can from the machine's other releases by hard links and asks for the rest,
 * so that a release of which three files changed costs three files.
 */
import type { ReleaseFile, ReleaseSpec } from '../model/release.ts';

/**
 * `perl -e PROGRAM FOLDER ID PATH`. PATH is the link to the release in use, if there is one. On its input, each item ended by NUL: the number of files; of each its SHA-256,
 * `755` or `644`, its time, its size, its path; the number of links; of each its path and its target. It prints `there`
 * when the release lies there whole, `laid` when it was laid before and is not used yet, else `wants` and the numbers of the files that it lacks, from 0. These come in
 * that order, each as its size and its bytes. In the end it prints `laid`, and the release is in FOLDER/.ID.laid.
 */
export const layProgram = String.raw`
use strict;
use warnings;
my ($folder, $id, $path) = @ARGV;
binmode STDIN; binmode STDOUT; $| = 1; umask 022;
sub item { local $/ = "\0"; my $read = <STDIN>; die "the release was cut off\n" unless defined $read && chomp $read; return $read }
sub above { my ($at) = @_; my $so = ''; for my $part (split m{/}, $at =~ s{/[^/]*$}{}r) { $so .= "$part/"; mkdir $so, 0755 unless $so eq '/' || -d $so } }
sub isAs { my ($at, $file) = @_; my @is = lstat $at; return @is && -f _ && !-l _ && $is[4] == $> && ($is[2] & 07777) == oct $file->{mode} && $is[7] == $file->{size} && $is[9] == $file->{time} }

my @files = map { my %file; @file{qw(sum mode time size path)} = map { item() } 1 .. 5; \%file } 1 .. item();
my @links = map { [item(), item()] } 1 .. item();
my $wanted = join '', map { "$_->{sum} $_->{mode} $_->{time} $_->{size} $_->{path}\0" } @files;

my $in_use = readlink $path // '';
$in_use =~ s{.*/}{};
my ($staged, $list) = ("$folder/.$id.laid", "$folder/$id.files");
sub known { my ($at) = @_; open my $in, '<:raw', $at or return ''; local $/; return scalar <$in> }

if (known($list) eq $wanted && !grep { !isAs("$folder/$id/$_->{path}", $_) } @files) {
  my %paths = map { $_->{path} => 1 } @files;
  my $strange = 0;
  open my $in, '-|', 'find', "$folder/$id", '-type', 'f', '-printf', '%P\0' or die "find: $!\n";
  { local $/ = "\0"; while (<$in>) { chomp; $strange ||= !$paths{$_} } }
  if (!$strange && !grep { (readlink("$folder/$id/$_->[0]") // '') ne $_->[1] } @links) { print "there\n"; exit 0 }
}

if (known("$staged.files") eq $wanted) { print "laid\n"; exit 0 }

# Of the others stay the one in use, and the two that came last before this one.
my @others = sort { (stat "$folder/$b")[9] <=> (stat "$folder/$a")[9] } grep { $_ ne $id && $_ ne $in_use && -d "$folder/$_" && /^[0-9a-f]+$/ } map { s{.*/}{}r } glob "$folder/*";
for my $old (@others[2 .. $#others]) { system 'rm', '-rf', '--', "$folder/$old", "$folder/$old.files" }
system 'rm', '-rf', '--', $staged, glob "$folder/.*.laid $folder/.*.laid.*";

my %had;
for my $at (glob "$folder/*.files") {
  my ($other) = $at =~ m{([0-9a-f]+)\.files$} or next;
  for (split /\0/, known($at)) { my ($sum, $mode, $time, $size, $name) = split / /, $_, 5; $had{"$sum $mode $time $size"} //= "$folder/$other/$name" }
}
above("$staged/x");
my @lacking;
for my $index (0 .. $#files) {
  my $file = $files[$index];
  my $at = "$staged/$file->{path}";
  above($at);
  my $from = $had{"$file->{sum} $file->{mode} $file->{time} $file->{size}"};
  # One that was changed by hand has another time, and is not taken over.
  next if defined $from && isAs($from, $file) && link $from, $at;
  push @lacking, $index;
}
print "wants @lacking\n";
for my $index (@lacking) {
  my $file = $files[$index];
  my $at = "$staged/$file->{path}";
  my $left = item();
  open my $out, '>:raw', $at or die "$at: $!\n";
  while ($left > 0) {
    my $read = read STDIN, my $piece, $left < 1 << 20 ? $left : 1 << 20;
    die "the release was cut off\n" unless $read;
    print $out $piece or die "$at: $!\n";
    $left -= $read;
  }
  close $out or die "$at: $!\n";
  chmod oct $file->{mode}, $at or die "$at: $!\n";
  utime $file->{time}, $file->{time}, $at or die "$at: $!\n";
}
for my $link (@links) { above("$staged/$link->[0]"); symlink $link->[1], "$staged/$link->[0]" or die "$staged/$link->[0]: $!\n" }
open my $out, '>:raw', "$staged.files" or die "$staged.files: $!\n";
print $out $wanted or die "$staged.files: $!\n";
close $out or die "$staged.files: $!\n";
# What the checks look at: the files that the release in use does not have alike.
my %alike = map { my ($sum, undef, undef, undef, $name) = split / /, $_, 5; ("$sum $name" => 1) } split /\0/, $in_use eq '' ? '' : known("$folder/$in_use.files");
open my $new, '>:raw', "$staged.changed" or die "$staged.changed: $!\n";
print $new map { "$_->{path}\0" } grep { !$alike{"$_->{sum} $_->{path}"} } @files;
close $new or die "$staged.changed: $!\n";
print "laid\n";
`.trim();

/** What the program is told of a release. */
export function layOrder({ release, links }: ReleaseSpec): Buffer {
  const items = [
    ...[release.files.length, ...release.files.flatMap(itemsOf)],
    ...[links.length, ...links.flatMap(({ path, target }) => [path, target])],
  ];
  return Buffer.from(items.map((item) => `${item}\0`).join(''), 'utf8');
}

function itemsOf({ sha256, isExecutable, modifiedAtS, bytes, path }: ReleaseFile): readonly (string | number)[] {
  return [sha256, isExecutable ? '755' : '644', modifiedAtS, bytes, path];
}

/** The files that it lacks, from the first line of its answer; undefined when it lacks none. */
export function lackingIn(answer: string, { release }: ReleaseSpec): readonly ReleaseFile[] | undefined {
  if (answer === 'there' || answer === 'laid') return undefined;
  const [word, ...numbers] = answer.trim().split(' ');
  if (word !== 'wants') throw new Error(`a machine that is given a release says: ${answer.slice(0, 200)}`);
  return numbers.map((number) => {
    const file = release.files[Number(number)];
    if (file === undefined) throw new Error(`a machine wants file ${number} of a release of ${release.files.length}`);
    return file;
  });
}

/** Shell text: asks the checks about the release that was laid, once; one that they refuse does not stay. */
export function checkScript(
  { folder, release: { id }, checks }: ReleaseSpec,
  quote: (text: string) => string,
): string[] {
  const laid = quote(`${folder}/.${id}.laid`);
  return [
    `if [ -d ${laid} ] && ! [ -e ${laid}.checked ]; then`,
    `  set -- ${laid} ${laid}.changed`,
    ...checks.map((check) => `  (\n${check.trimEnd()}\n  ) </dev/null || { rm -rf ${laid} ${laid}.*; exit 1; }`),
    `  : >${laid}.checked`,
    'fi',
  ];
}

/** Shell text: the release that was laid becomes the one in use, in an instant. */
export function switchScript(
  { folder, release: { id }, path }: ReleaseSpec,
  quote: (text: string) => string,
): string[] {
  const at = (name: string) => quote(`${folder}/${name}`);
  return [
    `if [ -d ${at(`.${id}.laid`)} ]; then`,
    `  rm -rf ${at(`.${id}.damaged`)}; if [ -e ${at(id)} ]; then mv -T ${at(id)} ${at(`.${id}.damaged`)}; fi`,
    `  mv -T ${at(`.${id}.laid`)} ${at(id)}; mv -fT ${at(`.${id}.laid.files`)} ${at(`${id}.files`)}`,
    `  rm -rf ${at(`.${id}.damaged`)} ${at(`.${id}.laid.changed`)} ${at(`.${id}.laid.checked`)}`,
    'fi',
    `[ -d ${at(id)} ] || { echo ${quote(`the release ${id} does not lie there`)} >&2; exit 1; }`,
    // Something that nobody released may stand where the link is to be: it is kept beside.
    `if [ -e ${quote(path)} ] && ! [ -L ${quote(path)} ]; then mv -T ${quote(path)} ${quote(`${path}.before-spillway`)}; fi`,
    `ln -sfnT ${at(id)} ${quote(`${path}.spillway-new`)} && mv -fT ${quote(`${path}.spillway-new`)} ${quote(path)}`,
  ];
}
