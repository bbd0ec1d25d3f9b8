//! Where sudo takes its rules from: the files that it reads, which it refuses when others could write to them, and
//! what stands beside them.

use crate::facts::{Facts, Unknown, observed};
use domain::results::Evidence;

const COMMAND: &str = "ls -l /etc/sudoers /etc/sudoers.d";

/// The key of the frame.
pub(super) const SOURCES: &str = "sudoers sources";

/// `$policy`: the file that the plugin for rules is told to read. `$conf` are the plugins of `sudo.conf(5)`, each in one
/// line. sudo-rs does not read that, and prefers a file of its own name.
pub(super) const POLICY: &str = r#"conf=$(sed -n -e ':a' -e '/\\$/{$!N' -e 's/\\\n[[:space:]]*//' -e 'ta' -e '}' -e 's/#.*//' \
  -e 's/^[[:space:]]*[Pp][Ll][Uu][Gg][Ii][Nn][[:space:]]\{1,\}/plugin /p' /etc/sudo.conf 2>/dev/null)
policy=
if [ -n "$conf" ]; then
  policy=$(printf '%s\n' "$conf" | sed -n 's/^plugin sudoers_.*[[:space:]]sudoers_file=\([^[:space:]]*\).*/\1/p' | sed -n '$p')
fi
if [ -n "$policy" ] || [ -e /etc/sudoers-rs ]; then
  case $(sudo -V 2>/dev/null) in sudo-rs*) policy=; [ ! -e /etc/sudoers-rs ] || policy=/etc/sudoers-rs;; esac
fi
policy=${policy:-/etc/sudoers}
"#;

/// `$cvt`: cvtsudoers, which has another name where sudo-rs stands beside it (Ubuntu 26.04).
pub(super) const TOOL: &str = r"cvt=cvtsudoers
if ! command -v $cvt >/dev/null 2>&1 && command -v $cvt.ws >/dev/null 2>&1; then cvt=$cvt.ws; fi
";

/// What sudo says of itself: which one it is, and what of `SWITCHES` is on. It reads its rules for that, and writes a
/// mail where they are wrong, so that it is asked only where they are right. Nor does it wait long for a server of names.
pub(super) const VERSION: &str = r#"if $cvt -c /dev/null -e -f json "$policy" >/dev/null 2>&1; then
  RES_OPTIONS='timeout:1 attempts:1' sudo -V 2>/dev/null |
    sed -n -e '1s/^/sudo /p' -e '/ in a pseudo-tty$/s/^/sudo /p' -e "/^Ignore '\.' in /s/^/sudo /p"
fi
:"#;

/// Options that some builds switch on, and the words of `sudo -V` for them.
const SWITCHES: [(&str, &str); 2] = [
    ("use_pty", "Always run commands in a pseudo-tty"),
    ("ignore_dot", "Ignore '.' in $PATH"),
];

/// The options that sudo-rs knows; lines with others it leaves out. Some are read and change nothing.
const KNOWN_TO_RS: [&str; 20] = [
    "apparmor_profile",
    "env_check",
    "env_delete",
    "env_editor",
    "env_keep",
    "env_reset",
    "lecture",
    "noexec",
    "noninteractive_auth",
    "passwd_timeout",
    "passwd_tries",
    "pwfeedback",
    "rootpw",
    "secure_path",
    "setenv",
    "targetpw",
    "timestamp_timeout",
    "umask",
    "umask_override",
    "use_pty",
];

/// The main file, other plugins, other databases, and mode, owner, group and name of each file. A name of a folder
/// that ends with `~` or holds a dot is passed over, see `sudoers(5)`.
pub(super) const LIST: &str = r#"printf 'policy %s\n' "$policy"
[ -z "$conf" ] || printf '%s\n' "$conf" | sed -n 's/^\(plugin [^[:space:]]*_policy\)[[:space:]].*/\1/p'
sed -n -e 's/#.*//' -e 's/^[[:space:]]*sudoers:[[:space:]]*/database /p' /etc/nsswitch.conf 2>/dev/null
name=$(uname -n)
IFS=$break
queue=$policy
while take; do
  [ -f "$f" ] || continue
  l=$(ls -lLnd -- "$f") || continue
  ( unset IFS; set -f; set -- $l; printf 'file %s %s %s ' "$1" "$3" "$4" )
  printf '%s\n' "$f"
  words=$(sed -n -e 's/[[:space:]]*$//' -e '/^[[:space:]]*[@#]include\(dir\)\{0,1\}[[:space:]]/!d' -e 's/[^i]*include\(dir\)\{0,1\}[[:space:]]*/\1 /' \
    -e 's/"//g' -e 's/\\\(.\)/\1/g' -e "s/%h/${name%%.*}/g" -e p "$f" 2>/dev/null)
  set -f; set -- $words; set +f
  for word do
    p=${word#* }
    case $p in /*) ;; *) p=${f%/*}/$p;; esac
    case $word in
      ' '*) queue=$queue${queue:+$break}$p;;
      *) for g in "$p"/*; do
        case ${g##*/} in *.*|*~|*"$break"*) ;; *) queue=$queue${queue:+$break}$g;; esac
      done;;
    esac
  done
