//! Compiles frames into the one POSIX shell program of a scan.
//!
//! It must run under dash, bash and busybox ash, in any locale, with any PATH. Every frame stands
//! between lines that carry a nonce of the scan, so what a frame holds cannot be taken for a frame.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use super::{FrameSpec, Way, quote};

/// 128 random bits in hexadecimal digits, new for each scan. Keeps content and frames apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// A nonce of random bits.
    pub fn new(bits: u128) -> Self {
        Self(format!("{bits:032x}"))
    }

    /// What every line of the frame syntax begins with.
    pub fn marker(&self) -> String {
        format!("@{}", self.0)
    }
}

/// What one frame may print: more makes the rules that need it ERROR.
pub(super) const FRAME_LIMIT: usize = 1024 * 1024;

/// The same for lists of people, of whom a host may have tens of thousands: what they are and what sudo allows them.
const PEOPLE_LIMIT: usize = 8 * FRAME_LIMIT;

/// What the frame of this key may print.
pub(crate) fn limit_of(key: &str) -> usize {
    match key {
        "accounts" | "sudoers" => PEOPLE_LIMIT,
        _ => FRAME_LIMIT,
    }
}

/// What the frames of the group may print together; more, and they are run one by one.
const GROUP_LIMIT: usize = 8 * FRAME_LIMIT;

/// A group of as many frames is run in two parts.
const WORTH_TWO: usize = 16;

/// How long the group may take, in seconds; longer, and its frames are run one by one.
pub(super) const GROUP_SECONDS: u64 = 20;

/// What one frame may say on standard error; more is cut.
const STDERR_LIMIT: usize = 4096;

/// A compiled program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The text for standard input of `/bin/sh`.
    pub text: String,
    /// How many frames it prints, the canary included.
    pub frames: usize,
}

/// The first look: who are we, what is this. Ends the program with 70 where os-release is missing.
const CANARY: &str = r#"
printf 'uid=%s\nkernel=%s\nmachine=%s\nhostname=%s\nepoch=%s\n' \
  "$(id -u)" "$(uname -r)" "$(uname -m)" "$(uname -n)" "$(date +%s)"
for f in /etc/os-release /usr/lib/os-release; do
  if [ -r "$f" ]; then printf 'os-release=%s\n' "$f"; cat "$f"; exit 0; fi
done
exit 70
"#;

/// What stands for the first look where /dev/null is not what it should be: everything else would look as if its tool
/// were missing.
pub(crate) const NO_NULL: u32 = 71;

/// Runs `main` in a process of its own, so that a signal is heard at once. It reaches this shell alone where sudo hands
/// it on, which would leave the streams behind: they are in the same process group, and end what they have put into
/// others.
fn end() -> String {
    format!(
        "if echo >/dev/null && true </dev/null; then\n\
         main </dev/null & whole=$!\n\
         trap 'trap \"\" TERM HUP INT; kill -TERM 0; exit 143' TERM HUP INT\n\
         wait \"$whole\"\n\
         exit\n\
         fi\n\
         printf '\\n%s begin canary\\n\\n%s stderr\\n%s exit {NO_NULL}\\n%s end\\n' \"$M\" \"$M\" \"$M\" \"$M\"\n\
         exit 0\n"
    )
}

/// Compiles the program. `budget` bounds the sum of all frames on the host.
pub fn compile(frames: &[FrameSpec], nonce: &Nonce, budget: Duration) -> Program {
    let mut text = prelude(&nonce.marker(), budget);
    text.push_str("main() {\n");
    let _ = writeln!(text, "frame canary 20 {} || return 0", quote(CANARY.trim()));
    text.push_str("families=$(read_families)\n");
    text.push_str(&calls(frames));
    text.push_str("printf '\\n%s times\\n' \"$M\"\ntimes\nprintf '%s done\\n' \"$M\"\n}\n");
    text.push_str(&end());
    Program {
        text,
        frames: frames.len() + 1,
    }
}

/// The calls of all frames, in streams that run beside each other: those that may take long, and the short ones in two
/// parts. What a stream prints waits in a process that holds all of it, so that it neither stops the others nor comes
/// between their frames.
fn calls(frames: &[FrameSpec]) -> String {
    let of = |way: Way| frames.iter().filter(move |spec| spec.way == way);
    let (mut here, mut beside) = (String::new(), String::new());
    for (families, specs) in by_families(of(Way::Grouped)) {
        let (one, other) = parts(&specs);
        here.push_str(&on(families, &group(&one)));
        if !other.is_empty() {
            beside.push_str(&on(families, &group(&other)));
        }
    }
    here.extend(of(Way::Foreign).map(|spec| one("foreign", spec)));
    let alone: String = of(Way::Alone).map(|spec| one("frame", spec)).collect();
    let beside_most = 2 * GROUP_LIMIT;
    let alone_most: usize = of(Way::Alone).map(|spec| 2 * limit_of(&spec.key)).sum();
    let rest = with_stream(&beside, beside_most, &here);
    with_stream(&alone, alone_most, &rest)
}

