//! The manual pages and shell completions under man/ and contrib/completions.
//!
//! What clap knows comes from the `cli.rs` of each binary, the rest from
//! man/sections. The results are kept in the repository, so that nobody needs a
//! generator to install them; `make man` (UPDATE=1) writes them anew.

use std::fs;

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::support::{root, trials};

#[allow(dead_code, reason = "only the definitions are used here")]
#[path = "../../bins/drift/cli.rs"]
mod drift;
#[allow(dead_code, reason = "only the definitions are used here")]
#[path = "../../bins/helm/cli.rs"]
mod helm;
#[allow(dead_code, reason = "only the definitions are used here")]
#[path = "../../bins/helmfire/cli.rs"]
mod helmfire;
#[allow(dead_code, reason = "only the definitions are used here")]
#[path = "../../bins/postrender/cli.rs"]
mod postrender;
#[allow(dead_code, reason = "only the definitions are used here")]
#[path = "../../bins/releases/cli.rs"]
mod releases;
#[allow(dead_code, reason = "only the definitions are used here")]
#[path = "../../bins/subst/cli.rs"]
mod subst;
#[allow(dead_code, reason = "only the definitions are used here")]
#[path = "../../bins/watch/cli.rs"]
mod watch;

trials!(pages_are_fresh, completions_are_fresh);

/// The order of manual pages everywhere; sections in between are our own.
const ORDER: [&str; 10] = [
    "NAME",
    "SYNOPSIS",
    "DESCRIPTION",
    "COMMANDS",
    "OPTIONS",
    "EXIT STATUS",
    "ENVIRONMENT",
    "FILES",
    "EXAMPLES",
    "SEE ALSO",
];

fn pages_are_fresh() {
    let pages = commands().into_iter().map(|command| {
        let name = command.get_name().to_string();
        (name, "1", render(&command))
    });
    let written = [("helmfire.toml", "5"), ("helmfire", "7")];
    let written = written.map(|(name, section)| (name.into(), section, String::new()));
    keep(pages.chain(written).map(|(name, section, generated)| {
        let path = format!("{name}.{section}");
        let own = read(&format!("man/sections/{path}"));
        let page = title(&name, section) + &generated + &own;
        check_order(&path, &page);
        (format!("man/{path}"), page)
    }));
}

fn completions_are_fresh() {
    // Those of helmfire ask it for the words.
    let own =
        ["bash/helmfire.bash", "zsh/_helmfire", "fish/helmfire.fish"].map(|path| {
            let name = path.split('/').next_back().unwrap();
            let script = read(&format!("bins/helmfire/completion/{name}"));
            (format!("contrib/completions/{path}"), script)
        });
    let generated = commands().into_iter().filter(|c| c.get_name() != "helmfire");
    keep(own.into_iter().chain(generated.flat_map(|mut command| {
        let name = command.get_name().to_string();
        let mut generate = |shell, path| {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut command, &name, &mut script);
            let script = String::from_utf8(script).unwrap();
            (format!("contrib/completions/{path}"), script)
        };
        [
            generate(Shell::Bash, format!("bash/{name}.bash")),
            generate(Shell::Zsh, format!("zsh/_{name}")),
            generate(Shell::Fish, format!("fish/{name}.fish")),
        ]
    })));
}

fn check_order(path: &str, page: &str) {
    let sections = page.lines().filter_map(|line| line.strip_prefix(".SH "));
    let places: Vec<usize> = sections
        .filter_map(|title| {
            ORDER.iter().position(|known| *known == title.trim_matches('"'))
        })
        .collect();
    assert!(places.is_sorted(), "{path}: sections come as {ORDER:?}");
}

/// The binaries' command lines.
fn commands() -> Vec<Command> {
    vec![
        helmfire::Args::command(),
        drift::Args::command(),
        helm::Args::command(),
        postrender::Args::command(),
        releases::Args::command(),
        subst::Args::command(),
        watch::Args::command(),
    ]
}

