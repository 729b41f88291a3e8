//! What bad input gets: one exact line, the right exit code, nothing half published, last night as it was to the byte.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use arrow_array::{ArrayRef, Float64Array, RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema};
use fangpin::sample;

use crate::harness::{
    A, AS_OF, B, House, Ran, Row, batch, files_below, identity, income, payment, program, settlement, shipped, write,
};

/// The night before the one that is refused.
const LAST_NIGHT: &str = "2025-11-29";

/// A house in which last night was published.
struct Standing {
    house: House,
    last_night: BTreeMap<String, Vec<u8>>,
}

impl Standing {
    fn new() -> Standing {
        let house = House::new();
        house.deliver("settlements", &[settlement("1", "10000.01"), settlement("2", "20000.00").of(B)]);
        house.deliver("identities", &[identity(A, "2"), identity(B, "5")]);
        house.deliver("income", &[income("150721", "2024", "20000.00")]);
        house.deliver("commercial", &[payment("P", "2025-03-01", "0.00")]);
        let ran = house.run(LAST_NIGHT, &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let last_night = house.published();
        assert!(last_night[&format!("{LAST_NIGHT}/manifest.json")].len() > 100);
        Standing { house, last_night }
    }

    fn settlements(&self, rows: &[Row]) {
        self.house.deliver("settlements", rows);
    }

    fn file(&self, name: &str) -> Vec<u8> {
        fs::read(self.house.path("delivery").join(name)).unwrap()
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.house.path("delivery").join(name), bytes).unwrap();
    }

    /// Writes settlements in which some columns are others than they should be.
    fn columns(&self, change: impl FnOnce(&mut Vec<(String, ArrayRef)>)) {
        let rows = batch("settlements", &[&settlement("1", "10000.01")]);
        let schema = rows.schema();
        let mut columns: Vec<(String, ArrayRef)> =
            schema.fields().iter().map(|field| field.name().clone()).zip(rows.columns().to_vec()).collect();
        change(&mut columns);
        let fields: Vec<Field> =
            columns.iter().map(|(name, array)| Field::new(name, array.data_type().clone(), true)).collect();
        let arrays = columns.into_iter().map(|(_, array)| array).collect();
        let options = RecordBatchOptions::new();
        let rows = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options).unwrap();
        write(&self.house.path("delivery/settlements/a.parquet"), &rows);
    }

    /// Tonight is refused with these lines and nothing else, and whatever was published stands as it was.
    fn refuses(&self, code: i32, lines: &[&str]) {
        self.holds_after(&self.house.run(AS_OF, &[]), code, lines);
    }

    fn holds_after(&self, ran: &Ran, code: i32, lines: &[&str]) {
        assert_eq!(ran.told(), lines);
        assert_eq!(ran.code, code);
        assert_eq!(ran.stdout, "");
        assert!(self.house.published() == self.last_night, "{:?}", self.house.published().keys());
    }
}

// --- files ---

#[test]
fn a_file_of_no_bytes_is_refused() {
    let night = Standing::new();
    night.put("settlements/a.parquet", b"");
    night.refuses(65, &["settlements/a.parquet: is empty (0 bytes), expected a Parquet file; have it sent again"]);
}

#[test]
fn a_file_cut_short_is_refused() {
    let night = Standing::new();
    for table in ["settlements", "identities", "income", "commercial"] {
        let name = format!("{table}/a.parquet");
        let whole = night.file(&name);
        night.put(&name, &whole[..whole.len() - 20]);
        let ran = night.house.run(AS_OF, &[]);
        let line = ran.told().join("\n");
        let (place, end) = (format!("{name}: not a whole Parquet file ("), "); have it sent again");
        assert!(line.starts_with(&place) && line.ends_with(end) && line.lines().count() == 1, "{line}");
        night.holds_after(&ran, 65, &[&line]);
        night.put(&name, &whole);
    }
}

