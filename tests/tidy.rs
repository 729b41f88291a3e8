//! The house, held to its own page: reads the sources of `src/` as text.
//!
//! Plain text goes a long way in a formatted tree: what a line names is looked for by words, comments left out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules in the order in which data flows, each with those that it may import: all of them stand above it.
const HOUSE: [(&str, &[&str]); 21] = [
    ("model", &[]),
    ("error", &["model"]),
    ("contract", &[]),
    ("config", &["error", "model"]),
    ("job", &["config", "error", "model"]),
    ("policy", &["config", "error", "model"]),
    ("delivery", &["contract", "error", "model"]),
    ("burden", &["delivery", "error", "model"]),
    ("assess", &["burden", "delivery", "error", "model", "policy"]),
    ("spark", &["contract", "delivery", "error", "model", "policy"]),
    ("ledger", &["assess", "error", "model"]),
    ("audit", &["burden", "delivery", "error", "model", "policy"]),
    ("problems", &["error", "model"]),
    ("lists", &["error", "job", "model", "policy"]),
    ("replies", &["delivery", "error", "model"]),
    ("board", &["model"]),
    ("publish", &["audit", "board", "contract", "delivery", "error", "job", "lists", "model", "policy"]),
    ("cluster", &["burden", "delivery", "error", "model", "publish", "spark"]),
    (
        "run",
        &[
            "assess", "audit", "board", "burden", "cluster", "config", "contract", "delivery", "error", "job",
            "ledger", "lists", "model", "policy", "problems", "publish", "replies", "spark",
        ],
    ),
    ("sample", &["error", "model"]),
    ("cli", &["delivery", "error", "job", "model", "run", "sample"]),
];

/// The files that may reach the file system at all.
const OPENS: [&str; 20] = [
    "cluster/staging.rs",
    "config.rs",
    "delivery/discover.rs",
    "delivery/extract.rs",
    "delivery/fingerprint.rs",
    "delivery/pieces.rs",
    "publish/beside.rs",
    "publish/folder.rs",
    "publish/head.rs",
    "publish/opening.rs",
    "publish/output.rs",
    "publish/password.rs",
    "publish/published.rs",
    "publish/replies.rs",
    "publish/rows.rs",
    "publish/sha256.rs",
    "publish/verify.rs",
    "replies/file.rs",
    "sample/extracts.rs",
    "sample/mod.rs",
];

/// Those of them that may change something there.
const WRITES: [&str; 5] =
    ["cluster/staging.rs", "publish/folder.rs", "publish/output.rs", "sample/extracts.rs", "sample/mod.rs"];

/// What changes something in the file system.
const CHANGES: [&str; 10] = [
    "File::create",
    "File::create_new",
    "File::options",
    "OpenOptions",
    "DirBuilder",
    "fs::write",
    "fs::rename",
    "fs::copy",
    "fs::create_dir_all",
    "fs::remove_file",
];

/// What ends the program, or speaks past the log and the exit code.
const ABRUPT: [&str; 9] =
    [".unwrap()", ".expect(", "panic!", "todo!", "unimplemented!", "dbg!", "println!", "eprintln!", "print!"];

/// Where one of them may stand, and why.
const ABRUPT_ALLOWED: [(&str, &str, &str); 3] = [
    ("contract.rs", "panic!", "the contract is embedded: a faulty one is a fault of the program, and is documented"),
    ("cli.rs", "eprintln!", "what stood in the way is told on standard error"),
    ("main.rs", "eprintln!", "the last words of a program at fault"),
];

/// What lies at the top of the repository, beside hidden files and what git ignores.
const TOP: [&str; 8] = ["Cargo.lock", "Cargo.toml", "README.md", "data", "jobs", "schemas", "src", "tests"];

struct Source {
    /// Its path below `src/`, with `/`.
    name: String,
    text: String,
}

impl Source {
    /// The module of the house that it belongs to; none for `lib.rs` and `main.rs`.
    fn module(&self) -> Option<&str> {
        let module = self.name.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        (!["lib", "main"].contains(&module)).then_some(module)
    }

