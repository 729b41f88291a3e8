//! The chain of nights: what proves that none was altered, removed or exchanged; what would break it and is refused; and
//! an old night that is run again together with all later ones, or not at all.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use fangpin::publish::{Staging, sha256_of};

use crate::harness::{House, Ran, Row, files_below, manifest, program, settlement};
use crate::ledger::Nights;

const DAYS: [&str; 4] = ["2025-11-27", "2025-11-28", "2025-11-30", "2025-12-01"];

/// Four nights of which each counts one settlement more.
fn four_nights() -> Nights {
    let mut nights = Nights::new();
    for (index, day) in DAYS.iter().enumerate() {
        nights.settlements.push(settlement(&index.to_string(), "9000.00").at(&format!("{day} 10:00:00")));
        nights.night(day);
    }
    nights
}

fn verify(house: &House) -> Ran {
    house.fangpin(&["verify", "--chain", "HOME/published"])
}

fn hash_of(path: &Path) -> String {
    sha256_of(&fs::read(path).unwrap())
}

#[test]
fn a_chain_as_it_was_published_is_proved_and_its_last_hash_told() {
    let nights = four_nights();
    let last = hash_of(&nights.folder(DAYS[3]).join("manifest.json"));
    let ran = verify(&nights.house);
    let told = format!(
        "HOME/published: 4 nights from 2025-11-27 to 2025-12-01, 36 files: all as published, each resting on the one \
         before it\nSHA-256 of the last manifest, to be kept elsewhere: {last}\n"
    );
    assert_eq!((ran.code, ran.stdout), (0, told));

    // Nights that were replaced are kept beside the chain and are no part of it.
    assert_eq!(nights.house.run(DAYS[3], &["--replace"]).code, 0);
    fs::remove_file(nights.folder("2025-12-01.replaced-1").join("ledger.parquet")).unwrap();
    assert_eq!(verify(&nights.house).code, 0);

    // Without a delivery too.
    fs::remove_dir_all(nights.house.path("delivery")).unwrap();
    assert_eq!(verify(&nights.house).code, 0);
}

#[test]
fn a_folder_without_a_night_is_no_chain() {
    let house = House::new();
    let ran = verify(&house);
    let line = "HOME/published: no night is published there; name the folder that holds the nights";
    assert_eq!((ran.code, ran.told()), (66, vec![line]));
    for arguments in [&["verify"][..], &["verify", "HOME/x", "--chain", "HOME/published"]] {
        assert_eq!(house.fangpin(arguments).code, 64);
    }
}

#[test]
fn one_altered_byte_in_any_file_of_any_old_night_is_found() {
    let nights = four_nights();
    let mut looked_at = 0;
    for day in &DAYS[..3] {
        for (file, bytes) in files_below(&nights.folder(day)) {
            let path = nights.folder(day).join(&file);
            for place in [4, bytes.len() / 2, bytes.len() - 1] {
                let mut altered = bytes.clone();
                altered[place] ^= 1;
                fs::write(&path, &altered).unwrap();
                let ran = verify(&nights.house);
                assert_eq!(ran.code, 65, "{day}/{file} byte {place}");
                assert!(ran.told().iter().any(|line| line.starts_with(&format!("HOME/published/{day}/{file}: "))));
                looked_at += 1;
            }
            fs::write(&path, bytes).unwrap();
        }
    }
    assert_eq!(looked_at, 3 * 10 * 3);
    assert_eq!(verify(&nights.house).code, 0);
}

#[test]
fn an_old_night_that_is_altered_together_with_its_manifest_is_found() {
    let nights = four_nights();
    let path = nights.folder(DAYS[1]).join("manifest.json");
    let was = hash_of(&path);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("\"flagged\": 1"));
    fs::write(&path, text.replace("\"flagged\": 1", "\"flagged\": 0")).unwrap();
    let ran = verify(&nights.house);
    let line = format!(
        "HOME/published/2025-11-28/manifest.json: has SHA-256 {}, but the night of 2025-11-30 rests on {was}",
        hash_of(&path)
    );
    assert_eq!((ran.code, ran.told()), (65, vec![line.as_str()]));
}

