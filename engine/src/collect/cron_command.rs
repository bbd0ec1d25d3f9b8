//! What a shell gets of an entry of cron and does with it. Must not know of tables and times.

/// What the shell runs of a command: up to the first `%` that no backslash stands before (what follows is given to it
/// to read), without a comment. Nothing where it runs nothing: the rest is no whole command any more, or what stands
/// first keeps all that follows from being run.
pub(super) fn what_runs(command: &str) -> Option<String> {
    let (text, is_cut) = up_to_percent(command);
    let mut reading = Reading::default();
    let end = reading.read_to_comment(&text);
    if is_cut && reading.is_open() {
        return None;
    }
    let shown: String = text.get(..end)?.to_owned();
    (!is_kept_back(&shown)).then_some(shown)
}

/// A carriage return is a letter like any other to a shell, so a word that ends with it is another word.
fn up_to_percent(command: &str) -> (String, bool) {
    let mut text = String::new();
    let mut letters = command.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '%' => return (text, true),
            '\\' if letters.peek() == Some(&'%') => text.extend(letters.next()),
            '\r' => text.push('␍'),
            c => text.push(c),
        }
    }
    (text, false)
}

/// Quotes and brackets that are open.
#[derive(Default)]
struct Reading {
    single: bool,
    double: bool,
    back: bool,
    brackets: u32,
}

impl Reading {
    /// Reads up to a `#` that begins a comment, and says where it stands.
    fn read_to_comment(&mut self, text: &str) -> usize {
        let (mut escaped, mut begins) = (false, true);
        for (at, c) in text.char_indices() {
            let taken = std::mem::take(&mut escaped);
            match c {
                _ if taken => {}
                '\'' if !self.double => self.single = !self.single,
                _ if self.single => {}
                '\\' => escaped = true,
                '"' => self.double = !self.double,
                '`' => self.back = !self.back,
                '(' => self.brackets += 1,
                ')' => self.brackets = self.brackets.saturating_sub(1),
                '#' if begins && !self.double => return at,
                _ => {}
            }
            begins = !taken && (c.is_ascii_whitespace() || ";&|(".contains(c));
        }
        text.len()
    }

    fn is_open(&self) -> bool {
        self.single || self.double || self.back || self.brackets > 0
    }
}

/// `false && …`, `true || …`, and what `:` and `echo` are only told.
fn is_kept_back(text: &str) -> bool {
    let text = text.trim();
    let behind = |word: &str, sign: &str| {
        let rest = text.strip_prefix(word)?.trim_start().strip_prefix(sign)?;
        Some(rest)
    };
    let never = |word: &str, sign: &str, other: &str| {
        behind(word, sign).is_some_and(|rest| !rest.contains(';') && !rest.contains(other))
    };
    let told = |word: &str| {
        text.strip_prefix(word).is_some_and(|rest| {
            rest.starts_with([' ', '\t']) && !rest.contains([';', '&', '|', '`', '$'])
        })
    };
    never("false", "&&", "||")
        || never("true", "||", "&&")
        || never(":", "||", "&&")
        || told(":")
        || told("echo")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_gets_and_does_not_run() {
        for (command, wanted) in [
            ("aide --check", Some("aide --check")),
            ("aide --check%in", Some("aide --check")),
            (r"aide -r x$(date +\%F)", Some("aide -r x$(date +%F)")),
            ("aide | mail -s \"$(date +%F)\" root", None),
            ("aide | mail -s 'on %F' root", None),
            ("aide >`date +%F`", None),
            (
                "[ -x aide ] && (aide); x%y",
                Some("[ -x aide ] && (aide); x"),
            ),
            ("echo 'it''s'; aide", Some("echo 'it''s'; aide")),
            ("true # aide --check", Some("true ")),
            ("#aide", Some("")),
            (
                "x a#b '# c' \"# d\" \\# e",
                Some("x a#b '# c' \"# d\" \\# e"),
            ),
            ("aide --check\r", Some("aide --check␍")),
            ("false && aide", None),
            ("false&&aide", None),
            ("false && x; aide", Some("false && x; aide")),
            ("false && x || aide", Some("false && x || aide")),
            ("true || aide", None),
            (": || aide", None),
            (": aide", None),
            ("echo aide --check", None),
            ("echo x | aide", Some("echo x | aide")),
            ("echo $(aide)", Some("echo $(aide)")),
            ("falsehood && aide", Some("falsehood && aide")),
        ] {
            assert_eq!(what_runs(command).as_deref(), wanted, "{command}");
        }
    }
}