done
unset IFS
"#;

/// Where the rules come from.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// The main file, when it is another than /etc/sudoers.
    pub policy: Option<String>,
    /// Databases that sudo asks besides its files, as `nsswitch.conf(5)` names them.
    pub databases: Vec<String>,
    /// The only options that count, where not all do.
    pub knows: Option<&'static [&'static str]>,
    /// Options that are on where no line says otherwise.
    pub on_by_itself: Vec<&'static str>,
    /// Those of them that are on whatever lines there are for some.
    pub built_in: Vec<&'static str>,
    /// What sudo says of itself.
    pub version: Option<Evidence>,
}

/// Where the rules come from, when sudo reads the files that it names; recorded hosts of long ago do not say it.
pub(super) fn sources(facts: &Facts) -> Result<Sources, Unknown> {
    let mut sources = Sources::default();
    if !facts.frames.contains_key(SOURCES) {
        return Ok(sources);
    }
    let frame = facts.frame(SOURCES, COMMAND)?;
    let unknown = |reason| Err(Unknown::new(reason).seen(observed(frame, COMMAND)));
    let text = frame.text();
    let said: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("sudo "))
        .collect();
    let rs = said.iter().any(|line| line.starts_with("sudo-rs "));
    if rs {
        sources.knows = Some(&KNOWN_TO_RS);
        // It searches no folder that is not named from the root on.
        sources.on_by_itself = SWITCHES.map(|(name, _)| name).to_vec();
        sources.built_in.clone_from(&sources.on_by_itself);
    } else {
        let on = SWITCHES.iter().filter(|(_, words)| said.contains(words));
        sources.on_by_itself = on.map(|(name, _)| *name).collect();
        if said.iter().any(|line| has_pty(line)) {
            sources.built_in.push("use_pty");
        }
    }
    if !said.is_empty() {
        let shown = said.join("\n");
        sources.version = Some(Evidence::new("sudo -V", Some(0), shown.as_bytes()));
    }
    for line in text.lines() {
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        match kind {
            "policy" if rest != "/etc/sudoers" => sources.policy = Some(rest.to_owned()),
            "plugin" if rest != "sudoers_policy" && !rs => {
                return unknown(format!(
                    "{rest} of /etc/sudo.conf decides who may use sudo, and its rules are not known here"
                ));
            }
            "database" if !rs => sources.databases.extend(
                rest.split_whitespace()
                    .filter(|word| *word != "files" && !word.starts_with('['))
                    .map(str::to_owned),
            ),
            "file" => {
                if let Some((path, fault)) = refused(rest) {
                    return unknown(format!(
                        "sudo does not read {path}: {fault}; give it to root, mode 0440"
                    ));
                }
            }
            _ => {}
        }
    }
    Ok(sources)
}

/// Whether this sudo runs commands in a terminal of their own by itself: since 1.9.14 it does, see its NEWS.
fn has_pty(line: &str) -> bool {
    let Some(version) = line.strip_prefix("Sudo version ") else {
        return false;
    };
    let number = |part: &str| {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u32>().unwrap_or_default()
    };
    let numbers: Vec<u32> = version.trim().split('.').map(number).collect();
    numbers.as_slice() >= [1, 9, 14].as_slice()
}

/// Why sudo does not read a file.
fn refused(listed: &str) -> Option<(&str, &'static str)> {
    let mut words = listed.splitn(4, ' ');
    let (mode, owner, group) = (words.next()?, words.next()?, words.next()?);
    let path = words.next()?;
    let may_write = |at: usize| mode.as_bytes().get(at) == Some(&b'w');
    if owner != "0" {
        Some((path, "it belongs to somebody else than root"))
    } else if may_write(8) {
        Some((path, "everybody may write to it"))
    } else if may_write(5) && group != "0" {
        Some((path, "a group may write to it"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{has_pty, refused};

    #[test]
    fn sudo_takes_a_terminal_by_itself_since_1_9_14() {
        for (line, has) in [
            ("Sudo version 1.9.13p3", false),
            ("Sudo version 1.9.9", false),
            ("Sudo version 1.9.14", true),
            ("Sudo version 1.9.16p2", true),
            ("Sudo version 1.10", true),
            ("Always run commands in a pseudo-tty", false),
        ] {
            assert_eq!(has_pty(line), has, "{line}");
        }
    }

    #[test]
    fn sudo_reads_only_what_root_alone_may_write() {
        for (listed, read) in [
            ("-r--r----- 0 0 /etc/sudoers", true),
            ("-rw-r--r--. 0 0 /etc/sudoers.d/our own", true),
            ("-r--rw---- 0 0 /etc/sudoers.d/x", true),
            ("-r--rw---- 0 27 /etc/sudoers.d/x", false),
            ("-r--r---w- 0 0 /etc/sudoers.d/x", false),
            ("-r--r----- 1000 0 /etc/sudoers.d/x", false),
        ] {
            assert_eq!(refused(listed).is_none(), read, "{listed}");
        }
    }
}