#[test]
fn an_encrypted_file_is_refused_as_such() {
    let night = Standing::new();
    let whole = night.file("settlements/a.parquet");
    night.put("settlements/a.parquet", &[b"PARE", &whole[4..whole.len() - 4], b"PARE"].concat());
    night.refuses(65, &["settlements/a.parquet: is encrypted; have it sent unencrypted"]);
}

#[test]
fn what_is_no_parquet_is_refused_as_such() {
    let night = Standing::new();
    night.put("income/a.parquet", b"area_code,year\n150721,2024\n");
    night.refuses(
        65,
        &["income/a.parquet: is not a Parquet file (27 bytes that do not start with PAR1); have it sent again"],
    );
}

#[test]
fn overwritten_pages_under_good_footers_are_refused_all_at_once() {
    let night = Standing::new();
    let names = ["settlements", "identities", "income"].map(|table| format!("{table}/a.parquet"));
    for name in &names {
        let mut bytes = night.file(name);
        let footer = u32::from_le_bytes(bytes[bytes.len() - 8..bytes.len() - 4].try_into().unwrap()) as usize;
        let end = bytes.len() - 8 - footer;
        bytes[4..end].fill(0xaa);
        night.put(name, &bytes);
    }
    let ran = night.house.run(AS_OF, &[]);
    let told = ran.told();
    assert_eq!(told.len(), names.len(), "{told:?}");
    for (line, name) in told.iter().zip(&names) {
        assert!(line.starts_with(&format!("{name}: cannot be read to its end (")), "{line}");
        assert!(line.ends_with("); have it sent again"), "{line}");
    }
    night.holds_after(&ran, 65, &told.iter().map(|line| &**line).collect::<Vec<_>>());
}

#[test]
fn a_table_that_is_missing_or_without_a_file_is_refused() {
    let night = Standing::new();
    fs::remove_dir_all(night.house.path("delivery/identities")).unwrap();
    fs::remove_file(night.house.path("delivery/settlements/a.parquet")).unwrap();
    fs::remove_file(night.house.path("delivery/commercial/a.parquet")).unwrap();
    night.refuses(
        66,
        &[
            "HOME/delivery/settlements: no *.parquet file below it; deliver it",
            "HOME/delivery/identities: no such folder; the delivery needs `identities` (人员身份信息), one \
             *.parquet file at least",
            "HOME/delivery/commercial: no *.parquet file below it; deliver it, or remove the folder if \
             there is nothing to deliver",
        ],
    );
}

#[test]
fn a_delivery_that_is_not_there_is_refused() {
    let night = Standing::new();
    let ran = night.house.run(AS_OF, &["--delivery", "HOME/nowhere"]);
    let line = "HOME/nowhere: no such folder; name the delivery with `delivery` in the job or with --delivery";
    night.holds_after(&ran, 66, &[line]);
}

#[test]
fn a_file_that_changes_while_it_is_read_is_refused() {
    let night = sampled();
    let line = "settlements/setl_2025-03.parquet: changed while it was read; nothing was published, run again when the \
                delivery is complete";
    let touched = night.house.path("delivery/settlements/setl_2025-03.parquet");
    let done = AtomicBool::new(false);
    let refused = thread::scope(|scope| {
        scope.spawn(|| {
            // Every touch gives another time: one that falls between the first look at the file and the last is seen.
            for second in (1..).take_while(|_| !done.load(Ordering::Relaxed)) {
                let time = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
                File::options().append(true).open(&touched).unwrap().set_modified(time).unwrap();
            }
        });
        let refused = (0..20).any(|_| {
            let ran = night.house.run(AS_OF, &[]);
            if ran.code == 0 {
                // On a busy machine no touch may have come in time.
                fs::remove_dir_all(night.house.path("published").join(AS_OF)).unwrap();
                return false;
            }
            done.store(true, Ordering::Relaxed);
            night.holds_after(&ran, 65, &[line]);
            true
        });
        done.store(true, Ordering::Relaxed);
        refused
    });
    assert!(refused);
    assert_eq!(night.house.run(AS_OF, &[]).code, 0);
}

