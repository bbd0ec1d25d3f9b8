//! The command line of the kernel: of the one that runs, and of every entry that the boot loader offers, from
//! grub's menu and from entries of the Boot Loader Specification.

use std::sync::Arc;

use super::{Collector, Lines, Need, lines_of};
use crate::facts::{Facts, Unknown};

const RUNNING: &str = "/proc/cmdline";

/// Menus of grub; on Red Hat's systems they only point to the entries.
const MENUS: [&str; 3] = [
    "/boot/grub/grub.cfg",
    "/boot/grub2/grub.cfg",
    "/boot/efi/EFI/*/grub.cfg",
];

/// Entries of the Boot Loader Specification.
const ENTRIES: [&str; 3] = [
    "/boot/loader/entries/*.conf",
    "/boot/efi/loader/entries/*.conf",
    "/efi/loader/entries/*.conf",
];

/// Where grub keeps the variables that entries name.
const VARIABLES: [&str; 2] = ["/boot/grub2/grubenv", "/boot/efi/EFI/*/grubenv"];

/// One command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine {
    /// The file that holds it.
    pub file: String,
    /// The line there, from 1.
    pub line: u32,
    /// The parameters, with the values of variables put in.
    pub text: String,
}

/// All command lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLines {
    /// What the running kernel was started with.
    pub running: CommandLine,
    /// What a boot can start; empty where the boot loader keeps nothing on this machine.
    pub boot: Vec<CommandLine>,
}

/// What has to be collected.
pub fn command_line_needs() -> Vec<Need> {
    [RUNNING]
        .iter()
        .chain(&MENUS)
        .chain(&ENTRIES)
        .chain(&VARIABLES)
        .map(|path| Need::new(Collector::Content, *path))
        .collect()
}

/// Reads them.
pub fn command_lines(facts: &Facts) -> Result<CommandLines, Unknown> {
    let running = lines_of(facts, RUNNING)?
        .into_iter()
        .find_map(|file| Some((file.path.clone(), file.lines.first()?.clone())));
    let Some((file, line)) = running else {
        return Err(Unknown::new(format!("{RUNNING} is not there or empty")));
    };
    let running = CommandLine {
        file,
        line: line.number,
        text: line.text,
    };
    let mut boot = Vec::new();
    for path in MENUS {
        for file in lines_of(facts, path)? {
            boot.extend(menu_lines(&file));
        }
    }
    let mut variables = Vec::new();
    for path in VARIABLES {
        variables.extend(lines_of(facts, path)?);
    }
    for path in ENTRIES {
        for file in lines_of(facts, path)? {
            boot.extend(entry_lines(&file, &variables));
        }
    }
    Ok(CommandLines { running, boot })
}

/// `linux /vmlinuz-6.1 root=… ro quiet` within a menu entry: the first two words are no parameters.
fn menu_lines(file: &Lines) -> impl Iterator<Item = CommandLine> {
    file.lines.iter().filter_map(|line| {
        let mut words = line.text.trim().splitn(3, char::is_whitespace);
        let is_kernel = words
            .next()
            .is_some_and(|word| ["linux", "linux16", "linuxefi"].contains(&word));
        let image = words.next().filter(|_| is_kernel)?;
        // The memory test is started in the same way and is no kernel.
        (!image.contains("memtest")).then(|| CommandLine {
            file: file.path.clone(),
            line: line.number,
            text: words.next().unwrap_or_default().to_owned(),
        })
    })
}

/// `options root=… ro $kernelopts`; several such lines add up.
fn entry_lines(file: &Lines, variables: &[Arc<Lines>]) -> Option<CommandLine> {
    let mut options = file
        .lines
        .iter()
        .filter_map(|line| Some((line.number, line.text.trim().strip_prefix("options")?)));
    let (line, first) = options.next()?;
    let mut text = first.trim().to_owned();
    for (_, more) in options {
        text.push(' ');
        text.push_str(more.trim());
    }
    let expanded: Vec<String> = text
        .split_whitespace()
        .map(|word| match word.strip_prefix('$') {
            Some(name) => variable(variables, name.trim_matches(['{', '}'])),
            None => word.to_owned(),
        })
        .collect();
    Some(CommandLine {
        file: file.path.clone(),
        line,
        text: expanded.join(" "),
    })
}

fn variable(files: &[Arc<Lines>], name: &str) -> String {
    let mut lines = files.iter().flat_map(|file| &file.lines);
    lines
        .find_map(|line| line.text.strip_prefix(name)?.strip_prefix('='))
        .unwrap_or_default()
        .to_owned()
}

impl CommandLine {
    /// The value that the kernel takes: that of the last of several, empty where the name stands alone, nothing
    /// where it does not stand there. Dashes and underscores are the same to the kernel, and quotes hold blanks.
    pub fn value(&self, name: &str) -> Option<String> {
        let same = |known: &str| known.replace('-', "_") == name.replace('-', "_");
        let words = parameters(&self.text);
        words.iter().rev().find_map(|word| {
            let (known, value) = word.split_once('=').unwrap_or((word, ""));
            same(known).then(|| value.to_owned())
        })
    }
}

/// Words of a command line up to `--`, after which they are for init.
fn parameters(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => words.push(String::new()),
            c => words.last_mut().into_iter().for_each(|word| word.push(c)),
        }
    }
    words.retain(|word| !word.is_empty());
    let end = words.iter().position(|word| word == "--");
    words.truncate(end.unwrap_or(words.len()));
    words
}
