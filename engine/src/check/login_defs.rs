//! How the tools of shadow take /etc/login.defs (`lib/getdef.c` of shadow 4.13): the word behind the key to the end of
//! the line, without double quotes. Others are a part of the value, as is a `#` behind it; a number that is none then
//! gives way to the default.

/// The value of the key, where the line sets it.
pub(super) fn value(line: &str, key: &str) -> Option<String> {
    let is_blank = |c: char| c == ' ' || c == '\t';
    let rest = line.trim().strip_prefix(key)?;
    if !rest.starts_with(is_blank) {
        return None;
    }
    let value = rest.trim_start_matches(|c| is_blank(c) || c == '"');
    Some(value.split('"').next().unwrap_or_default().to_owned())
}