// --- columns ---

#[test]
fn a_wrong_column_type_is_refused() {
    let night = Standing::new();
    night.columns(|columns| {
        for (name, array) in columns {
            if ["medfee_sumamt", "setl_time"].contains(&name.as_str()) {
                *array = Arc::new(Float64Array::from(vec![1.5]));
            }
        }
    });
    night.refuses(
        65,
        &[
            "settlements/a.parquet: column `setl_time` is a floating-point number, expected a timestamp, \
             INT96, or text yyyy-MM-dd HH:mm:ss (schemas/settlements.v1.toml)",
            "settlements/a.parquet: column `medfee_sumamt` is a floating-point number, expected a decimal \
             with at most two decimals and 38 digits (schemas/settlements.v1.toml)",
        ],
    );
}

#[test]
fn a_missing_column_is_refused() {
    let night = Standing::new();
    night.columns(|columns| columns.retain(|(name, _)| name != "hifp_pay" && name != "insu_admdvs"));
    night.refuses(
        65,
        &[
            "settlements/a.parquet: column `insu_admdvs` (参保所属医保区划, also named `insu_optins`) is missing \
             (schemas/settlements.v1.toml)",
            "settlements/a.parquet: column `hifp_pay` (基本医疗保险统筹基金支出) is missing (schemas/settlements.v1.toml)",
        ],
    );
}

#[test]
fn a_column_that_only_the_policy_needs_is_refused_when_missing() {
    let night = Standing::new();
    night.house.edit("policy.toml", "\"burden_total\"", "\"burden_in_scope\"");
    night.refuses(
        65,
        &["settlements/a.parquet: column `inscp_amt` (符合政策范围金额, also named `inscp_scp_amt`) is missing \
           (schemas/settlements.v1.toml)"],
    );
}

#[test]
fn two_accepted_names_of_one_column_are_refused() {
    let night = Standing::new();
    night.columns(|columns| {
        let (_, areas) = columns.iter().find(|(name, _)| name == "insu_admdvs").unwrap().clone();
        columns.push(("insu_optins".to_owned(), areas));
    });
    night.refuses(
        65,
        &["settlements/a.parquet: columns `insu_admdvs` and `insu_optins` are two names of one column \
           (参保所属医保区划), expected one of them (schemas/settlements.v1.toml)"],
    );
}

#[test]
fn one_name_twice_is_refused() {
    let night = Standing::new();
    night.columns(|columns| {
        let cost = columns.iter().find(|(name, _)| name == "medfee_sumamt").unwrap().clone();
        columns.push(cost);
    });
    night.refuses(
        65,
        &["settlements/a.parquet: column `medfee_sumamt` stands there twice, expected it once \
           (schemas/settlements.v1.toml)"],
    );
}

#[test]
fn the_faults_of_all_files_are_said_at_once() {
    let night = Standing::new();
    night.put("settlements/a.parquet", b"");
    night.put("settlements/b.parquet", b"PAR1");
    night.put("income/a.parquet", b"PARE");
    fs::remove_dir_all(night.house.path("delivery/identities")).unwrap();
    let ran = night.house.run(AS_OF, &[]);
    let places: Vec<&str> = ran.told().iter().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(
        places,
        ["HOME/delivery/identities", "settlements/a.parquet", "settlements/b.parquet", "income/a.parquet"]
    );
    let told = ran.told().join("\n");
    night.holds_after(&ran, 65, &told.lines().collect::<Vec<_>>());
}

// --- rows ---

