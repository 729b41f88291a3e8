//! No name and no certificate number reaches a message, a log, a metric or the manifest, whatever becomes of the night.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use fangpin::sample;

use crate::harness::{AS_OF, House, Ran, files_below, read, read_columns};

/// A house with a small sample.
fn sampled() -> House {
    let house = House::new();
    let out = house.path("delivery");
    let options = sample::Options { people: 300, settlements: 2_000, as_of: AS_OF.parse().unwrap(), seed: 7, out };
    sample::write(&options).unwrap();
    house
}

/// Every name and certificate number of the sample. A resident id is told by its first seventeen digits, and by the
/// fifteen of the older form.
fn secrets(house: &House) -> BTreeSet<String> {
    let mut secrets = BTreeSet::new();
    for (table, column) in [
        ("settlements", "certno"),
        ("settlements", "psn_name"),
        ("identities", "certno"),
        ("identities", "psn_name"),
        ("identities", "tel"),
        ("commercial", "certno"),
    ] {
        let folder = house.path("delivery").join(table);
        for name in files_below(&folder).keys().filter(|name| name.ends_with(".parquet")) {
            let cells = read_columns(&folder.join(name), |name| name == column)
                .into_iter()
                .filter_map(|mut row| row.remove(column));
            secrets.extend(cells.map(|cell| cell.trim().chars().take(17).collect::<String>()));
        }
    }
    secrets.retain(|secret| secret.chars().count() >= 4);
    assert!(secrets.len() > 500, "{}", secrets.len());
    secrets
}

fn tells_nothing(secrets: &BTreeSet<String>, what: &str, text: &str) {
    assert!(!text.is_empty(), "{what} is empty");
    let capitals = text.to_uppercase();
    let told: Vec<&String> = secrets.iter().filter(|secret| capitals.contains(&secret.to_uppercase())).collect();
    assert!(told.is_empty(), "{what} tells {}, the first {:?}", told.len(), told.first());
}

fn says_nothing(secrets: &BTreeSet<String>, what: &str, ran: &Ran) {
    tells_nothing(secrets, what, &format!("{}{}", ran.stdout, ran.stderr));
}

#[test]
fn a_published_night_tells_nobody_who_anybody_is() {
    let house = sampled();
    let secrets = secrets(&house);
    for (format, day) in [("json", "2025-11-29"), ("text", "2025-11-30")] {
        let ran = house.run(day, &["--log-format", format, "--metrics", "HOME/metrics.prom"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        says_nothing(&secrets, format, &ran);
        let night = house.path("published").join(day);
        assert!(!read(&night.join("flagged.parquet")).is_empty());
        for file in [night.join("manifest.json"), house.path("metrics.prom")] {
            tells_nothing(&secrets, &file.display().to_string(), &fs::read_to_string(&file).unwrap());
        }
    }
    says_nothing(&secrets, "check", &house.fangpin(&["check", "HOME/delivery", "--rows", "1000"]));
    says_nothing(&secrets, "verify", &house.fangpin(&["verify", "HOME/published/2025-11-30"]));
    says_nothing(&secrets, "chain", &house.fangpin(&["verify", "--chain", "HOME/published"]));
}

#[test]
fn a_refused_night_tells_nobody_who_anybody_is() {
    let house = sampled();
    let secrets = secrets(&house);
    for (old, new) in
        [("reject_percent = \"100\"", "reject_percent = \"0\""), ("unknown_codes  = 100", "unknown_codes  = 0")]
    {
        house.edit("job.toml", old, new);
        for format in ["text", "json"] {
            let ran = house.run(AS_OF, &["--log-format", format]);
            assert_eq!(ran.code, 65, "{}", ran.stderr);
            says_nothing(&secrets, new, &ran);
        }
    }
    fs::write(house.path("delivery/income/income.parquet"), b"").unwrap();
    says_nothing(&secrets, "an empty file", &house.run(AS_OF, &[]));
}

#[test]
fn json_logs_are_one_object_a_line_refusals_too() {
    let house = sampled();
    let sound = house.run(AS_OF, &["--log-format", "json"]);
    let again = house.run(AS_OF, &["--log-format", "json"]);
    assert_eq!((sound.code, again.code), (0, 73));
    let lines: Vec<serde_json::Value> =
        sound.stderr.lines().chain(again.stderr.lines()).map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() >= 4, "{}", lines.len());
    let last = lines.last().unwrap();
    assert_eq!((&last["level"], &last["fields"]["code"]), (&"ERROR".into(), &73.into()));
}

#[test]
fn nobody_else_can_read_what_was_published() {
    let house = sampled();
    assert_eq!(house.run(AS_OF, &[]).code, 0);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let published = house.path("published");
    assert_eq!(mode(&published), 0o700);
    let all = files_below(&published);
    assert_eq!(all.len(), 10, "{:?}", all.keys());
    for name in all.keys() {
        let expected = if name.ends_with('/') { 0o700 } else { 0o600 };
        assert_eq!(mode(&published.join(name)), expected, "{name}");
    }
}
