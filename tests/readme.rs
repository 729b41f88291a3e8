//! The README, held to the program: what it prints is what is printed, and what it points to is there.

use std::fs;

use assert_cmd::Command;
use tempfile::TempDir;

use crate::harness::root;

/// The README's two commands.
const RUN: &str = "cargo run --release -- run jobs/nightly.toml --as-of 2025-11-30";
const TEST: &str = "cargo test --release";

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// The fenced blocks of the README, each with the word after its fence.
fn blocks() -> Vec<(String, String)> {
    let readme = read("README.md");
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in readme.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(word), None) => open = Some((word.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, text))) => text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    assert!(blocks.len() > 5, "only {} blocks were found", blocks.len());
    blocks
}

/// The block that shows what `command`, a line of a block of its own, prints: the next `text` block.
fn shown_after(command: &str) -> String {
    let blocks = blocks();
    let at = blocks.iter().position(|(word, text)| word == "sh" && text.lines().any(|line| line == command));
    let at = at.unwrap_or_else(|| panic!("the README has no block with `{command}`"));
    let (_, text) = blocks[at..].iter().find(|(word, _)| word == "text").unwrap();
    text.clone()
}

/// What the program prints for the arguments, run at the top of the repository.
fn printed(arguments: &[&str]) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_fangpin"));
    let done = program.current_dir(root()).args(arguments).assert().success();
    String::from_utf8(done.get_output().stdout.clone()).unwrap()
}

#[test]
fn the_first_command_and_the_rounds_print_what_the_readme_shows() {
    for (command, place) in [
        (RUN, "jobs/../published"),
        ("fangpin run jobs/weekly.toml --as-of 2025-11-30", "jobs/../published/weekly"),
        ("fangpin run jobs/monthly.toml --as-of 2025-11-30", "jobs/../published/monthly"),
    ] {
        let published = TempDir::new().unwrap();
        let folder = published.path().display().to_string();
        let typed =
            command.strip_prefix("cargo run --release -- ").or_else(|| command.strip_prefix("fangpin ")).unwrap();
        let mut arguments: Vec<&str> = typed.split(' ').collect();
        arguments.extend(["--published", &folder]);
        let printed = printed(&arguments).replace(&folder, place);
        assert_eq!(shown_after(command), printed);
    }
}

#[test]
fn a_check_and_a_policy_print_what_the_readme_shows() {
    for command in ["fangpin check data/sample --rows 1", "fangpin policy data/policy/sample.toml --as-of 2025-11-30"] {
        let arguments: Vec<&str> = command.split(' ').skip(1).collect();
        let printed = printed(&arguments);
        let shown = shown_after(command);
        let beginning = shown.strip_suffix("...\n").unwrap_or(&shown);
        assert!(beginning.lines().count() > 5 && printed.starts_with(beginning), "{command} prints\n{printed}");
    }
}

#[test]
fn the_second_command_is_the_one_that_holds_every_change() {
    let blocks = blocks();
    assert!(blocks.iter().any(|(word, text)| word == "sh" && text.lines().any(|line| line == TEST)));
    assert!(read(".ci/run").lines().any(|line| line == format!("step {TEST}")));
}

#[test]
fn every_exit_code_is_in_the_readme() {
    let help = printed(&["--help"]);
    let listed = help.split("Exit codes: ").nth(1).unwrap().split(|c: char| !c.is_ascii_digit());
    let codes: Vec<&str> = listed.filter(|word| !word.is_empty()).collect();
    assert_eq!(codes, ["0", "64", "65", "66", "70", "73", "74", "75", "78"]);
    let readme = read("README.md");
    for code in codes {
        assert!(readme.contains(&format!("| {code} |")), "exit code {code} is missing");
    }
}

#[test]
fn every_command_is_in_the_readme_and_every_link_leads_somewhere() {
    let readme = read("README.md");
    for command in ["run", "check", "policy", "sample", "verify", "reply", "explain", "backtest"] {
        assert!(readme.contains(&format!("fangpin {command} ")), "fangpin {command} is missing");
    }
    let links: Vec<&str> = readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(links.len() > 10, "only {} links were found", links.len());
    for link in links.into_iter().filter(|link| !link.starts_with(['#', 'h'])) {
        assert!(root().join(link).exists(), "{link} is not there");
    }
}

#[test]
fn the_pictures_show_figures_of_the_sample_night() {
    let published = TempDir::new().unwrap();
    let folder = published.path().display().to_string();
    let summary = printed(&["run", "jobs/nightly.toml", "--as-of", "2025-11-30", "--published", &folder]);
    let night = read("data/pictures/night.svg");
    for figure in ["20,000", "19,459", "541", "2,169", "288", "1,455"] {
        assert!(summary.contains(figure) && night.contains(&format!(">{figure}")), "{figure}");
    }

    let file = fs::File::open(published.path().join("2025-11-30/flagged.parquet")).unwrap();
    let rows = parquet::file::serialized_reader::SerializedFileReader::new(file).unwrap();
    let rows: Vec<String> = rows.into_iter().map(|row| row.unwrap().to_string()).collect();
    let burden = read("data/pictures/burden.svg");
    let shown = rows.iter().find(|row| row.contains("total_cost: 101812.92")).expect("the picture's person");
    for column in [
        "total_cost",
        "basic_insurance",
        "critical_illness",
        "medical_assistance",
        "commercial",
        "burden_total",
        "threshold",
    ] {
        let value = shown.split(&format!("{column}: ")).nth(1).unwrap().split([',', '}']).next().unwrap();
        let (yuan, decimals) = value.split_once('.').unwrap();
        let (thousands, rest) = yuan.split_at(yuan.len().saturating_sub(3));
        let comma = if thousands.is_empty() { "" } else { "," };
        let figure = format!(">{thousands}{comma}{rest}.{}<", &decimals[..2]);
        assert!(burden.contains(&figure), "{column} {figure}");
    }
}