#[test]
fn no_income_for_last_year_is_refused_with_the_area_and_the_year() {
    let night = Standing::new();
    night.house.deliver("income", &[income("150721", "2023", "20000.00"), income("150721", "2025", "20000.00")]);
    night.refuses(
        65,
        &["income: no reference income for 150721 in 2024 (series rural, looked for at level county, \
           prefecture), the latest is 150721 for 2023; add it to the income table or allow an older year (`older_years` in the policy)"],
    );
    night.house.edit("policy.toml", "older_years = 0", "older_years = 2");
    night.house.deliver("income", &[income("150721", "2021", "20000.00")]);
    night.refuses(
        65,
        &["income: no reference income for 150721 in 2024 (series rural, looked for at level county, \
           prefecture), the latest is 150721 for 2021; the policy allows no more than 2 years older; add it to \
           the income table"],
    );
}

#[test]
fn two_incomes_for_one_area_and_year_are_refused() {
    let night = Standing::new();
    let rows = [income("150721", "2024", "20000.00"), income("150721", "2024", "20000.01").in_file("b.parquet")];
    night.house.deliver("income", &rows);
    night.refuses(
        65,
        &["income/b.parquet row 1: 150721 has 20000.01 for 2024 (rural), but income/a.parquet row 1 says \
           20000.00; keep the one that was published"],
    );
}

#[test]
fn more_unknown_codes_than_the_job_bears_are_refused() {
    let night = Standing::new();
    night.house.edit("job.toml", "unknown_codes  = 100", "unknown_codes  = 2");
    let register = [identity(A, "77"), identity(B, "88"), identity(A, "77"), identity(B, "2")];
    night.house.deliver("identities", &register[1..]);
    assert_eq!(night.house.run(AS_OF, &[]).code, 0, "two are borne");
    fs::remove_dir_all(night.house.path("published").join(AS_OF)).unwrap();
    night.house.deliver("identities", &register);
    night.refuses(
        65,
        &["identities: 3 identities in force bear a local code that HOME/codes.toml lacks, more than the 2 \
           that the job bears (`unknown_codes`): `77` (2), `88` (1); add the codes to the mapping"],
    );
}

#[test]
fn more_rejected_rows_than_the_job_bears_are_refused() {
    let night = Standing::new();
    night.house.edit("job.toml", "reject_percent = \"100\"", "reject_percent = \"5\"");
    let rows = |bad: usize| -> Vec<Row> {
        (0..40).map(|id| settlement(&id.to_string(), "1.00").of(if id < bad { "x" } else { A })).collect()
    };
    night.settlements(&rows(2));
    assert_eq!(night.house.run(AS_OF, &[]).code, 0, "exactly 5 % is borne");
    fs::remove_dir_all(night.house.path("published").join(AS_OF)).unwrap();
    night.settlements(&rows(3));
    night.refuses(
        65,
        &["settlements: 3 of 40 rows cannot be used, more than the 5 % that the job bears \
           (`reject_percent`); see `fangpin check` for what is wrong with them"],
    );
}

#[test]
fn a_persons_sum_that_does_not_fit_the_published_table_is_refused() {
    let night = Standing::new();
    let rows: Vec<Row> = (0..10_001).map(|id| settlement(&format!("{id}"), "10000000000.00")).collect();
    night.settlements(&rows[..9_999]);
    assert_eq!(night.house.run(AS_OF, &[]).code, 0, "9999 times 10^12 fen have sixteen digits");
    fs::remove_dir_all(night.house.path("published").join(AS_OF)).unwrap();
    night.settlements(&rows);
    night.refuses(65, &["flagged.parquet: column `total_cost`: an amount has more digits than can be published (fourteen before the \
           point); look for rows of an absurd size in the delivery"]);
}

// --- job, policy, mapping, arguments ---

/// Another value of the first rule, before its own, which then holds from `from`.
fn value_before(night: &Standing, until: &str, from: &str) {
    let value = format!(
        "from      = 2020-01-01\nuntil     = {until}\nabove     = {{ percent_of_income = \"50\" }}\n\
         reference = {{ title = \"an older plan\", article = \"1\" }}\nreviewed  = 2025-01-01\n\
         [[rule.in_force]]\nfrom      = {from}"
    );
    night.house.edit("policy.toml", "from      = 2021-01-01", &value);
}