#[test]
fn a_removed_night_is_found() {
    let line = |day: &str, before: &str| {
        format!("HOME/published/{day}/manifest.json: rests on the night of {before}, which is not there")
    };
    for (index, removed) in DAYS[..3].iter().enumerate() {
        let nights = four_nights();
        fs::remove_dir_all(nights.folder(removed)).unwrap();
        let ran = verify(&nights.house);
        assert_eq!((ran.code, ran.told()), (66, vec![line(DAYS[index + 1], removed).as_str()]));
    }
}

#[test]
fn two_exchanged_nights_are_found() {
    let nights = four_nights();
    let [first, second, aside] = [DAYS[1], DAYS[2], "aside"].map(|name| nights.folder(name));
    for (from, to) in [(&first, &aside), (&second, &first), (&aside, &second)] {
        fs::rename(from, to).unwrap();
    }
    let ran = verify(&nights.house);
    let places = ["2025-11-28", "2025-11-30"].map(|day| format!("HOME/published/{day}/manifest.json"));
    let last = hash_of(&second.join("manifest.json"));
    let expected = [
        format!("{}: is that of the night of 2025-11-30", places[0]),
        format!("{}: rests on the night of 2025-11-28, which is not there", places[0]),
        format!("{}: is that of the night of 2025-11-28", places[1]),
        format!("{}: rests on the night of 2025-11-27, but that of 2025-11-28 stands between", places[1]),
        format!("{}: has SHA-256 {last}, but the night of 2025-12-01 rests on {}", places[1], {
            hash_of(&first.join("manifest.json"))
        }),
    ];
    assert_eq!((ran.code, ran.told()), (65, expected.iter().map(String::as_str).collect()));
}

#[test]
fn a_night_that_was_put_between_two_others_is_found() {
    let nights = four_nights();
    assert_eq!(nights.house.run("2025-11-29", &["--published", "HOME/other"]).code, 0);
    fs::rename(nights.house.path("other/2025-11-29"), nights.folder("2025-11-29")).unwrap();
    let ran = verify(&nights.house);
    let expected = [
        "HOME/published/2025-11-29/manifest.json: names no night before it, but that of 2025-11-28 stands there",
        "HOME/published/2025-11-30/manifest.json: rests on the night of 2025-11-28, but that of 2025-11-29 stands between",
    ];
    assert_eq!((ran.code, ran.told()), (65, expected.to_vec()));
}

// --- what would break it ---

#[test]
fn an_old_night_is_not_replaced_alone_and_none_is_put_before_those_that_stand() {
    let nights = four_nights();
    let before = nights.house.published();
    for (day, more, later) in [
        ("2025-11-28", &["--replace"][..], "2025-11-30, 2025-12-01"),
        ("2025-11-29", &[], "2025-11-30, 2025-12-01"),
        ("2025-11-01", &["--replace"], "2025-11-27, 2025-11-28, 2025-11-30, 2025-12-01"),
    ] {
        let ran = nights.house.run(day, more);
        let line = format!(
            "HOME/published/{day}: later nights stand that rest on what is before them: {later}; nothing was done: run \
             this one into a copy of the folder as it stood before it, replies and all (--published), or together with \
             them (--replace --through 2025-12-01; the old ones are kept)"
        );
        assert_eq!((ran.code, ran.told()), (73, vec![line.as_str()]));
    }
    assert!(nights.house.published() == before);
    assert_eq!(nights.house.run("2025-11-28", &["--published", "HOME/other"]).code, 0);
    assert_eq!(nights.house.run("2025-12-01", &["--replace"]).code, 0, "the last one may be replaced");
    assert_eq!(verify(&nights.house).code, 0);
}

#[test]
fn through_names_the_last_night_and_goes_with_replace() {
    let nights = four_nights();
    let before = nights.house.published();
    let ran = nights.house.run("2025-11-28", &["--replace", "--through", "2025-11-30"]);
    let line = "--through 2025-11-30: the last night to run again is 2025-12-01; name that one";
    assert_eq!((ran.code, ran.told()), (64, vec![line]));
    assert_eq!(nights.house.run("2025-11-28", &["--through", "2025-12-01"]).code, 64);
    assert!(nights.house.published() == before);
}

// --- an old night again, with all later ones ---

