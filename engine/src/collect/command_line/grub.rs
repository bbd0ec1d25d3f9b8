//! Menus of grub: commands in a language like that of a shell.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{CommandLine, Lines};

/// Command lines that one line may come to, by the values that its variables may have.
const ALTERNATIVES: usize = 16;

/// Words after which a command begins.
const BEFORE: [&str; 10] = [
    "if", "then", "elif", "else", "while", "until", "do", "{", "}", "!",
];

/// What variables may hold; a variable that is set nowhere is empty.
pub(super) struct Variables(BTreeMap<String, Vec<String>>);

/// One value for each variable.
#[derive(Clone, Default)]
pub(super) struct Chosen(BTreeMap<String, String>);

impl Variables {
    /// Those that grub keeps in a file, and those that its menus set.
    pub(super) fn read(kept: &[Arc<Lines>], menus: &[Arc<Lines>]) -> Self {
        let mut own: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in kept.iter().flat_map(|file| &file.lines) {
            if let Some((name, value)) = line.text.split_once('=') {
                own.entry(name.to_owned())
                    .or_insert_with(|| vec![value.to_owned()]);
            }
        }
        let mut variables = Self(BTreeMap::new());
        for (_, text) in menus.iter().flat_map(|file| logical(file)) {
            if text.contains('=') {
                for chosen in variables.alternatives(&text) {
                    variables.assign(&commands(&text, &chosen));
                }
            }
        }
        // What is kept is there before a menu sets what it misses.
        variables.0.extend(own);
        variables
    }

    /// `set name=value`, or `name=value`.
    fn assign(&mut self, commands: &[Vec<String>]) {
        for command in commands {
            let assigned = match command.as_slice() {
                [set, assigned] if set == "set" => assigned,
                [assigned] => assigned,
                _ => continue,
            };
            if let Some((name, value)) = assigned.split_once('=') {
                let values = self.0.entry(name.to_owned()).or_default();
                if values.len() < ALTERNATIVES && !values.iter().any(|known| known == value) {
                    values.push(value.to_owned());
                }
            }
        }
    }

    /// Every choice of values for the variables that a text names.
    pub(super) fn alternatives(&self, text: &str) -> Vec<Chosen> {
        let mut choices = vec![Chosen::default()];
        for name in text.split('$').skip(1).map(|rest| name_at(rest).0) {
            let is_new = choices.iter().all(|chosen| !chosen.0.contains_key(name));
            let Some(values) = self.0.get(name).filter(|_| is_new) else {
                continue;
            };
            let mut more = Vec::new();
            for (chosen, value) in choices
                .iter()
                .flat_map(|chosen| values.iter().map(move |value| (chosen, value)))
            {
                let mut chosen = chosen.clone();
                chosen.0.insert(name.to_owned(), value.clone());
                more.push(chosen);
            }
            more.truncate(ALTERNATIVES);
            choices = more;
        }
        choices
    }
}

impl Chosen {
    fn value(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The text with the values of its variables.
    pub(super) fn put_in(&self, text: &str) -> String {
        let mut parts = text.split('$');
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = name_at(part);
            whole.push_str(self.value(name));
            whole.push_str(rest);
        }
        whole
    }
}

/// The name of a variable at the begin of what stands behind its sign, and the rest.
fn name_at(text: &str) -> (&str, &str) {
    if let Some((name, rest)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) {
        return (name, rest);
    }
    let is_other = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '?');
    text.split_at(text.find(is_other).unwrap_or(text.len()))
}

/// `linux /vmlinuz-6.1 root=… ro quiet`: the first two words are no parameters.
pub(super) fn menu_lines(file: &Lines, variables: &Variables) -> Vec<CommandLine> {
    let mut found = Vec::new();
    for (number, text) in logical(file).filter(|(_, text)| text.contains("linux")) {
        for chosen in variables.alternatives(&text) {
            for command in commands(&text, &chosen) {
                let [word, image, parameters @ ..] = command.as_slice() else {
                    continue;
                };
                // The memory test is started in the same way and is no kernel.
                if ["linux", "linux16", "linuxefi"].contains(&word.as_str())
                    && !image.contains("memtest")
                {
                    found.push(CommandLine {
                        file: file.path.clone(),
                        line: number,
                        text: as_one(parameters),
                    });
                }
            }
        }
    }
    found
}

