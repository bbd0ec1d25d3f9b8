//! The programs of the shell that walk over the filesystems of a host: where to begin, out of whose way to go, whose
//! files they are, and how many. They know find(1), mounts and accounts, and no rules.

/// How many files of a kind the host tells by name; all are counted.
const MOST: usize = 500;

/// Filesystems that lie on other machines, or that hold no files of anybody's, as an expression of awk.
const OTHERS: &str = "nfs|nfs4|cifs|smb3|smbfs|9p|afs|ceph|glusterfs|lustre|gfs2|ocfs2|autofs|proc|sysfs|cgroup|\
cgroup2|devpts|devtmpfs|mqueue|hugetlbfs|securityfs|debugfs|tracefs|configfs|fusectl|bpf|pstore|efivarfs|\
binfmt_misc|rpc_pipefs|nfsd|nsfs|selinuxfs|squashfs|iso9660|fuse|fuse[.].*";

/// Those that may wait for ever for a server that is gone, or mount something when they are looked at.
const FAR: &str =
    "nfs|nfs4|cifs|smb3|smbfs|9p|afs|ceph|glusterfs|lustre|gfs2|ocfs2|autofs|fuse|fuse[.].*";

/// What containers keep, and what is mounted there, is theirs.
const THEIRS: [&str; 8] = [
    "/var/lib/docker",
    "/var/lib/containers",
    "/var/lib/containerd",
    "/var/lib/kubelet",
    "/var/lib/rancher/[^/]*/agent/containerd",
    "/run/containerd",
    "/run/containers",
    "/run/k3s/containerd",
];

/// Where to begin, and what is in the way, from mountinfo of proc(5), one `<word> <path>` a line. What another mount
/// hides is not there for anybody: a mount is seen when the way to its path, from mount to mount, ends at it. A
/// filesystem that is mounted whole is walked once, of another every part. In the way are those of other machines, and
/// what shows once more what is walked already: where find(1) would go into it, because it hangs in its own
/// filesystem. Where one that is walked lies below what is in the way, it is `below`, and what is above it is `late`;
/// all others are `root` and `early`. Those of btrfs, which are `parts` too, are never whole: a subvolume is to find(1)
/// another filesystem, and need not be mounted to be seen.
const PLAN: &str = r#"plan=$(awk -v others="^($others)$" -v far="^($far)$" -v theirs="^($theirs)(/|$)" '
function above(p, q) { return p == q || p == "/" || index(q, p "/") == 1 }
function seen(id,   at, names, k, i, p) {
  at = top; k = split(path[id], names, "/")
  for (i = 2; i <= k; i++) { p = p "/" names[i]; while ((at, p) in on) at = on[at, p] }
  return at == id }
{ order[++n] = $1; within[$1] = $2; device[$1] = $3; root[$1] = $4; path[$1] = $5
  if ($1 != $2) on[$2, $5] = $1
  for (i = 7; i < NF; i++) if ($i == "-") { type[$1] = $(i + 1); break } }
END {
  for (i = n; i > 0; i--) { m = order[i]; if (path[m] == "/" && (within[m] == m || !(within[m] in path))) top = m }
  while ((top, "/") in on) top = on[top, "/"]
  for (i = 1; i <= n; i++) { m = order[i]; t = type[m]; if (path[m] ~ theirs || !seen(m)) continue
    if (t ~ far && path[m] != "/") away[++a] = path[m]
    if (t ~ others) continue
    ours[++o] = m; if (root[m] == "/" && t != "btrfs" && !(device[m] in whole)) whole[device[m]] = m }
  for (i = 1; i <= o; i++) { m = ours[i]; d = device[m]
    if (d in whole ? whole[d] == m : !((d, root[m]) in part)) { part[d, root[m]] = 1; walked[++w] = path[m]; parts[w] = type[m] == "btrfs" }
    else if (path[m] != "/" && device[within[m]] == d) away[++a] = path[m] }
  for (i = 1; i <= a; i++) for (j = 1; j <= w; j++) if (above(away[i], walked[j])) { late[i]; below[j] }
  for (i = 1; i <= a; i++) print (i in late ? "late" : "early"), away[i]
  for (j = w; j > 0; j--) { print (j in below ? "below" : "root"), walked[j]; if (parts[j]) print "parts", walked[j] } }' /proc/self/mountinfo)