/// No date: a page that names the day of its making is never fresh. No
/// hyphenation: it would break the names of options.
fn title(name: &str, section: &str) -> String {
    format!(
        "'\\\" t\n.\\\" Written by `make man` from bins/ and man/sections, not by hand.\n\
         .TH \"{}\" \"{section}\" \"\" \"helmfire {}\" \"helmfire manual\"\n\
         .nr HY 0\n.nh\n.ad l\n",
        name.to_uppercase(),
        env!("CARGO_PKG_VERSION")
    )
}

/// From NAME to OPTIONS.
fn render(command: &Command) -> String {
    let name = command.get_name();
    let about = command.get_about().unwrap_or_default().to_string();
    let long = command.get_long_about().unwrap_or_default().to_string();
    // Its first paragraph is `about`, which stands under NAME.
    let (_, description) = long.split_once("\n\n").unwrap_or_default();
    let command = command.clone().disable_help_subcommand(true);
    let about = about[..1].to_lowercase() + &about[1..];
    let man = manual(command.clone().about(about).long_about(description.to_string()));
    let commands = subcommands(&command, name);
    [
        part(|page| man.render_name_section(page)),
        part(|page| man.render_synopsis_section(page)),
        part(|page| man.render_description_section(page)),
        if commands.is_empty() {
            commands
        } else {
            format!(".SH COMMANDS\n{commands}")
        },
        // clap's help headings are parts of one section here.
        part(|page| man.render_options_section(page)).replace("\n.SH ", "\n.SS "),
    ]
    .concat()
}

/// The subcommands of `command`, called `name`, each with its own options alone.
fn subcommands(command: &Command, name: &str) -> String {
    let one = |sub: &Command| {
        let name = format!("{name} {}", sub.get_name());
        if sub.has_subcommands() {
            return subcommands(sub, &name);
        }
        let man = manual(sub.clone().bin_name(&name).disable_help_flag(true));
        let untitled =
            |part: String| part.lines().skip(1).map(line).collect::<String>();
        let (_, title) = name.split_once(' ').unwrap_or_default();
        let synopsis = untitled(part(|page| man.render_synopsis_section(page)));
        let description = untitled(part(|page| man.render_description_section(page)));
        let options = part(|page| man.render_options_section(page));
        let options = options.lines().filter(|line| !line.starts_with(".SH "));
        let options = options.map(line).collect::<String>();
        format!(".SS {title}\n{synopsis}.PP\n{description}{options}")
    };
    command.get_subcommands().map(one).collect()
}

/// clap's own usage line is shorter than what would be made of all options.
fn manual(mut command: Command) -> Man {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").to_string();
    Man::new(command.override_usage(usage))
}

/// A part of a page, without the preamble that each brings and that old
/// versions of man cannot do without.
fn part(render: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut page = Vec::new();
    render(&mut page).unwrap();
    let page = String::from_utf8(page).unwrap();
    let lines = page
        .lines()
        .filter(|line| !line.starts_with(".ie") && !line.starts_with(".el"));
    let page = lines.map(line).collect::<String>();
    page.replace("\\*(Aq", "\\(aq").replace("\n.br\n\n.br\n", "\n.sp\n")
}

fn line(line: &str) -> String {
    format!("{line}\n")
}

/// Compares files with what they should hold; with UPDATE=1 writes them.
fn keep(files: impl Iterator<Item = (String, String)>) {
    let update = std::env::var_os("UPDATE").is_some_and(|value| value == "1");
    let mut stale = Vec::new();
    for (path, content) in files {
        if update {
            let path = root().join(&path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        } else if fs::read_to_string(root().join(&path)).ok() != Some(content) {
            stale.push(path);
        }
    }
    assert!(stale.is_empty(), "out of date: {}; run `make man`", stale.join(", "));
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}