/// Every other frame, where there are enough of them to be worth a second process.
fn parts<'s>(frames: &[&'s FrameSpec]) -> (Vec<&'s FrameSpec>, Vec<&'s FrameSpec>) {
    if frames.len() < WORTH_TWO {
        return (frames.to_vec(), Vec::new());
    }
    let every_other = |from: usize| frames.iter().skip(from).step_by(2).copied().collect();
    (every_other(0), every_other(1))
}

/// The calls of `stream` beside those of `rest`. `most` bounds what it prints.
fn with_stream(stream: &str, most: usize, rest: &str) -> String {
    if stream.is_empty() {
        return rest.to_owned();
    }
    format!("{{ exec 3>&1\n{stream}}} | tail -c {most} | {{ {{\n:\n{rest}}} </dev/null; cat; }}\n")
}

/// The call that runs one script.
fn one(function: &str, spec: &FrameSpec) -> String {
    let seconds = spec.deadline.as_secs().max(1);
    let key = quote(&spec.key);
    let script = quote(&format!("{}{}", spec.functions.concat(), spec.script));
    let call = on(
        &spec.families,
        &format!("{function} {key} {seconds} {script}"),
    );
    match limit_of(&spec.key) {
        FRAME_LIMIT => call,
        limit => format!("frame_bytes={limit}\n{call}frame_bytes={FRAME_LIMIT}\n"),
    }
}

/// A call, on hosts of these families alone.
fn on(families: &[String], call: &str) -> String {
    if families.is_empty() {
        return format!("{call} || :\n");
    }
    let cases: Vec<String> = families
        .iter()
        .map(|family| format!("*' {family} '*"))
        .collect();
    let cases = cases.join("|");
    format!("case \"$families\" in {cases}) {call} || :;; esac\n")
}

/// Those that run on the same hosts.
fn by_families<'s>(
    frames: impl Iterator<Item = &'s FrameSpec>,
) -> BTreeMap<&'s [String], Vec<&'s FrameSpec>> {
    let mut sets: BTreeMap<&[String], Vec<&FrameSpec>> = BTreeMap::new();
    for spec in frames {
        sets.entry(&spec.families).or_default().push(spec);
    }
    sets
}

/// The call that runs many short scripts in one process; the functions that they share are sent once.
fn group(frames: &[&FrameSpec]) -> String {
    let mut functions: Vec<&str> = Vec::new();
    let mut arguments = String::new();
    for spec in frames {
        for function in spec.functions {
            if !functions.contains(function) {
                functions.push(function);
            }
        }
        let (key, script) = (quote(&spec.key), quote(&spec.script));
        let seconds = spec.deadline.as_secs().max(1);
        let _ = write!(arguments, " \\\n{key} {seconds} {script}");
    }
    format!("group {}{arguments}", quote(&functions.concat()))
}

