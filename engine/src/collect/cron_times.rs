//! The lines of a table (crontab(5)): settings, comments, and entries whose times come or never do.

/// What a line of a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CronLine<'l> {
    /// Nothing, a comment or a setting.
    Quiet,
    /// Something that runs, though not at times: at a boot.
    AtBoot,
    /// An entry whose day never comes, such as the 31st of February.
    Never,
    /// An entry; with the words behind its times.
    Entry(&'l str),
    /// What cron does not understand.
    Wrong,
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// How many days a month has at most.
const LENGTHS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// What the line is. The cron of Debian (`plain`) knows neither a dash in front nor a step behind a single number.
pub(super) fn cron_line(text: &str, plain: bool) -> CronLine<'_> {
    let text = text.trim_start_matches([' ', '\t']);
    if text.is_empty() || text.starts_with('#') || is_setting(text) {
        return CronLine::Quiet;
    }
    if let Some(rest) = text.strip_prefix('@') {
        let (word, command) = split_word(rest);
        let words = [
            "yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly",
        ];
        return match word {
            _ if command.is_empty() => CronLine::Wrong,
            "reboot" => CronLine::AtBoot,
            word if words.contains(&word) => CronLine::Entry(command),
            _ => CronLine::Wrong,
        };
    }
    // cronie: a dash in front says that the run is not logged.
    let quiet = text.strip_prefix('-').filter(|_| !plain);
    let mut rest = quiet.unwrap_or(text);
    let mut fields = [""; 5];
    for field in &mut fields {
        (*field, rest) = split_word(rest);
    }
    let single =
        |part: &str| part.contains('/') && !part.starts_with(['*', '/']) && !part.contains('-');
    if plain && fields.iter().any(|field| field.split(',').any(single)) {
        return CronLine::Wrong;
    }
    let [minute, hour, day, month, weekday] = fields;
    let times = (
        values(minute, 0, 59, &[]),
        values(hour, 0, 23, &[]),
        values(day, 1, 31, &[]),
        values(month, 1, 12, &MONTHS),
        values(weekday, 0, 7, &DAYS),
    );
    let (Some(_), Some(_), Some(days), Some(months), Some(_)) = times else {
        return CronLine::Wrong;
    };
    if rest.trim().is_empty() {
        return CronLine::Wrong;
    }
    // A day of the week beside the day of the month is one more day on which it runs.
    if weekday.starts_with('*') && !comes(&days, &months) {
        return CronLine::Never;
    }
    CronLine::Entry(rest)
}

/// The first word, and what stands behind it without blanks in front.
pub(super) fn split_word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    (word, rest.trim_start())
}

/// `NAME=value`, the name in quotes or not.
fn is_setting(text: &str) -> bool {
    let begins = |c: char| c.is_ascii_alphabetic() || "_\"'".contains(c);
    text.starts_with(begins)
        && text
            .split_once('=')
            .is_some_and(|(name, _)| name.split_whitespace().count() == 1)
}

fn comes(days: &[u32], months: &[u32]) -> bool {
    let length = |month: &u32| {
        let at = usize::try_from(month.saturating_sub(1)).unwrap_or_default();
        LENGTHS.get(at).copied().unwrap_or_default()
    };
    let longest = months.iter().map(length).max().unwrap_or_default();
    days.iter().any(|day| *day <= longest)
}

/// What a field names: a list of numbers, ranges and `*`, each with a step or not. Nothing where cron refuses it.
fn values(field: &str, min: u32, max: u32, names: &[&str]) -> Option<Vec<u32>> {
    let number = |text: &str| {
        let place = names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text));
        let offset = u32::from(max == 12);
        let number = match place {
            Some(at) => u32::try_from(at).ok()? + offset,
            None if text.chars().all(|c| c.is_ascii_digit()) => text.parse().ok()?,
            None => return None,
        };
        (min..=max).contains(&number).then_some(number)
    };
    let mut all = Vec::new();
    for part in field.split(',') {
        let (range, step) = part.split_once('/').unwrap_or((part, "1"));
        let step: usize = step.parse().ok().filter(|step| *step > 0)?;
        if range == "*" {
            all.extend((min..=max).step_by(step));
        } else if let Some((low, high)) = range.split_once('~') {
            // cronie takes one of the range by chance; either bound may be left out.
            let low = if low.is_empty() { min } else { number(low)? };
            let high = if high.is_empty() { max } else { number(high)? };
            all.extend(low..=high);
        } else if let Some((low, high)) = range.split_once('-') {
            let (low, high) = (number(low)?, number(high)?);
            if low > high {
                return None;
            }
            all.extend((low..=high).step_by(step));
        } else {
            all.push(number(range)?);
        }
    }
    Some(all)
}

/// Whether a line of anacrontab(5) runs something: a period, a delay, a name and a command.
pub(super) fn is_anacron_entry(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [period, delay, _, _, ..] = words.as_slice() else {
        return false;
    };
    let number = |text: &str| text.parse::<u32>().is_ok();
    let named = ["@daily", "@weekly", "@monthly", "@yearly", "@annually"];
    (number(period) || named.contains(period)) && number(delay)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_come_and_times_that_never_do() {
        for (line, wanted) in [
            ("", CronLine::Quiet),
            ("  # 0 5 * * * x", CronLine::Quiet),
            ("MAILTO=root", CronLine::Quiet),
            ("\r", CronLine::Wrong),
            ("\"PATH\" = /bin", CronLine::Quiet),
            ("0 5 * * * root x", CronLine::Entry("root x")),
            ("*/5 0-4,22 1 jan,Feb mon-fri x", CronLine::Entry("x")),
            ("-*/5 * * * * x", CronLine::Entry("x")),
            ("0~30 * * * * x", CronLine::Entry("x")),
            ("0 5 31 2 1 x", CronLine::Entry("x")),
            ("0 5 29 2 * x", CronLine::Entry("x")),
            ("@daily root x", CronLine::Entry("root x")),
            ("@reboot x", CronLine::AtBoot),
            ("0 5 31 2 * x", CronLine::Never),
            ("0 5 31 4,6 * x", CronLine::Never),
            ("0 25 * * * x", CronLine::Wrong),
            ("60 5 * * * x", CronLine::Wrong),
            ("*/0 5 * * * x", CronLine::Wrong),
            ("5-1 5 * * * x", CronLine::Wrong),
            ("0 5 0 * * x", CronLine::Wrong),
            ("0 5 * * *", CronLine::Wrong),
            ("@dayly x", CronLine::Wrong),
            ("@daily", CronLine::Wrong),
            ("run it daily", CronLine::Wrong),
        ] {
            assert_eq!(cron_line(line, false), wanted, "{line}");
        }
        for (line, wanted) in [
            ("-*/5 * * * * x", CronLine::Wrong),
            ("5/10 * * * * x", CronLine::Wrong),
            ("0-30/10,*/7 * * * * x", CronLine::Entry("x")),
        ] {
            assert_eq!(cron_line(line, true), wanted, "{line}");
        }
    }
}