#[test]
fn a_gap_between_values_of_a_rule_is_refused() {
    let night = Standing::new();
    value_before(&night, "2021-01-01", "2022-01-01");
    night.refuses(
        78,
        &["HOME/policy.toml line 25: rule `return_to_poverty` has no value from 2021-01-01 \
                         until 2022-01-01: the one of line 19 ends before this one begins; add what held \
                         between, with its citation"],
    );
}

#[test]
fn an_overlap_of_values_of_a_rule_is_refused() {
    let night = Standing::new();
    value_before(&night, "2022-01-01", "2021-01-01");
    night.refuses(
        78,
        &["HOME/policy.toml line 25: rule `return_to_poverty` has two values from 2021-01-01 \
                         until 2022-01-01: the one of line 19 ends later than this one begins; let one \
                         begin where the other ends"],
    );
}

#[test]
fn a_misspelt_key_and_a_bare_float_are_refused_with_their_lines() {
    let night = Standing::new();
    night.house.edit("policy.toml", "older_years", "older_year");
    night.house.edit("policy.toml", "percent_of_income = \"50\"", "percent_of_income = 50.0");
    night.refuses(
        78,
        &[
            "HOME/policy.toml line 9: [income] needs `older_years`, which is missing",
            "HOME/policy.toml line 12: [income] has an unknown key `older_year`, expected series, area_levels, \
         older_years, reference",
            "HOME/policy.toml line 21: `percent_of_income` is 50.0, expected exact decimal text: write it in \
         quotes, \"50.0\"",
        ],
    );
}

#[test]
fn the_faults_of_policy_and_mapping_are_said_at_once() {
    let night = Standing::new();
    night.house.edit("policy.toml", "series      = \"rural\"", "series      = \"urban\"");
    night.house.edit("codes.toml", "\"marginal\"", "\"marginally\"");
    night.refuses(
        78,
        &[
            "HOME/policy.toml line 10: `series` is \"urban\", expected one of rural, pastoral, all",
            "HOME/codes.toml line 7: `5` is \"marginally\", expected one of extreme_poverty, orphan, \
             subsistence_allowance, returned_to_poverty, subsistence_marginal, unavoidable_spending, \
             unstable_lifted, marginal, sudden_hardship, low_income, stable_lifted",
        ],
    );
}

#[test]
fn a_day_that_no_rule_covers_is_refused() {
    let night = Standing::new();
    let ran = night.house.run("2019-06-30", &[]);
    night.holds_after(
        &ran,
        78,
        &[
            "HOME/policy.toml line 14: rule `return_to_poverty` has no value on 2019-06-30: its first \
             begins on 2021-01-01; add the one that held before, with its citation, or assess a later day",
            "HOME/policy.toml line 25: rule `fall_into_poverty` has no value on 2019-06-30: its first \
             begins on 2021-01-01; add the one that held before, with its citation, or assess a later day",
        ],
    );
}

#[test]
fn a_place_whose_document_gives_no_warning_rule_is_refused_by_name() {
    let data = shipped("policy");
    for (name, place, document) in [
        ("yunnan", "云南省 (530000)", "云医保〔2020〕128号"),
        ("anhui", "安徽省 (340000)", "皖医保发〔2020〕15号"),
        ("xinzhou", "忻州市 (140900)", "《关于做好2021年城乡居民基本医疗保障工作的通知》"),
    ] {
        let line = format!(
            "HOME/policy.toml: {place} has no warning rule: its document ({document}) gives no ratio; a \
             nightly job needs a [[rule]] with its citation"
        );
        let night = Standing::new();
        fs::copy(data.join(format!("{name}.toml")), night.house.path("policy.toml")).unwrap();
        night.refuses(78, &[&line]);
    }
}

