//! The fixed commands that turn a login shell into a POSIX shell with the right account.
//!
//! The login shell may be anything (bash, dash, csh, fish), so a command is one line without
//! `!`, `'` inside, or anything else that they read differently. It prints a line when a POSIX
//! shell runs and another one right before the shell that reads the program starts; everything
//! before is noise of log-in scripts. The digit of the last line is the number of sudo calls.
//!
//! The prompt of sudo is set to a line of our own on standard error. It starts with a line break
//! and ends what sudo writes, so the text of a traced command cannot be taken for it.

use super::Elevation;

/// Printed when a POSIX shell runs.
pub(super) const SHELL_RUNS: &[u8] = b"\nopenwatch-shell\n";

/// Printed right before the shell that reads the program; the number of sudo calls follows.
pub(super) const READY: &[u8] = b"\nopenwatch-ready-";

/// What sudo prints when it reads the password.
pub(super) const PROMPT: &[u8] = b"\nopenwatch-password:";

macro_rules! preamble {
    () => {
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin:/run/wrappers/bin; \
         LC_ALL=C; export PATH LC_ALL; echo; echo openwatch-shell; "
    };
}

macro_rules! as_root_already {
    () => {
        "if [ \"$(id -u)\" = 0 ]; then echo; echo openwatch-ready-0; exec /bin/sh -s; fi; "
    };
}

macro_rules! root_shell {
    ($calls:literal) => {
        concat!(
            "-- /bin/sh -c \"echo; echo openwatch-ready-",
            $calls,
            "; exec /bin/sh -s\""
        )
    };
}

const PLAIN: &str = concat!(
    "exec /bin/sh -c '",
    preamble!(),
    "echo; echo openwatch-ready-0; exec /bin/sh -s'"
);

const NOPASSWD: &str = concat!(
    "exec /bin/sh -c '",
    preamble!(),
    as_root_already!(),
    "exec sudo -n ",
    root_shell!("1"),
    "'"
);

const PASSWORD: &str = concat!(
    "exec /bin/sh -c '",
    preamble!(),
    as_root_already!(),
    "prompt=$(printf \"\\nopenwatch-%s:\" password); exec sudo -S -k -p \"$prompt\" ",
    root_shell!("1"),
    "'"
);

const IF_POSSIBLE: &str = concat!(
    "exec /bin/sh -c '",
    preamble!(),
    as_root_already!(),
    "if sudo -n -- /bin/sh -c : </dev/null >/dev/null 2>&1; then exec sudo -n ",
    root_shell!("2"),
    "; fi; echo; echo openwatch-ready-1; exec /bin/sh -s'"
);

pub(super) fn command(elevation: &Elevation) -> &'static str {
    match elevation {
        Elevation::None => PLAIN,
        Elevation::Nopasswd => NOPASSWD,
        Elevation::Password(_) => PASSWORD,
        Elevation::IfPossible => IF_POSSIBLE,
    }
}
