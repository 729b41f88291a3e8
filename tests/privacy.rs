//! No name, no certificate number and no warning's number reaches a message, a log, a metric, a manifest or the record
//! of a reply, whatever becomes of the night.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use fangpin::sample;

use crate::harness::{AS_OF, Cells, House, Ran, files_below, read, read_columns, root};
use crate::office::{self, List};

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
        ("insured", "certno"),
        ("contributions", "certno"),
        ("outreach", "certno"),
    ] {
        let folder = house.path("delivery").join(table);
        for name in files_below(&folder).keys().filter(|name| name.ends_with(".parquet")) {
            let cells = read_columns(&folder.join(name), |name| name == column)
                .into_iter()
                .filter_map(|mut row| row.remove(column));
            secrets.extend(cells.map(|cell| cell.trim().chars().take(17).collect::<String>()));
        }
    }
    secrets.retain(|secret| secret.chars().count() >= 4 || secret.starts_with("测试"));
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

/// The number of every warning of a night, and the certificate numbers as the night has them.
fn warnings(house: &House, day: &str) -> BTreeSet<String> {
    let ledger = house.read(day, "ledger");
    assert!(ledger.len() > 5, "{}", ledger.len());
    ledger
        .into_iter()
        .flat_map(|row| [row["warning_id"]["2025-".len()..].to_owned(), row["person_id"].clone()])
        .collect()
}

/// What is published as JSON, manifests and what was made of a reply, and the name of every file.
fn json_tells_nothing(secrets: &BTreeSet<String>, house: &House, expected: usize) {
    let mut found = files_below(&house.path("published"));
    tells_nothing(secrets, "the folder", &found.keys().cloned().collect::<Vec<_>>().join("\n"));
    found.retain(|name, _| name.ends_with(".json"));
    assert_eq!(found.len(), expected, "{:?}", found.keys());
    for (name, bytes) in found {
        tells_nothing(secrets, &name, &String::from_utf8(bytes).unwrap());
    }
}