    /// Its lines that are no comment, with their numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The lines of code that name `what`, whole words only.
    fn naming(&self, what: &str) -> Vec<usize> {
        self.code().filter(|(_, line)| names(line, what)).map(|(number, _)| number).collect()
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of `src/`, sorted by name.
fn sources() -> Vec<Source> {
    let top = root().join("src");
    let mut folders = vec![top.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(Source { name: below(&top, &path), text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(sources.len() > 50, "only {} sources were found", sources.len());
    sources
}

fn below(top: &Path, path: &Path) -> String {
    let parts = path.strip_prefix(top).unwrap().components();
    parts.map(|part| part.as_os_str().to_str().unwrap()).collect::<Vec<_>>().join("/")
}

/// Whether `line` names `what`, and not merely a longer word that holds it.
fn names(line: &str, what: &str) -> bool {
    let part_of_a_word = |c: char| c.is_alphanumeric() || c == '_';
    let begins_as_word = what.starts_with(part_of_a_word);
    let ends_as_word = what.ends_with(part_of_a_word);
    line.match_indices(what).any(|(at, _)| {
        let longer_before = begins_as_word && line[..at].ends_with(part_of_a_word);
        let longer_after = ends_as_word && line[at + what.len()..].starts_with(part_of_a_word);
        !longer_before && !longer_after
    })
}

/// Asserts that nothing was found, and shows all of it otherwise.
fn nothing(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

#[test]
fn words_are_found_whole() {
    assert!(names("let x: f64 = 0.0;", "f64"));
    assert!(!names("let half64 = 1;", "f64"));
    assert!(names("std::fs::write(path, text)", "fs::write"));
    assert!(!names("OutputFile::create(path)", "File::create"));
    assert!(names("x.unwrap()", ".unwrap()"));
}

#[test]
fn imports_go_one_way() {
    for (index, (module, may_import)) in HOUSE.iter().enumerate() {
        for import in *may_import {
            assert!(HOUSE[..index].iter().any(|(above, _)| above == import), "{import} does not stand above {module}");
        }
    }
    let (mut looked_at, mut wrong) = (0, Vec::new());
    for source in sources() {
        let Some(module) = source.module() else { continue };
        let (_, may_import) = HOUSE.iter().find(|(name, _)| *name == module).unwrap();
        let inside = source.name.contains('/') && !source.name.ends_with("/mod.rs");
        for (number, line) in source.code() {
            for path in line.split("crate::").skip(1) {
                looked_at += 1;
                let import = path.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
                if import != module && !may_import.contains(&import) {
                    wrong.push(format!("src/{} line {number}: {module} may not import `{import}`", source.name));
                }
            }
            let past = if inside { "super::super::" } else { "super::" };
            if names(line, past) {
                wrong.push(format!("src/{} line {number}: write `crate::` for another module", source.name));
            }
        }
    }
    nothing(&wrong, "data flows one way");
    assert!(looked_at > 80, "only {looked_at} imports were found");
}

#[test]
fn a_night_takes_of_the_delivery_only_how_content_is_hashed() {
    let mut looked_at = 0;
    for source in sources().iter().filter(|source| source.module() == Some("publish")) {
        for (number, line) in source.code() {
            for path in line.split("crate::delivery").skip(1) {
                looked_at += 1;
                assert_eq!(path, "::content_hash;", "src/{} line {number}", source.name);
            }
        }
    }
    assert!(looked_at > 0, "publish no longer imports the delivery: take it from the list");
}

#[test]
fn the_map_names_every_module_in_the_order_of_the_house() {
    let map = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let named = |line: &str| Some(line.strip_suffix(';')?.rsplit_once("mod ")?.1.to_owned());
    let modules: Vec<String> = map.lines().filter_map(named).collect();
    assert_eq!(modules, HOUSE.map(|(module, _)| module));
    let present: BTreeSet<String> = sources().iter().filter_map(|source| source.module().map(str::to_owned)).collect();
    assert_eq!(present, modules.into_iter().collect());
}

#[test]
fn no_clock_is_read_below_run_and_cli() {
    let mut wrong = Vec::new();
    let mut read_where_it_may = 0;
    for source in sources() {
        for clock in ["Local::now", "Utc::now", "SystemTime::now", "Instant::now"] {
            for number in source.naming(clock) {
                match source.module() {
                    Some("run" | "cli") => read_where_it_may += 1,
                    _ => wrong.push(format!("src/{} line {number}: `{clock}`", source.name)),
                }
            }
        }
    }
    nothing(&wrong, "the day is an argument");
    assert!(read_where_it_may > 0, "no clock was found even where one is read");
}

#[test]
fn there_is_no_float() {
    let mut wrong = Vec::new();
    let mut whole_numbers = 0;
    for source in sources() {
        whole_numbers += source.naming("i64").len();
        for float in ["f32", "f64", "Float32Type", "Float64Type", "to_f64", "from_f64"] {
            let lines = source.naming(float).into_iter();
            wrong.extend(lines.map(|number| format!("src/{} line {number}: `{float}`", source.name)));
        }
    }
    nothing(&wrong, "no amount passes through a float");
    assert!(whole_numbers > 20, "only {whole_numbers} lines with whole numbers were found");
}

#[test]
fn files_are_opened_where_the_house_says() {
    let sources = sources();
    let reaches = |source: &&Source| !source.naming("fs").is_empty();
    let opening: Vec<&str> = sources.iter().filter(reaches).map(|source| source.name.as_str()).collect();
    assert_eq!(opening, OPENS, "the files of src/ that name std::fs");

    // Asking a path is reading too: the delivery asks whether its root is a folder.
    let asks = [".is_dir()", ".is_file()", ".exists()", ".metadata()?", ".canonicalize()", ".read_dir()"];
    for source in &sources {
        let asking = asks.iter().flat_map(|ask| source.naming(ask)).count();
        let may = OPENS.contains(&source.name.as_str()) || source.name == "delivery/mod.rs";
        assert!(asking == 0 || may, "src/{} asks the file system", source.name);
    }
}

#[test]
fn files_are_written_where_the_house_says() {
    let sources = sources();
    let changes = |source: &&Source| CHANGES.iter().any(|change| !source.naming(change).is_empty());
    let writing: Vec<&str> = sources.iter().filter(changes).map(|source| source.name.as_str()).collect();
    assert_eq!(writing, WRITES, "the files of src/ that write, rename or remove files");
}

#[test]
fn nothing_ends_the_program_but_what_is_named() {
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for source in sources() {
        for abrupt in ABRUPT {
            for number in source.naming(abrupt) {
                match ABRUPT_ALLOWED.iter().find(|(file, what, _)| *file == source.name && *what == abrupt) {
                    Some(allowed) => drop(used.insert(allowed)),
                    None => wrong.push(format!("src/{} line {number}: `{abrupt}`", source.name)),
                }
            }
        }
    }
    nothing(&wrong, "data is no reason to panic, and text goes to the log or out of `cli`");
    assert_eq!(used.len(), ABRUPT_ALLOWED.len(), "an exception is no longer needed: {used:?} are");
}

#[test]
fn files_and_lines_are_short() {
    let mut wrong = Vec::new();
    for source in sources() {
        let longest = if source.name == "main.rs" { 30 } else { 450 };
        let lines = source.text.lines().count();
        if lines > longest {
            wrong.push(format!("src/{}: {lines} lines, at most {longest}", source.name));
        }
        for (index, line) in source.text.lines().enumerate() {
            let start = line.trim_start();
            // rustfmt holds code to 120 and leaves comments alone; a long literal is left whole.
            let widest = 120;
            let literal = start.starts_with(['"', '#']);
            if line.chars().count() > widest && !literal {
                wrong.push(format!("src/{} line {}: wider than {widest}", source.name, index + 1));
            }
        }
    }
    nothing(&wrong, "a file has one subject");
}

#[test]
fn a_function_fits_on_a_screen() {
    let (mut looked_at, mut wrong) = (0, Vec::new());
    for source in sources() {
        let lines: Vec<&str> = source.text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let indent = &line[..line.len() - line.trim_start().len()];
            if line.trim_start().starts_with("//") || !names(line, "fn") || line.contains("impl Fn") {
                continue;
            }
            // In a formatted tree the body ends with the first brace as far in as the function's own line.
            let end = format!("{indent}}}");
            let own = if line.ends_with(['}', ';']) { Some(0) } else { lines[index..].iter().position(|l| *l == end) };
            let length = own.unwrap_or_default() + 1;
            looked_at += 1;
            if length > 70 {
                wrong.push(format!("src/{} line {}: {length} lines", source.name, index + 1));
            }
        }
    }
    nothing(&wrong, "a function has at most 70 lines");
    assert!(looked_at > 300, "only {looked_at} functions were found");
}

#[test]
fn every_file_says_first_what_it_is() {
    let silent: Vec<String> = sources().into_iter().filter(|s| !s.text.starts_with("//! ")).map(|s| s.name).collect();
    nothing(&silent, "every file begins with `//!`");
}

#[test]
fn the_top_of_the_repository_is_fixed() {
    let ignored = ["target", "published", "__pycache__"];
    let entries = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let shown = entries.filter(|name| {
        !name.starts_with('.') && name != "rustfmt.toml" && !ignored.contains(&name.as_str()) && !name.ends_with(".tmp")
    });
    assert_eq!(shown.collect::<BTreeSet<_>>(), TOP.map(str::to_owned).into_iter().collect());
    for hidden in [".ci/run", ".clippy.toml", ".gitignore", "rustfmt.toml"] {
        assert!(root().join(hidden).is_file(), "{hidden} is missing");
    }
}