#[test]
fn a_job_that_is_missing_unknown_or_misspelt_is_refused() {
    let night = Standing::new();
    let ran = night.house.fangpin(&["run", "HOME/no.toml", "--as-of", AS_OF]);
    night.holds_after(&ran, 66, &["HOME/no.toml: no such job file; see that the path is right"]);
    night.house.edit("job.toml", "kind      = \"nightly\"", "kind      = \"weekly\"\nburdens   = true");
    night.refuses(
        78,
        &[
            "HOME/job.toml line 2: `kind` is \"weekly\", expected one of nightly, coverage, subsidy, benefits, five_checks, out_of_catalogue, conduct, cards, fund, monthly, report",
            "HOME/job.toml line 3: the file has an unknown key `burdens`, expected kind, delivery, policy, \
             codes, published, tolerance, holidays, engine, outputs, ledger, watch, office, replies",
        ],
    );
}

#[test]
fn wrong_arguments_are_told_with_64() {
    let night = Standing::new();
    for (arguments, told) in [
        (&["run", "HOME/job.toml"][..], "--as-of <DATE>"),
        (&["run", "HOME/job.toml", "--as-of", "2025-02-30"], "2025-02-30"),
        (&["run", "HOME/job.toml", "--as-of", AS_OF, "--threads", "0"], "--threads"),
        (&["walk"], "walk"),
        (&[], "Usage: fangpin"),
    ] {
        let ran = night.house.fangpin(arguments);
        assert!(ran.stderr.contains(told), "{arguments:?}: {}", ran.stderr);
        assert_eq!(ran.code, 64, "{arguments:?}");
    }
    assert_eq!(night.house.published(), night.last_night);
}

// --- the published folder ---

#[test]
fn a_second_run_beside_the_first_is_turned_away() {
    let night = Standing::new();
    let lock = File::options().write(true).open(night.house.path("published/.lock")).unwrap();
    lock.try_lock().unwrap();
    night.refuses(75, &["HOME/published: another run holds the lock; nothing was done, try again when it has ended"]);
    lock.unlock().unwrap();
    assert_eq!(night.house.run(AS_OF, &[]).code, 0);
}

#[test]
fn a_day_that_stands_is_left_as_it_is_unless_it_is_to_be_replaced() {
    let night = Standing::new();
    night.settlements(&[settlement("1", "30000.00")]);
    let again = night.house.run(LAST_NIGHT, &[]);
    let line = "HOME/published/2025-11-29: is published already and was left as it is; run with --replace \
                to put this one in its place (the old one is kept)";
    night.holds_after(&again, 73, &[line]);

    assert_eq!(night.house.run(LAST_NIGHT, &["--replace"]).code, 0);
    let published = night.house.published();
    for (name, bytes) in night.last_night.iter().filter(|(name, _)| !name.ends_with('/')) {
        let kept = name.replacen(LAST_NIGHT, &format!("{LAST_NIGHT}.replaced-1"), 1);
        assert!(published[&kept] == *bytes, "{kept}");
    }
    assert!(published["2025-11-29/flagged.parquet"] != night.last_night["2025-11-29/flagged.parquet"]);
    let verified = night.house.fangpin(&["verify", "HOME/published/2025-11-29"]);
    assert_eq!(verified.code, 0, "{}", verified.stderr);
}

#[test]
fn a_refused_replacement_leaves_the_night_that_stands() {
    let night = Standing::new();
    night.put("income/a.parquet", b"");
    let ran = night.house.run(LAST_NIGHT, &["--replace"]);
    let line = "income/a.parquet: is empty (0 bytes), expected a Parquet file; have it sent again";
    night.holds_after(&ran, 65, &[line]);
}

#[test]
fn a_file_larger_than_may_be_written_is_told_and_leaves_nothing() {
    let night = Standing::new();
    let (home, fangpin) = (night.house.home.path(), program());
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" run \"$1/job.toml\" --as-of \"$2\"";
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(fangpin.get_program()).arg(home).arg(AS_OF);
    let ran = night.house.said(shell.output().unwrap());
    let line = "HOME/published/.staging-2025-11-30/flagged.parquet: cannot be written: File too large (os \
                error 27); see that the folder exists and can be written";
    night.holds_after(&ran, 73, &[line]);
}

