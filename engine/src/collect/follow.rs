//! Going from file to file: the shell that collectors share which read a file and whatever it includes. Knows nothing of
//! how a program names what it includes.

/// `take`: the next file that has not been taken, in `$f`; false after the last one. `put PATTERN`: what is there of that
/// name is taken later; a name with a line break, which would be two names here, is told by `lines`. Both need `$break`
/// and `IFS=$break`, and begin with a `$queue`.
pub(super) const FOLLOW: &str = r#"seen=$break
take() {
  while [ -n "$queue" ]; do
    f=${queue%%"$break"*}
    case $queue in *"$break"*) queue=${queue#*"$break"};; *) queue=;; esac
    case $seen in *"$break$f$break"*) ;; *) seen=$seen$f$break; return 0;; esac
  done
  return 1
}
put() {
  for g in $1; do
    case $g in *"$break"*) lines "${1%/*}" 0 "$g"; continue;; esac
    if [ -e "$g" ]; then queue=$queue${queue:+$break}$g; fi
  done
}
"#;
