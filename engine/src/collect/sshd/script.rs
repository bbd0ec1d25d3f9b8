//! The scripts that ask the SSH server, and that follow what its files include.

/// `sshd -T` with the options that its unit gives to the server, which win over the files: RHEL 8 hands over its
/// crypto policy in this way. What is no option that sets a keyword is named by `# strange`, and not passed on: `-E`
/// would write to a file. On Debian sshd.service is another name of ssh.service.
///
/// The unit is the strongest file of its name, and drop-ins of the same name hide each other (`systemd.unit(5)`).
/// Words are parted as `systemd.syntax(7)` says: `$NAME` is split at blanks, `${NAME}` is not.
///
/// Where the server waits for its socket, the folder that it locks itself into is not there before the first visitor.
/// It is made in a mount namespace that ends with `sshd`: all else of /run is still found below the working folder.
pub(super) const ASK: &str = r#"command -v sshd >/dev/null 2>&1 || exit 127
folders='/etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /lib/systemd/system'
unit() {
  for u in ssh.service sshd.service; do
    for d in $folders; do
      if [ -f "$d/$u" ]; then cat "$d/$u"; echo; return; fi
      if [ -e "$d/$u" ]; then break; fi
    done
  done
}
dropins() {
  for d in $folders; do
    for f in "$d"/ssh.service.d/*.conf "$d"/sshd.service.d/*.conf; do
      if [ -e "$f" ]; then printf '%s/%s\n' "${f##*/}" "$f"; fi
    done
  done | awk -F/ '!seen[$1]++' | sort | while IFS= read -r f; do
    f=/${f#*//}
    if [ -f "$f" ]; then cat "$f"; echo; fi
  done
}
words=$(
  { unit; dropins; } 2>/dev/null | awk '
    function parted(text, list,   n, i, c, d, w, quote, begun) {
      n = 0
      for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1); d = substr(text, i + 1, 1)
        if (quote == "" && c ~ /[ \t]/) { if (begun) list[++n] = w; w = ""; begun = 0; continue }
        begun = 1
        if (c == "\\" && d != "" && index("\042\047\\s ", d)) { w = w (d == "s" ? " " : d); i++ }
        else if (quote == "" && (c == "\042" || c == "\047")) quote = c
        else if (c == quote) quote = ""
        else w = w c
      }
      if (begun) list[++n] = w
      return n
    }
    function assign(text,   at) {
      at = index(text, "=")
      if (at > 1) value[substr(text, 1, at - 1)] = substr(text, at + 1)
    }
    function plain(text) {
      if (text ~ /^".*"$/ || text ~ /^\047.*\047$/) text = substr(text, 2, length(text) - 2)
      return text
    }
    function variables(file,   line, at, more) {
      while ((getline line < file) > 0) {
        sub(/^[ \t]+/, "", line); sub(/[ \t\r]+$/, "", line)
        while (sub(/\\$/, "", line) && (getline more < file) > 0) line = line more
        at = index(line, "=")
        if (line !~ /^[#;]/ && at > 1) value[substr(line, 1, at - 1)] = plain(substr(line, at + 1))
      }
      close(file)
    }
    { sub(/^[ \t]+/, ""); sub(/[ \t\r]+$/, "") }
    whole != "" { if (/^[#;]/) next; $0 = whole " " $0; whole = "" }
    /^[#;]/ { next }
    /\\$/ { whole = substr($0, 1, length($0) - 1); next }
    /^ExecStart[ \t]*=/ { sub(/^[^=]*=[ \t]*/, ""); if ($0 != "") start = $0 }
    /^EnvironmentFile[ \t]*=/ { sub(/^[^=]*=[ \t]*-?/, ""); if ($0 == "") n = 0; else files[++n] = plain($0) }
    /^Environment[ \t]*=/ { sub(/^[^=]*=[ \t]*/, ""); count = parted($0, word); for (i = 1; i <= count; i++) assign(word[i]) }
    END {
      for (i = 1; i <= n; i++) variables(files[i])
      count = parted(start, word)
      for (i = 2; i <= count; i++) {
        name = word[i]; gsub(/%%/, "%", name)
        if (name !~ /^\$/) { print name; continue }
        split_up = name !~ /^\$\{/
        gsub(/[${}]/, "", name)
        if (!split_up) { if (value[name] != "") print value[name]; continue }
        parts = parted(value[name], part)
        for (j = 1; j <= parts; j++) if (part[j] != "") print part[j]
      }
    }'
)
set -f; IFS=$break
set -- $words
options=
while [ $# -gt 0 ]; do
  case $1 in
    -D|-e|-q|-i|-4|-6|-u?*) ;;
    -o|-p) options=$options$break$1$2; if [ $# -gt 1 ]; then shift; fi;;
    -o?*|-p?*) options=$options$break$1;;
    -E|-u) if [ $# -gt 1 ]; then shift; fi;;
    *) printf '# strange %s\n' "$1";;
  esac
  shift
done
set -- $options
for option do printf '# option %s\n' "$option"; done
{
  said=$(sshd -T "$@" 2>&1 >&3 3>&-); code=$?
  case $said in *'Missing privilege separation directory: /run/sshd'*)
    if more=$(cd /run && unshare -m sh -c 'mount -t tmpfs none /run && mkdir -m 755 /run/sshd &&
      ln -s /proc/self/cwd/* /run && exec sshd -T "$@"' sh "$@" 2>&1 >&3 3>&-)
    then said=$more code=0; fi;;
  esac
} 3>&1
[ -z "$said" ] || printf '%s\n' "$said" >&2
exit "$code""#;

/// Follows `Include`, see `sshd_config(5)`: a name without a slash in front lies in /etc/ssh, `*` stands for any name.
pub(super) const INCLUDES: &str = r##"IFS=$break
queue=/etc/ssh/sshd_config
while take; do
  case $f in
    /etc/ssh/sshd_config) ;;
    /etc/ssh/sshd_config.d/*/*|/etc/ssh/sshd_config.d/.*) lines "${f%/*}" 0 "$f";;
    /etc/ssh/sshd_config.d/*.conf) ;;
    *) lines "${f%/*}" 0 "$f";;
  esac
  [ -f "$f" ] || continue
  words=$(awk '{
    sub(/[ \t\r\f]+$/, ""); sub(/^[ \t"]+/, "")
    if (tolower(substr($0, 1, 7)) != "include" || substr($0, 8, 1) !~ /[ \t="]/) next
    s = substr($0, 8); sub(/^"?[ \t]*=?[ \t]*/, "", s)
    w = quoted = ""; begun = 0
    for (i = 1; i <= length(s); i++) {
      c = substr(s, i, 1); d = substr(s, i + 1, 1)
      if (quoted == "" && c ~ /[ \t]/) { if (begun) print w; w = ""; begun = 0; continue }
      if (!begun && c == "#") break
      begun = 1
      if (c == "\\" && d != "" && index("\042\047\\ ", d)) { w = w d; i++ }
      else if (quoted == "" && (c == "\042" || c == "\047")) quoted = c
      else if (c == quoted) quoted = ""
      else w = w c
    }
    if (begun) print w
  }' "$f" 2>/dev/null)
  [ $? != 127 ] || exit 127
  set -f; set -- $words; set +f
  for p do
    case $p in /*) ;; *) p=/etc/ssh/$p;; esac
    put "$p"
  done
done
:"##;