/// Needs leave to mount a file system; without it the test above, which needs none, is all there is, and this one says
/// so.
#[test]
fn a_full_disk_is_told_and_leaves_last_night() {
    let night = Standing::new();
    let Some(_disk) = Disk::of(256, &night.house) else {
        a_file_larger_than_may_be_written_is_told_and_leaves_nothing();
        return println!("no leave to mount a small disk: held to a limit on files instead");
    };
    let ran = night.house.run(LAST_NIGHT, &["--published", "HOME/disk"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let before = files_below(&night.house.path("disk"));
    fill(&night.house.path("disk/filler"));

    let ran = night.house.run(AS_OF, &["--published", "HOME/disk"]);
    night.holds_after(
        &ran,
        73,
        &["HOME/disk/.staging-2025-11-30/flagged.parquet: cannot be written: No \
                                   space left on device (os error 28); free some space and run again"],
    );
    fs::remove_file(night.house.path("disk/filler")).unwrap();
    assert!(files_below(&night.house.path("disk")) == before);
    let ran = night.house.run(AS_OF, &["--published", "HOME/disk"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

/// Writes until nothing more fits.
fn fill(path: &Path) {
    let mut file = File::create(path).unwrap();
    while file.write_all(&[0; 1024]).is_ok() {}
}

/// A small disk at HOME/disk, for as long as this lives.
struct Disk(PathBuf);

impl Disk {
    /// `None` without leave to mount.
    fn of(kibibytes: u32, house: &House) -> Option<Disk> {
        let at = house.path("disk");
        fs::create_dir(&at).unwrap();
        let size = format!("size={kibibytes}k,mode=700");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&at).output();
        mounted.is_ok_and(|mounted| mounted.status.success()).then_some(Disk(at))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn metrics_that_cannot_be_written_are_told_and_the_night_stands() {
    let night = Standing::new();
    let ran = night.house.run(AS_OF, &["--metrics", "HOME/nowhere/night.prom"]);
    let line = "HOME/nowhere/night.prom: cannot be written: No such file or directory (os error 2); the night itself was \
                published; see that the folder of the metrics exists and can be written";
    assert_eq!((ran.code, ran.told()), (73, vec![line]));
    assert_eq!(night.house.fangpin(&["verify", "HOME/published/2025-11-30"]).code, 0);
}

#[test]
fn a_summary_that_cannot_be_shown_is_told_and_the_night_stands() {
    let night = Standing::new();
    let arguments = night.house.named(&["run", "HOME/job.toml", "--as-of", AS_OF]);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let ran = night.house.said(program().args(arguments).stdout(full).output().unwrap());
    let line = "standard output: cannot be written: No space left on device (os error 28); what was asked for was done \
                all the same";
    assert_eq!((ran.code, ran.told()), (74, vec![line]));
    assert_eq!(night.house.fangpin(&["verify", "HOME/published/2025-11-30"]).code, 0);
}

// --- killed at any moment ---

/// A house with a sample of some size, and the night of the day before published.
fn sampled() -> Standing {
    let house = House::new();
    let options = sample::Options {
        people: 2_000,
        settlements: 30_000,
        as_of: AS_OF.parse().unwrap(),
        seed: 7,
        out: house.path("delivery"),
    };
    sample::write(&options).unwrap();
    let ran = house.run(LAST_NIGHT, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let last_night = house.published();
    Standing { house, last_night }
}

/// What has to hold after a run was killed: last night as it was, tonight whole or absent, and the next run succeeds.
/// Gives back whether tonight was there.
fn holds_after_a_kill(night: &Standing) -> bool {
    let published = night.house.published();
    assert!(night.last_night.iter().all(|(name, bytes)| published.get(name) == Some(bytes)));
    let tonight = night.house.path("published").join(AS_OF);
    let arrived = tonight.exists();
    if arrived {
        let verified = night.house.fangpin(&["verify", "HOME/published/2025-11-30"]);
        assert_eq!(verified.code, 0, "{}", verified.stderr);
    } else {
        let ran = night.house.run(AS_OF, &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
    let mut names: Vec<_> =
        fs::read_dir(night.house.path("published")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert!(arrived || names == [".lock", LAST_NIGHT, AS_OF], "{names:?}");
    fs::remove_dir_all(&tonight).unwrap();
    arrived
}

fn start(night: &Standing, as_of: &str, more: &[&str]) -> std::process::Child {
    let arguments = night.house.named(&[&["run", "HOME/job.toml", "--as-of", as_of], more].concat());
    program().args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
#[allow(clippy::disallowed_methods, reason = "the moments of killing are spread over the time that a run takes")]
fn a_run_killed_at_any_moment_leaves_last_night_and_the_next_run_succeeds() {
    let night = sampled();
    let began = std::time::Instant::now();
    assert!(start(&night, AS_OF, &[]).wait().unwrap().success());
    let whole = began.elapsed();
    fs::remove_dir_all(night.house.path("published").join(AS_OF)).unwrap();
    let (mut arrived, moments) = (0, 30);
    for moment in 0..moments {
        let mut run = start(&night, AS_OF, &[]);
        thread::sleep(whole * moment / moments);
        run.kill().unwrap();
        run.wait().unwrap();
        arrived += u32::from(holds_after_a_kill(&night));
    }
    assert!(arrived < moments, "no run was killed before its end");
}

#[test]
fn a_run_killed_while_it_stages_leaves_last_night_and_the_next_run_succeeds() {
    let night = sampled();
    let staging = night.house.path("published").join(format!(".staging-{AS_OF}"));
    let files = [
        "",
        "flagged.parquet",
        "burden.parquet",
        "evidence.parquet",
        "rejects.parquet",
        "summary.parquet",
        "ledger.parquet",
        "movements.parquet",
        "ledger_counts.parquet",
        "responses.parquet",
        "manifest.json",
    ];
    let mut left_half = 0;
    for file in files {
        let mut run = start(&night, AS_OF, &[]);
        while !staging.join(file).exists() && run.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
        run.kill().unwrap();
        run.wait().unwrap();
        left_half += u32::from(staging.exists());
        holds_after_a_kill(&night);
    }
    assert!(left_half > 0, "no run was killed while it staged");
}

#[test]
fn a_replacement_killed_at_any_moment_loses_no_night() {
    let night = sampled();
    let manifest = &night.last_night["2025-11-29/manifest.json"];
    let published = night.house.path("published");
    let staging = format!(".staging-{LAST_NIGHT}");
    let traces = [staging.clone(), format!("{staging}/manifest.json"), format!(".replacing-{LAST_NIGHT}")];
    let mut interrupted = 0;
    for trace in traces.iter().cycle().take(12) {
        let mut run = start(&night, LAST_NIGHT, &["--replace"]);
        while !published.join(trace).exists() && run.try_wait().unwrap().is_none() {
            std::hint::spin_loop();
        }
        run.kill().unwrap();
        run.wait().unwrap();
        interrupted += u32::from(night.house.published().keys().any(|name| name.starts_with('.')));
        // The next run tidies, whatever it is asked for.
        assert_eq!(night.house.run(LAST_NIGHT, &[]).code, 73);
        let verified = night.house.fangpin(&["verify", "HOME/published/2025-11-29"]);
        assert_eq!(verified.code, 0, "{}", verified.stderr);
        let standing = night.house.published();
        assert!(standing.keys().all(|name| !name.starts_with('.')), "{:?}", standing.keys());
        let nights = standing.iter().filter(|(name, _)| name.ends_with("/manifest.json"));
        assert!(nights.clone().count() >= 1 && nights.clone().all(|(_, bytes)| bytes == manifest));
    }
    assert!(interrupted > 0, "no run was killed while it replaced");
}