/// As grub hands them over: a parameter with a blank in quotes.
fn as_one(parameters: &[String]) -> String {
    let quoted = parameters.iter().map(|word| {
        if word.contains(char::is_whitespace) {
            format!("\"{word}\"")
        } else {
            word.clone()
        }
    });
    quoted.collect::<Vec<String>>().join(" ")
}

/// Lines with those that they go on in, and the number of the first.
fn logical(file: &Lines) -> impl Iterator<Item = (u32, String)> {
    let mut lines = file.lines.iter();
    std::iter::from_fn(move || {
        let first = lines.next()?;
        let mut text = first.text.clone();
        while text.ends_with('\\')
            && let Some(next) = lines.next()
        {
            text.pop();
            text.push_str(&next.text);
        }
        Some((first.number, text))
    })
}

/// The commands of a line, each with its words.
fn commands(text: &str, chosen: &Chosen) -> Vec<Vec<String>> {
    let mut commands: Vec<Vec<String>> = vec![Vec::new()];
    for word in words(text, chosen) {
        match word {
            Word::End => commands.push(Vec::new()),
            // Between commands alone they are words of the language.
            Word::Plain(word)
                if BEFORE.contains(&word.as_str())
                    && (["{", "}"].contains(&word.as_str())
                        || commands.last().is_some_and(Vec::is_empty)) =>
            {
                commands.push(Vec::new());
            }
            Word::Plain(word) | Word::Quoted(word) => {
                commands
                    .last_mut()
                    .into_iter()
                    .for_each(|last| last.push(word.clone()));
            }
        }
    }
    commands.retain(|command| !command.is_empty());
    commands
}

enum Word {
    Plain(String),
    /// Some of it stood in quotes, or came from a variable.
    Quoted(String),
    /// A semicolon.
    End,
}

/// What has been read of a word.
#[derive(Default)]
struct Begun {
    text: String,
    is_quoted: bool,
}

impl Begun {
    fn end(&mut self, words: &mut Vec<Word>) {
        let begun = std::mem::take(self);
        if begun.is_quoted {
            words.push(Word::Quoted(begun.text));
        } else if !begun.text.is_empty() {
            words.push(Word::Plain(begun.text));
        }
    }
}

fn words(text: &str, chosen: &Chosen) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = Begun::default();
    let mut rest = text;
    let mut is_double = false;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '"' => {
                is_double = !is_double;
                word.is_quoted = true;
            }
            '\'' if !is_double => {
                let (within, behind) = rest.split_once('\'').unwrap_or((rest, ""));
                word.text.push_str(within);
                word.is_quoted = true;
                rest = behind;
            }
            '\\' => {
                let next = rest.chars().next();
                // Between quotes it stands for itself but before these.
                if is_double && !next.is_some_and(|next| "\"$\\".contains(next)) {
                    word.text.push(c);
                } else {
                    word.text.extend(next);
                    rest = rest
                        .get(next.map_or(0, char::len_utf8)..)
                        .unwrap_or_default();
                }
            }
            '$' => {
                let (name, behind) = name_at(rest);
                rest = behind;
                if is_double {
                    word.text.push_str(chosen.value(name));
                } else {
                    split(chosen.value(name), &mut word, &mut words);
                }
            }
            c if is_double => word.text.push(c),
            '#' if word.text.is_empty() && !word.is_quoted => break,
            ';' => {
                word.end(&mut words);
                words.push(Word::End);
            }
            c if c.is_whitespace() => word.end(&mut words),
            c => word.text.push(c),
        }
    }
    word.end(&mut words);
    words
}

/// The value of a variable without quotes may be several words.
fn split(value: &str, word: &mut Begun, words: &mut Vec<Word>) {
    for c in value.chars() {
        if c.is_whitespace() {
            word.end(words);
        } else {
            word.text.push(c);
        }
    }
}