/// Puts a settlement of the 28th into the delivery that nobody knew of then.
fn more_is_known(nights: &mut Nights) -> Row {
    let row = settlement("late", "2000.00").at("2025-11-28 11:00:00");
    nights.settlements.push(row.clone());
    nights.deliver();
    row
}

#[test]
fn an_old_night_and_all_later_ones_are_replaced_together() {
    let mut nights = four_nights();
    let before = nights.house.published();
    more_is_known(&mut nights);
    let ran = nights.house.run("2025-11-28", &["--replace", "--through", "2025-12-01"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("published HOME/published/2025-11-28\npublished HOME/published/2025-11-30\n\nrule"));
    assert!(ran.stdout.ends_with("published HOME/published/2025-12-01\n"));
    assert_eq!(verify(&nights.house).code, 0);

    // 2 × 9000 and 2000 are twice the threshold, 10000: the night of the 30th has nothing to raise any more.
    assert_eq!(nights.movements("2025-11-28"), ["A opened return_to_poverty 20000.00"]);
    assert_eq!(nights.movements("2025-11-30"), [""; 0]);
    let after = nights.house.published();
    for (name, bytes) in &before {
        let (day, file) = name.split_once('/').unwrap();
        let kept = if day == DAYS[0] { name.clone() } else { format!("{day}.replaced-1/{file}") };
        assert!(after[&kept] == *bytes, "{kept}");
    }
    assert_eq!(after.len(), before.len() / 4 * 7, "nothing else is left");
}

#[test]
fn a_missed_night_is_put_in_with_all_later_ones() {
    let nights = four_nights();
    let ran = nights.house.run("2025-11-29", &["--replace", "--through", "2025-12-01"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(verify(&nights.house).code, 0);
    assert_eq!(manifest(&nights.folder("2025-11-30"))["predecessor"]["night"], "2025-11-29");
    assert!(!nights.folder("2025-11-29.replaced-1").exists());
}

#[test]
fn later_nights_read_the_delivery_that_they_read_before() {
    let mut nights = four_nights();
    let house = &nights.house;
    let own = |day: &str| manifest(&nights.folder(day))["delivery"].as_str().unwrap().to_owned();
    let other = house.path("other-delivery");
    copy(&house.path("delivery"), &other);
    let ran = house.run(DAYS[3], &["--replace", "--delivery", "HOME/other-delivery"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(house.run(DAYS[2], &["--replace", "--through", DAYS[3]]).code, 0);
    assert!(own(DAYS[2]).ends_with("/delivery") && own(DAYS[3]).ends_with("/other-delivery"));

    // Unless one is given for all of them.
    let all = ["--replace", "--through", DAYS[3], "--delivery", "HOME/other-delivery"];
    assert_eq!(house.run(DAYS[2], &all).code, 0);
    assert!(own(DAYS[2]).ends_with("/other-delivery"));

    // One that is gone is said before anything is done.
    fs::remove_dir_all(&other).unwrap();
    let before = house.published();
    let ran = house.run(DAYS[1], &["--replace", "--through", DAYS[3]]);
    let line = "HOME/other-delivery: no such folder; name the delivery with `delivery` in the job or with --delivery";
    assert_eq!((ran.code, ran.told()), (66, vec![line]));
    assert!(house.published() == before);

    // And a night that is refused leaves all of them.
    copy(&house.path("delivery"), &other);
    fs::write(other.join("settlements/a.parquet"), "no Parquet").unwrap();
    let ran = house.run(DAYS[0], &["--replace", "--through", DAYS[3]]);
    assert_eq!(ran.code, 65, "{}", ran.stderr);
    assert!(house.published() == before);
    more_is_known(&mut nights);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for (name, bytes) in files_below(from) {
        match name.ends_with('/') {
            true => fs::create_dir_all(to.join(name)).unwrap(),
            false => fs::write(to.join(name), bytes).unwrap(),
        }
    }
}

/// The names in the published folder that are none of the chain's own.
fn leftovers(house: &House) -> Vec<String> {
    let names = house.published().into_keys();
    names.filter(|name| name.starts_with('.') && !name.starts_with(".lock")).collect()
}

#[test]
fn killed_at_any_step_of_a_common_replacement_the_next_run_makes_the_chain_whole() {
    let mut nights = four_nights();
    let published = nights.house.path("published");
    let old = nights.house.published();
    more_is_known(&mut nights);
    assert_eq!(nights.house.run(DAYS[2], &["--replace", "--through", DAYS[3]]).code, 0);
    let new = nights.house.published();
    assert!(old != new);

    // The folder as it is when all is staged, and the steps from there.
    let begin = |journal: bool| {
        fs::remove_dir_all(&published).unwrap();
        copy_of(&old, &published);
        for day in &DAYS[2..] {
            let staged = new.iter().filter_map(|(name, bytes)| Some((name.strip_prefix(&format!("{day}/"))?, bytes)));
            copy_of(
                &staged.map(|(file, bytes)| (format!(".staging-{day}/{file}"), bytes.clone())).collect(),
                &published,
            );
        }
        if journal {
            fs::write(published.join(".replacing"), format!("{}\n{}\n", DAYS[2], DAYS[3])).unwrap();
        }
    };
    let steps: Vec<(String, String)> = DAYS[2..]
        .iter()
        .flat_map(|day| {
            [
                (day.to_string(), format!(".replacing-{day}")),
                (format!(".staging-{day}"), day.to_string()),
                (format!(".replacing-{day}"), format!("{day}.replaced-1")),
            ]
        })
        .collect();
    let tidied = || drop(Staging::begin(&published, "2025-12-02".parse().unwrap(), false).unwrap());

    begin(false);
    tidied();
    assert!(nights.house.published() == old, "before the journal stands, the old nights do");
    for done in 0..=steps.len() {
        begin(true);
        for (from, to) in &steps[..done] {
            fs::rename(published.join(from), published.join(to)).unwrap();
        }
        tidied();
        assert_eq!(leftovers(&nights.house), [""; 0], "after {done} steps");
        assert!(nights.house.published() == new, "after {done} steps");
        assert_eq!(verify(&nights.house).code, 0);
    }
}

#[test]
fn a_common_replacement_that_is_killed_leaves_the_old_nights_or_the_new() {
    let mut nights = four_nights();
    let published = nights.house.path("published");
    let old = nights.house.published();
    more_is_known(&mut nights);
    let order = ["run", "HOME/job.toml", "--as-of", DAYS[2], "--replace", "--through", DAYS[3]];
    assert_eq!(nights.house.fangpin(&order).code, 0);
    let new = nights.house.published();
    let chain = |all: &BTreeMap<String, Vec<u8>>| -> Vec<(String, Vec<u8>)> {
        all.clone().into_iter().filter(|(name, _)| !name.contains("replaced")).collect()
    };
    let [third, fourth] = [DAYS[2], DAYS[3]];
    let traces = [
        format!(".staging-{third}"),
        format!(".staging-{fourth}/flagged.parquet"),
        format!(".staging-{fourth}/manifest.json"),
        ".replacing".to_owned(),
        format!(".replacing-{third}"),
        format!(".replacing-{fourth}"),
    ];
    let mut interrupted = 0;
    for trace in traces.iter().cycle().take(18) {
        fs::remove_dir_all(&published).unwrap();
        copy_of(&old, &published);
        let mut run =
            program().args(nights.house.named(&order)).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while !published.join(trace).exists() && run.try_wait().unwrap().is_none() {
            std::hint::spin_loop();
        }
        run.kill().unwrap();
        run.wait().unwrap();
        interrupted += u32::from(!leftovers(&nights.house).is_empty());
        // The next run tidies, whatever it is asked for.
        assert_eq!(nights.house.run(fourth, &[]).code, 73);
        assert_eq!(leftovers(&nights.house), [""; 0], "{trace}");
        let stands = chain(&nights.house.published());
        assert!(stands == chain(&old) || stands == chain(&new), "{trace}");
        assert_eq!(verify(&nights.house).code, 0, "{trace}");
    }
    assert!(interrupted > 0, "no run was killed while it replaced");
}

fn copy_of(files: &BTreeMap<String, Vec<u8>>, to: &Path) {
    for (name, bytes) in files {
        let path = to.join(name);
        match name.ends_with('/') {
            true => fs::create_dir_all(path).unwrap(),
            false => {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
            }
        }
    }
}