/// Runs the scripts of a group one after the other, each in a process of its own and with its own exit code.
const EACH: &str = r#"M=$MARK; unset MARK
exec 3>&1
while [ $# -gt 0 ]; do
  printf '\n%s begin %s\n' "$M" "$1"
  ticks; begun=$t
  said=$( script=$3; set --; eval "$script" 2>&1 >&3 3>&- ); code=$?
  ticks
  printf '\n%s stderr\n%s\n%s exit %s\n%s end\n%s took %s %s\n' "$M" "$said" "$M" "$code" "$M" "$M" "$(( t - begun ))" "$1"
  shift 3
done
exit 0"#;

/// The time since the host was started in hundredths of a second, in `$t`, without a process where the system has
/// proc(5). A clock that somebody sets changes nothing.
const TICKS: &str = r"ticks() {
  if { read -r up rest </proc/uptime; } 2>/dev/null; then t=$(( ${up%%.*} * 100 + 1${up#*.} - 100 ))
  else t=$(date +%s)00; fi
}
";

/// Settings and the functions `frame KEY SECONDS SCRIPT`, `foreign` of the same form for scripts of rules,
/// and `group FUNCTIONS (KEY SECONDS SCRIPT)…`. A group that does not come to its end is run frame by frame.
///
/// The plumbing, from the inside: standard output of the script goes through `head` to the real standard
/// output (3); of standard error `tail` keeps the end, and reads all of it, so that nobody dies of talking;
/// the exit code goes around it (8, 9) behind the marker. No temporary file is made on the host.
///
/// What a script leaves running in its process group is ended with it, and so is the script when the whole is told to
/// end: `timeout` has put it into a group that the signal does not reach. Something that has left the group and holds
/// the output open is waited for until a little after the deadline of a rule's script, and is then a time-out: what
/// was printed may be lost with the reader. The marker is in no argument
/// list, where other people of the host could read it.
fn prelude(marker: &str, budget: Duration) -> String {
    let each = quote(&format!("{TICKS}{EACH}"));
    format!(
        "{CLEAN}M='{marker}' frame_bytes={FRAME_LIMIT} group_bytes={GROUP_LIMIT} said_bytes={STDERR_LIMIT}\n\
         group_seconds={GROUP_SECONDS} budget={}00\neach={each}\n{TICKS}{FUNCTIONS}",
        budget.as_secs(),
    )
}

/// Of the environment of whoever logs in nothing is left that changes what programs say: no variable, no function or
/// option of bash. The folders of the system are searched before those of its administrator.
const CLEAN: &str = r#"set +e +u +x +v +C
case ${BASH_VERSION-} in ?*)
  unset -f compgen shopt
  for f in $(compgen -A function); do unset -f "$f"; done
  shopt -u nullglob failglob dotglob nocaseglob nocasematch extglob xpg_echo execfail lastpipe
  export -n SHELLOPTS BASHOPTS;;
esac
set -f; IFS='
'
for f in $(export -p); do
  f=${f#export }; f=${f#declare -x }; f=${f%%=*}
  case $f in
    ''|[0-9]*|*[!A-Za-z0-9_]*|HOME|USER|LOGNAME|SHELL|PWD|TERM|SUDO_*) ;;
    *) unset "$f";;
  esac
done
unset IFS; set +f
LC_ALL=C LANG=C PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin:/run/wrappers/bin
export LC_ALL LANG PATH
"#;

/// Settings and functions; what is counted in bytes and seconds stands before them.
const FUNCTIONS: &str = r#"renice -n 10 -p $$ >/dev/null 2>&1
ionice -c 3 -p $$ >/dev/null 2>&1
exec 3>&1
ticks; start=$t
limiter=none
timeout -k 1 5 true >/dev/null 2>&1 && limiter=timeout
limited() {
  seconds=$1; shift
  ticks; began=$t
  if [ "$limiter" = timeout ]; then
    timeout -k 1 "$seconds" /bin/sh -c "$@" 2>&7 7>&- & work=$!
    trap 'kill -9 "-$work"; exit 143' TERM HUP
    wait "$work"; code=$?
    trap - TERM HUP
    kill -9 "-$work"
  else
    /bin/sh -c "$@" 2>&7 7>&- & work=$!
    ( sleep "$seconds"; kill -9 "$work" ) >/dev/null 7>&- & guard=$!
    wait "$work"; code=$?
    kill -9 "$guard" || code=124
  fi
  ticks
  case $code in 124|137) [ $(( t - began )) -lt "${seconds}00" ] || code=timeout;; esac
} 2>/dev/null
run() {
  time=$1 bytes=$2 bound=$3; shift 3
  ticks; begun=$t
  tail=$( { { { { limited "$time" "$@"; } 3>&- 8>&- 9>&-; printf '\n%s exit %s\n' "$M" "$code" >&8; } \
    | $bound head -c "$bytes" >&3; } 7>&1 8>&9 | $bound tail -c "$said_bytes"; } 9>&1 )
  ticks
  printf '\n%s stderr\n%s\n' "$M" "$tail"
  if [ -n "$bound" ] && [ $(( t - begun )) -ge "${bound##* }00" ]; then printf '%s exit timeout\n' "$M"; fi
  printf '%s end\n' "$M"
  [ -z "$key" ] || printf '%s took %s %s\n' "$M" "$(( t - begun ))" "$key"
  case "$tail" in *"$M exit 0"*) return 0;; esac
  return 1
}
frame() {
  ticks; left=$(( (start + budget - t) / 100 ))
  if [ "$left" -le 0 ]; then
    printf '\n%s begin %s\n\n%s end 124\n' "$M" "$1" "$M"; return 124
  fi
  [ "$2" -lt "$left" ] && left=$2
  printf '\n%s begin %s\n' "$M" "$1"
  key=$1
  run "$left" "$frame_bytes" "$4" "$3" sh
}
foreign() {
  bound=; [ "$limiter" = none ] || bound="timeout -k 1 $(( $2 + 3 ))"
  frame "$1" "$2" "$3" "$bound"
}
group() {
  functions=$1; shift
  MARK=$M; export MARK
  key=
  run "$group_seconds" "$group_bytes" '' "$functions$each" sh "$@"; ended=$?
  unset MARK
  [ "$ended" = 0 ] && return
  while [ $# -gt 0 ]; do frame "$1" "$2" "$functions$3"; shift 3; done
}
read_families() {
  for f in /etc/os-release /usr/lib/os-release; do
    if [ -r "$f" ]; then
      head -c 65536 "$f" | {
        id='' like=''
        while read -r line || [ -n "$line" ]; do
          value=${line#*=}
          value=${value#[\"\']}; value=${value%[\"\']}
          case $line in ID=*) id=$value;; ID_LIKE=*) like=$value;; esac
        done
        printf ' %s %s ' "$id" "$like"
      }
      return
    fi
  done
}
"#;
