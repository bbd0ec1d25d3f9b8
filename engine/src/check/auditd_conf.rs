//! How auditd takes its file, auditd.conf(5): `key = value`, words with blanks between, where an action may have the path
//! of a program behind it. A line of another form is no line that is passed over: auditd refuses the file and ends.

/// What auditd says of a line for which it refuses the file.
pub(super) fn refusal(line: &str) -> Option<&'static str> {
    let mut words = words(line)?;
    words.next();
    match words.next() {
        None => Some("Wrong number of arguments"),
        Some("=") => match words.count() {
            1 | 2 => None,
            _ => Some("Wrong number of arguments"),
        },
        Some(_) => Some("Missing equal sign"),
    }
}

/// The value of the key, where the line sets it.
pub(super) fn value(line: &str, key: &str) -> Option<String> {
    let mut words = words(line)?;
    let same = words.next()?.eq_ignore_ascii_case(key) && words.next()? == "=";
    same.then(|| words.collect::<Vec<_>>().join(" "))
}

/// The words of a line that is no comment. A tab divides none.
fn words(line: &str) -> Option<impl Iterator<Item = &str>> {
    let mut words = line.split(' ').filter(|word| !word.is_empty()).peekable();
    let is_setting = words.peek().is_some_and(|word| !word.starts_with('#'));
    is_setting.then_some(words)
}
