//! Compiles frames into the one POSIX shell program of a scan.
//!
//! It must run under dash, bash and busybox ash, in any locale, with any PATH. Every frame stands
//! between lines that carry a nonce of the scan, so what a frame holds cannot be taken for a frame.

use std::fmt::Write as _;
use std::time::Duration;

use super::{FrameSpec, quote};

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
printf 'uid=%s\n' "$(id -u)"
printf 'kernel=%s\n' "$(uname -r)"
printf 'machine=%s\n' "$(uname -m)"
printf 'hostname=%s\n' "$(uname -n)"
printf 'epoch=%s\n' "$(date +%s)"
for f in /etc/os-release /usr/lib/os-release; do
  if [ -r "$f" ]; then printf 'os-release=%s\n' "$f"; cat "$f"; exit 0; fi
done
exit 70
"#;

/// Compiles the program. `budget` bounds the sum of all frames on the host.
pub fn compile(frames: &[FrameSpec], nonce: &Nonce, budget: Duration) -> Program {
    let marker = nonce.marker();
    let mut text = prelude(&marker, budget);
    text.push_str("main() {\n");
    let _ = writeln!(text, "frame canary 20 {} || return 0", quote(CANARY.trim()));
    text.push_str("families=$(read_families)\n");
    for spec in frames {
        let seconds = spec.deadline.as_secs().max(1);
        let call = format!(
            "frame {} {seconds} {}",
            quote(&spec.key),
            quote(&spec.script)
        );
        if spec.families.is_empty() {
            let _ = writeln!(text, "{call} || :");
        } else {
            let cases: Vec<String> = spec
                .families
                .iter()
                .map(|family| format!("*' {family} '*"))
                .collect();
            let _ = writeln!(
                text,
                "case \"$families\" in {}) {call} || :;; esac",
                cases.join("|")
            );
        }
    }
    text.push_str("printf '\\n%s times\\n' \"$M\"\ntimes\nprintf '%s done\\n' \"$M\"\n}\n");
    text.push_str("main </dev/null\nexit 0\n");
    Program {
        text,
        frames: frames.len() + 1,
    }
}

/// Settings and the function `frame KEY SECONDS SCRIPT`, which returns the exit code of the script.
///
/// The plumbing, from the inside: standard output of the script goes through `head` to the real
/// standard output (3); standard error goes through another `head` into `$tail`, and what is too much of
/// it is read away, so that nobody dies of talking; the exit code follows there (8, 9) behind the marker. No temporary file is made on the host.
fn prelude(marker: &str, budget: Duration) -> String {
    let (limit, stderr_limit, budget) = (FRAME_LIMIT, STDERR_LIMIT, budget.as_secs());
    format!(
        r#"set +e
LC_ALL=C LANG=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL LANG PATH
unset ENV BASH_ENV CDPATH IFS
umask 077
M='{marker}'
renice -n 10 -p $$ >/dev/null 2>&1
ionice -c 3 -p $$ >/dev/null 2>&1
exec 3>&1
start=$(date +%s)
limiter=none
timeout -k 1 5 true >/dev/null 2>&1 && limiter=timeout
limited() {{
  if [ "$limiter" = timeout ]; then timeout -k 1 "$1" /bin/sh -c "$2"; return; fi
  /bin/sh -c "$2" & work=$!
  ( sleep "$1"; kill -9 "$work" ) >/dev/null 2>&1 & guard=$!
  wait "$work" 2>/dev/null; code=$?
  if kill -9 "$guard" 2>/dev/null; then return "$code"; fi
  return 124
}}
ticks() {{
  t=0
  if {{ read -r up rest </proc/uptime; }} 2>/dev/null; then t=$(( ${{up%%.*}} * 100 + 1${{up#*.}} - 100 )); fi
}}
frame() {{
  if [ $(( $(date +%s) - start )) -ge {budget} ]; then
    printf '\n%s begin %s\n\n%s end 124\n' "$M" "$1" "$M"; return 124
  fi
  printf '\n%s begin %s\n' "$M" "$1"
  ticks; began=$t
  tail=$( {{ {{ {{ limited "$2" "$3" 2>&7 3>&- 7>&- 8>&- 9>&-; printf '\n%s exit %s\n' "$M" "$?" >&8; }} \
    | head -c {limit} >&3; }} 7>&1 8>&9 | {{ head -c {stderr_limit}; cat >/dev/null; }}; }} 9>&1 )
  ticks
  printf '\n%s stderr\n%s\n%s end\n%s took %s %s\n' "$M" "$tail" "$M" "$M" "$(( t - began ))" "$1"
  case "$tail" in *"$M exit 0"*) return 0;; esac
  return 1
}}
read_families() {{
  for f in /etc/os-release /usr/lib/os-release; do
    if [ -r "$f" ]; then
      ( ID='' ID_LIKE=''; . "$f" >/dev/null 2>&1; printf ' %s %s ' "$ID" "$ID_LIKE" )
      return
    fi
  done
}}
"#
    )
}
