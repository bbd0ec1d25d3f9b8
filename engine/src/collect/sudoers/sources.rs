//! Where sudo takes its rules from: the files that it reads, which it refuses when others could write to them, and
//! what stands beside them.

use crate::facts::{Facts, Unknown, observed};

const COMMAND: &str = "ls -l /etc/sudoers /etc/sudoers.d";

/// The key of the frame.
pub(super) const SOURCES: &str = "sudoers sources";

/// `$policy`: the file that the plugin for rules is told to read, see `sudo.conf(5)`.
pub(super) const POLICY: &str = r"policy=$(sed -n 's/^[[:space:]]*[Pp]lugin[[:space:]]\{1,\}sudoers_.*[[:space:]]sudoers_file=\([^[:space:]]*\).*/\1/p' /etc/sudo.conf 2>/dev/null | sed -n '$p')
policy=${policy:-/etc/sudoers}
";

/// The main file, other plugins, other databases, and mode, owner, group and name of each file. A name of a folder
/// that ends with `~` or holds a dot is passed over, see `sudoers(5)`.
pub(super) const LIST: &str = r#"printf 'policy %s\n' "$policy"
sed -n 's/^[[:space:]]*[Pp]lugin[[:space:]]\{1,\}\([^[:space:]]*_policy\)[[:space:]].*/plugin \1/p' /etc/sudo.conf 2>/dev/null
sed -n -e 's/#.*//' -e 's/^[[:space:]]*sudoers:[[:space:]]*/database /p' /etc/nsswitch.conf 2>/dev/null
name=$(uname -n)
IFS=$break
queue=$policy seen=$break
while [ -n "$queue" ]; do
  f=${queue%%"$break"*}
  case $queue in *"$break"*) queue=${queue#*"$break"};; *) queue=;; esac
  case $seen in *"$break$f$break"*) continue;; esac
  seen=$seen$f$break
  [ -f "$f" ] || continue
  l=$(ls -lLnd -- "$f") || continue
  ( unset IFS; set -f; set -- $l; printf 'file %s %s %s ' "$1" "$3" "$4" )
  printf '%s\n' "$f"
  words=$(sed -n -e 's/[[:space:]]*$//' -e 's/^[[:space:]]*[@#]include\(dir\)\{0,1\}[[:space:]]\{1,\}/\1 /p' "$f" 2>/dev/null | sed -e 's/"//g' -e 's/\\\(.\)/\1/g' -e "s/%h/${name%%.*}/g")
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
:"#;

/// Where the rules come from.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// The main file, when it is another than /etc/sudoers.
    pub policy: Option<String>,
    /// Databases that sudo asks besides its files, as `nsswitch.conf(5)` names them.
    pub databases: Vec<String>,
}

/// Where the rules come from, when sudo reads the files that it names; recorded hosts of long ago do not say it.
pub(super) fn sources(facts: &Facts) -> Result<Sources, Unknown> {
    let mut sources = Sources::default();
    if !facts.frames.contains_key(SOURCES) {
        return Ok(sources);
    }
    let frame = facts.frame(SOURCES, COMMAND)?;
    let unknown = |reason| Err(Unknown::new(reason).seen(observed(frame, COMMAND)));
    for line in frame.text().lines() {
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        match kind {
            "policy" if rest != "/etc/sudoers" => sources.policy = Some(rest.to_owned()),
            "plugin" if rest != "sudoers_policy" => {
                return unknown(format!(
                    "{rest} of /etc/sudo.conf decides who may use sudo, and its rules are not known here"
                ));
            }
            "database" => sources.databases.extend(
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
    use super::refused;

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