#[test]
fn a_published_night_tells_nobody_who_anybody_is() {
    let house = sampled();
    office::joins(&house);
    let mut secrets = secrets(&house);
    for (format, day) in [("json", "2025-11-29"), ("text", "2025-11-30")] {
        let ran = house.run(day, &["--log-format", format, "--metrics", "HOME/metrics.prom"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        secrets.extend(warnings(&house, day));
        says_nothing(&secrets, format, &ran);
        assert!(!house.read(day, "flagged").is_empty());
        tells_nothing(&secrets, "metrics", &fs::read_to_string(house.path("metrics.prom")).unwrap());
    }
    json_tells_nothing(&secrets, &house, 2);
    for asked in [
        ["check", "HOME/delivery", "--rows", "1000"].as_slice(),
        &["verify", "HOME/published/2025-11-30"],
        &["verify", "--chain", "HOME/published"],
        &["policy", "HOME/policy.toml", "--as-of", AS_OF],
        &["backtest", "--job", "HOME/job.toml", "--from", "2025-11-01", "--to", AS_OF],
    ] {
        let ran = house.fangpin(asked);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        says_nothing(&secrets, asked[0], &ran);
    }
    an_explanation_tells_no_number(&house, &secrets);
}

/// The page is about somebody, whose name may stand in it, and whose number may not.
fn an_explanation_tells_no_number(house: &House, secrets: &BTreeSet<String>) {
    let flagged = house.read(AS_OF, "flagged");
    let page =
        ["explain", "--night", "HOME/published/2025-11-30", "--person", "HOME/number", "--html", "HOME/page.html"];
    for row in flagged.iter().take(12) {
        fs::write(house.path("number"), &row["person_id"]).unwrap();
        let ran = house.fangpin(&page);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let mut others = secrets.clone();
        others.retain(|secret| row.get("name").is_none_or(|name| !name.starts_with(secret.as_str())));
        says_nothing(&others, "a page", &ran);
        tells_nothing(&others, "a page of HTML", &fs::read_to_string(house.path("page.html")).unwrap());
    }
    fs::write(house.path("number"), secrets.iter().find(|secret| secret.starts_with("150799")).unwrap()).unwrap();
    says_nothing(secrets, "no page", &house.fangpin(&page));
}

#[test]
fn a_reply_tells_nobody_who_anybody_is() {
    let house = sampled();
    office::joins(&house);
    let mut secrets = secrets(&house);
    assert_eq!(house.run("2025-11-29", &[]).code, 0);
    secrets.extend(warnings(&house, "2025-11-29"));
    let night = house.path("published/2025-11-29");
    let mut list = List::sent(&night).unwrap();
    let people: Vec<String> = list.people().into_iter().map(|(_, person)| person.to_owned()).collect();
    let numbers: Vec<String> =
        read(&night.join("ledger.parquet")).into_iter().map(|mut row| row.remove("warning_id").unwrap()).collect();

    // Whatever may be wrong on a line, each time by way of somebody's number or name.
    let name = "测试12";
    list.rename(name);
    let sound = [("反馈结果", "已救助"), ("备注", name)];
    let wrong = [
        ("证件号码", people[0].as_str()),
        ("预警编号", &people[0]),
        ("预警编号", &numbers[0][1..]),
        ("反馈结果", name),
        ("办理日期", &people[0]),
        ("暂不再推送至", name),
    ];
    assert!(people.len() > wrong.len() + 1, "the list is too short");
    list.fill(&people[1], &sound);
    for (person, cell) in people[2..].iter().zip(wrong) {
        list.fill(person, &[sound[0], sound[1], cell]);
    }
    let given = |bytes: Vec<u8>, format: &str| {
        fs::write(house.path("returned.xlsx"), bytes).unwrap();
        let asked =
            ["reply", "HOME/returned.xlsx", "--job", "HOME/job.toml", "--received", AS_OF, "--log-format", format];
        let ran = house.fangpin(&asked);
        says_nothing(&secrets, "a reply", &ran);
        ran
    };
    // A workbook bears the second in which it was saved.
    let saved = list.saved();
    let ran = given(saved.clone(), "text");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout.lines().filter(|line| line.starts_with("refused: ")).count(), wrong.len(), "{}", ran.stdout);
    assert!(given(saved, "json").stdout.contains("was given before"));
    json_tells_nothing(&secrets, &house, 2);

    // The same without a sound line.
    list.fill(&people[1], &[("反馈结果", name)]);
    for format in ["text", "json"] {
        assert_eq!(given(list.saved(), format).code, 65);
    }
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    says_nothing(&secrets, "the night after", &ran);
    json_tells_nothing(&secrets, &house, 3);
}

#[test]
fn the_audits_tell_nobody_who_anybody_is() {
    let house = sampled();
    let mut secrets = secrets(&house);
    for name in ["weekly", "monthly"] {
        let job = root().join("jobs").join(format!("{name}.toml")).display().to_string();
        let published = format!("HOME/{name}");
        for (format, day) in [("json", "2025-11-29"), ("text", "2025-11-30")] {
            let ran = house.fangpin(
                &[
                    ["run", &job, "--as-of", day, "--log-format", format].as_slice(),
                    &["--delivery", "HOME/delivery", "--published", &published, "--metrics", "HOME/metrics.prom"],
                    if name == "weekly" { &["--against", "HOME/delivery"][..] } else { &[] },
                ]
                .concat(),
            );
            assert_eq!(ran.code, 0, "{}", ran.stderr);
            let problems = read(&house.path(name).join(day).join("problems.parquet"));
            assert!(problems.len() > 5, "{}", problems.len());
            // An institution is nobody: its code may stand anywhere.
            let of = |row: Cells| {
                let person = row.get("person_id").cloned();
                std::iter::once(row["problem_id"]["2025-".len()..].to_owned()).chain(person)
            };
            secrets.extend(problems.into_iter().flat_map(of));
            says_nothing(&secrets, name, &ran);
            tells_nothing(&secrets, "metrics", &fs::read_to_string(house.path("metrics.prom")).unwrap());
        }
        let published = files_below(&house.path(name));
        tells_nothing(&secrets, "the folder", &published.keys().cloned().collect::<Vec<_>>().join("\n"));
        let manifests: Vec<_> = published.iter().filter(|(file, _)| file.ends_with(".json")).collect();
        assert_eq!(manifests.len(), 2);
        for (file, bytes) in manifests {
            tells_nothing(&secrets, file, &String::from_utf8(bytes.clone()).unwrap());
        }
        let chain = house.fangpin(&["verify", "--chain", &format!("HOME/{name}")]);
        assert_eq!(chain.code, 0, "{}", chain.stderr);
        says_nothing(&secrets, "verify", &chain);
    }
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
    assert_eq!(all.len(), 12, "{:?}", all.keys());
    for name in all.keys() {
        let expected = if name.ends_with('/') { 0o700 } else { 0o600 };
        assert_eq!(mode(&published.join(name)), expected, "{name}");
    }
}