case $plan in *root\ /*|*below\ /*) ;; *) echo 'no filesystem to walk' >&2; exit 3 ;; esac
"#;

/// find(1) asks every folder that it meets which filesystem it is, and one of another machine may never answer. What
/// is mounted a second time is a loop to it where it lies within itself. So it runs in a mount namespace of its own
/// (unshare(1)), in which those are not there; the host does not notice. Files come and go while we walk, but where we
/// begin must be there: in a filesystem that is not walked nothing would be wrong. Where btrfs has subvolumes, known by
/// the number of their first folder, each is walked once; snapshots as snapper(8) keeps them are not.
const APART: &str = r#"apart() {
  space='unshare -m'
  case $plan in *early\ *|*late\ *) $space true 2>/dev/null || space= ;; *) space= ;; esac
  $space /bin/sh -c 'space=$1 plan=$2 code=0; shift 2; set -f
    IFS="
"
    all() { printf "%s\n" "$plan" | while IFS=" " read -r word path; do [ "$word" != "$1" ] || printf "%s\n" "$path"; done; }
    take_away() { [ -z "$space" ] || for m in $(all "$1"); do m=$(printf %b "$m"); umount -i -c -l "$m" || umount -l "$m"; done 2>/dev/null; }
    subvolumes() {
      devices=" " new=$(all parts)
      while [ -n "$new" ]; do
        set --; for r in $new; do set -- "$@" "$(printf %b "$r")"; done
        devices="$devices$(stat -c %d -- "$@" | tr "
" " ")" new=
        found=$(find "$@" -xdev -name .snapshots -prune -o -type d -inum 256 -exec stat -c "%d %n" -- {} +)
        while IFS=" " read -r device path; do
          case "$devices" in *" $device "*) continue ;; esac
          devices="$devices$device " new="$new
$path" plan="$plan
root $path"
        done <<END
$found
END
      done; }
    walk() {
      begin=$(all "$1"); shift; [ -n "$begin" ] || return 0
      for r in $begin; do
        r=$(printf %b "$r"); set -- "$r" "$@"; printf "root\t%s\000" "$r"
        [ -e "$r" ] || printf "%s is mounted, but cannot be reached\n" "$r" >&2
      done
      find "$@" || code=$?; }
    take_away early; subvolumes; walk below "$@"
    take_away late; walk root "$@"
    exit "$code"' sh "$space" "$plan" "$@"; }
"#;

/// Tests that hold for what belongs to accounts and groups of this machine. find(1) asks the name service about every
/// single file for `-nouser`, which takes most of the time of a walk; numbers are compared at once. There may be
/// thousands of accounts: the first are enough to make it quick, the others are looked up below.
pub(super) const OWNED: &str = r#"owned() {
  awk -F: -v test="$2" -v most="$most" '
    $3 ~ /^[0-9]+$/ && length($3) < 11 && !($3 in seen) && n < most { seen[$3]; n++; printf "%s -%s %s", (n > 1 ? " -o" : ""), test, $3 }
    END { if (!n) printf "-false" }' "$1"; }
uids=$(owned /etc/passwd uid) gids=$(owned /etc/group gid)
getent passwd 0 >/dev/null || { echo 'getent does not know root, so owners cannot be told' >&2; exit 3; }
"#;

/// Names end with a NUL, so that none can look like two. Where one filesystem is mounted in another, find(1) meets the
/// same folder from both, and a file to which a link leads also from where it lies. Owners that are not of this
/// machine's files are looked up once each: another name service may know them.
const COUNT: &str = r#"tr '\n\000' '?\n' | awk -F'\t' -v OFS='\t' -v most="$most" '
function name(base, id,   command, line, parts) {
  if (!((base, id) in names)) {
    command = "getent " base " " id; names[base, id] = ""
    if ((command | getline line) > 0) { split(line, parts, ":"); names[base, id] = parts[1] }
    close(command)
  }
  return names[base, id] }
$1 == "exit" { print; next }
$1 == "root" { begins[$2]; print; next }
$1 == "twice" { begins[$2]; next }
($5 in begins) && met[$1, $5]++ { next }
$1 == "unowned" {
  user = name("passwd", $3); group = name("group", $4)
  if (user != "" && group != "") next
  if (user != "") $3 = user
  if (group != "") $4 = group }
{ n[$1]++; if (n[$1] <= most) print }
END { for (k in n) print "count\t" k "\t" n[k] }'"#;

/// The walk over everything that is mounted from this machine, with tests of find(1).
pub(super) fn everywhere(owned: &str, tests: &str) -> String {
    let theirs = THEIRS.join("|");
    format!(
        "others='{OTHERS}' far='{FAR}' theirs='{theirs}' most={MOST}\n{owned}{PLAN}{APART}\
         {{ apart -xdev {} -o \\( {tests} \\)\n\
         printf 'exit\\t%s\\000' \"$?\"; }} | {COUNT}",
        left_out(),
    )
}

/// Some folders that there are, each once and where it really is, and the files that links in them lead to, which may
/// lie further down in the same folders.
const OVER: &str = r#"set -f
set --
for d in $folders; do
  d=$(cd -P -- "$d" 2>/dev/null && pwd -P) || continue
  case "$known" in *"|$d|"*) ;; *) known="$known|$d|"; set -- "$@" "$d" ;; esac
done
[ $# -gt 0 ] || { echo 'no such folder' >&2; exit 3; }
over() {
  printf 'root\t%s\000' "$@"
  linked=$(find "$@" -xdev -type l -xtype f -exec readlink -f -- {} + | sort -u)
  IFS='
'
  set -- "$@" $(for f in $linked; do case "$known" in *"|${f%/*}|"*) ;; *) printf '%s\n' "$f" ;; esac; done)
  unset IFS
  printf 'twice\t%s\000' "$@"
  find "$@" -xdev \( "#;

/// The walk over those of some folders that there are.
pub(super) fn over(folders: &str, tests: &str) -> String {
    format!(
        "folders='{folders}' known= most={MOST}\n{OVER}{tests} \\)\n\
         printf 'exit\\t%s\\000' \"$?\"; }}\nover \"$@\" | {COUNT}",
    )
}

/// What find(1) does not go into.
pub(super) fn left_out() -> String {
    let paths = THEIRS.map(|path| format!("-path '{path}'"));
    format!("-type d \\( {} \\) -prune", paths.join(" -o "))
}
