//! A night as Spark SQL: how it reads, what it may say, and how a delivery's columns come into it. That it gives the
//! figures of this program is held by `tests/spark`, which needs Spark.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use chrono::NaiveDate;
use fangpin::delivery::NIGHTLY;
use fangpin::error::Error;
use fangpin::job::Job;
use fangpin::model::Watch;
use fangpin::policy::{Codes, InForce, Policy};
use fangpin::spark::{self, Delivered, DeliveredFile, DeliveredTable, Input, Plan, Step, Stored, Wanted};

use crate::harness::{A, AS_OF, House, POLICY, identity, income, payment, root, settlement};

/// What may be asked of a value, beside what the statements define themselves: each is exact, and the same everywhere.
const FUNCTIONS: [&str; 39] = [
    "ARRAY",
    "ARRAY_CONTAINS",
    "ARRAY_DISTINCT",
    "ARRAY_SORT",
    "CAST",
    "COALESCE",
    "COLLECT_SET",
    "CONCAT",
    "COUNT",
    "DECIMAL",
    "EXCEPT",
    "FILTER",
    "FIRST_VALUE",
    "GREATEST",
    "INSTR",
    "IS_VALID_UTF8",
    "LEAST",
    "LENGTH",
    "MAX",
    "MIN",
    "NULLIF",
    "PMOD",
    "RAISE_ERROR",
    "REPLACE",
    "ROW_NUMBER",
    "SIZE",
    "STACK",
    "STRUCT",
    "SUBSTR",
    "SUM",
    "TIMESTAMP_MICROS",
    "TRIM",
    "TRY_CAST",
    "UPPER",
    "URL_DECODE",
    "USING",
    "AND",
    "OR",
    "NOT",
];

/// What stands before a parenthesis without being asked of a value.
const WORDS: [&str; 10] = ["AS", "FROM", "IN", "JOIN", "OVER", "BY", "WITH", "VALUES", "THEN", "SELECT"];

fn as_of() -> NaiveDate {
    AS_OF.parse().unwrap()
}

/// The plan of a policy over a delivery at which nobody looked, everything asked for.
fn planned(policy: &str) -> Plan {
    let house = House::new();
    fs::write(house.path("policy.toml"), policy).unwrap();
    let in_force = Policy::load(&house.path("policy.toml")).unwrap().in_force_on(as_of()).unwrap();
    let codes = Codes::load(&house.path("codes.toml")).unwrap();
    let delivered = Delivered::assumed("hdfs://name/delivery", &NIGHTLY);
    let wanted = Wanted {
        evidence: true,
        burden: true,
        watch: Some(Watch::default()),
        asked: Some("hdfs://name/staging/asked"),
    };
    of((&in_force, &codes), &delivered, wanted).unwrap()
}

fn of((policy, codes): (&InForce, &Codes), delivered: &Delivered, wanted: Wanted<'_>) -> Result<Plan, Error> {
    spark::plan(&Input { policy, codes, delivered, also_needed: &[], wanted })
}

/// Policies that reach every part of the statements.
fn policies() -> Vec<String> {
    let everybody = POLICY.replacen("\"extreme_poverty\", ", "\"ordinary_insured\", ", 1);
    let further = POLICY
        .replace("\"settlement_date\"", "\"benefit_year\"")
        .replace("older_years = 0", "older_years = 2")
        .replace("[\"county\", \"prefecture\"]", "[\"county\", \"prefecture\", \"province\"]")
        .replacen("above     = { percent_of_income = \"50\" }", "at_least  = { amount = \"12000.50\" }", 1);
    vec![POLICY.to_owned(), everybody, further]
}

/// The plan of the sample, as `fangpin plan` prints it.
fn the_samples() -> String {
    let job = Job::load(&root().join("jobs/nightly.toml"), None, Some(PathBuf::new())).unwrap();
    fangpin::run::plan(&job, as_of()).unwrap().replace(&root().display().to_string(), "/fangpin")
}

#[test]
fn the_plan_of_the_sample_reads_so() {
    insta::assert_snapshot!("the_plan_of_the_sample", the_samples());
}

/// A statement without its comments, hints, texts and paths: only what is done.
fn bare(sql: &str) -> String {
    let mut bare = String::new();
    let mut signs = sql.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '/' if signs.peek() == Some(&'*') => drop(signs.by_ref().find(|sign| *sign == '/')),
            '-' if signs.peek() == Some(&'-') => drop(signs.by_ref().find(|sign| *sign == '\n')),
            '\'' | '`' => {
                while let Some(within) = signs.next() {
                    match within {
                        '\\' if sign == '\'' => drop(signs.next()),
                        within if within == sign => break,
                        _ => {}
                    }
                }
                bare.push_str("''");
            }
            _ => bare.push(sign),
        }
    }
    bare
}

/// The words of a statement.
fn words(bare: &str) -> impl Iterator<Item = &str> {
    bare.split(|sign: char| !sign.is_alphanumeric() && sign != '_').filter(|word| !word.is_empty())
}

/// The words that stand before a parenthesis.
fn asked(bare: &str) -> BTreeSet<String> {
    let before = bare.match_indices('(').map(|(at, _)| bare[..at].trim_end());
    let word = |text: &str| text.rsplit(|sign: char| !sign.is_alphanumeric() && sign != '_').next().map(str::to_owned);
    before.filter_map(word).filter(|word| !word.is_empty()).collect()
}

#[test]
fn what_a_statement_does_is_told_from_what_it_says() {
    let sql = "SELECT 'it\\'s 1/2' AS a, `x/y` AS b -- a / b\nFROM t";
    assert_eq!(bare(sql), "SELECT '' AS a, '' AS b FROM t");
    assert_eq!(asked("SUM (x) OVER (a), f(y)").into_iter().collect::<Vec<_>>(), ["OVER", "SUM", "f"]);
}

#[test]
fn every_statement_keeps_to_what_is_exact() {
    let (mut looked_at, mut divided) = (0, BTreeSet::new());
    for policy in policies() {
        let Plan { steps, .. } = planned(&policy);
        let functions: BTreeSet<&str> = steps
            .iter()
            .filter(|step| step.sql.contains("TEMPORARY FUNCTION"))
            .map(|step| step.name.as_str())
            .collect();
        let views: BTreeSet<&str> = steps.iter().map(|step| step.name.as_str()).collect();
        for Step { name, sql, .. } in steps.iter().filter(|step| !step.sql.starts_with("SET ")) {
            let bare = bare(sql);
            looked_at += 1;
            assert!(!bare.contains('/'), "{name} divides:\n{sql}");
            for word in ["DOUBLE", "FLOAT", "REAL", "VARCHAR", "CHAR", "LIMIT", "CURRENT_DATE", "CURRENT_TIMESTAMP"] {
                assert!(words(&bare).all(|found| found != word), "{name} says {word}:\n{sql}");
            }
            for word in words(&bare).filter(|word| ["DIV", "PMOD"].contains(word)) {
                divided.insert((name.clone(), word.to_owned()));
            }
            if bare.contains('%') {
                divided.insert((name.clone(), "%".to_owned()));
            }
            for function in asked(&bare) {
                let known = FUNCTIONS.contains(&function.as_str())
                    || WORDS.contains(&function.as_str())
                    || functions.contains(function.as_str())
                    || views.contains(function.as_str());
                assert!(known, "{name} asks for {function}:\n{sql}");
            }
            // A number with a point would be a decimal here and a double elsewhere.
            let point = |at: usize| bare[at + 1..].starts_with(|sign: char| sign.is_ascii_digit());
            assert!(!bare.match_indices('.').any(|(at, _)| point(at)), "{name} has a bare decimal:\n{sql}");
            ordered_with_nulls(name, &bare);
        }
    }
    assert!(looked_at > 150, "only {looked_at} statements were found");
    // Whole numbers alone: the check digit's remainder, and nanoseconds as microseconds.
    let expected = [("check_digit", "%"), ("from_nanoseconds", "DIV"), ("from_nanoseconds", "PMOD")];
    assert_eq!(divided, expected.map(|(name, by)| (name.to_owned(), by.to_owned())).into());
}

/// Whatever is ordered says where nulls stand.
fn ordered_with_nulls(name: &str, bare: &str) {
    for (at, _) in bare.match_indices("ORDER BY") {
        let keys = bare[at + "ORDER BY".len()..].split(')').next().unwrap_or_default();
        for key in keys.split(',') {
            let placed = key.contains("NULLS FIRST") || key.contains("NULLS LAST");
            assert!(placed, "{name} orders by{key} and does not say where nulls stand");
        }
    }
}

#[test]
fn what_is_sent_to_every_worker_is_small() {
    let steps = planned(POLICY).steps;
    let hints: BTreeSet<&str> = steps.iter().flat_map(|step| step.sql.split("/*+ ").skip(1)).collect();
    let sent: BTreeSet<&str> = hints.iter().map(|hint| hint.split(" */").next().unwrap()).collect();
    // Codes and rules stand in the plan; incomes are a row an area and year.
    assert_eq!(sent, ["BROADCAST(codes)", "BROADCAST(published)", "BROADCAST(rules, reference_incomes)"].into());
    // And nothing else is, however small a cluster takes it for; nor is anything ordered or numbered as a whole.
    for setting in ["spark.sql.autoBroadcastJoinThreshold", "spark.sql.adaptive.autoBroadcastJoinThreshold"] {
        assert!(steps.iter().any(|step| step.sql == format!("SET {setting} = -1")), "{setting}");
    }
    for Step { name, sql, .. } in &steps {
        let (ordered, within) = (sql.matches("ORDER BY").count(), sql.matches("PARTITION BY").count());
        assert_eq!(ordered, within, "{name} orders all of it:\n{sql}");
    }
}

#[test]
fn amounts_are_decimals_of_one_width_where_they_are_written() {
    let plan = planned(POLICY);
    for name in ["settlements_checked", "payments_checked", "settlement_sums", "burdens", "totals", "summary", "checks"]
    {
        let sql = &plan.steps.iter().find(|step| step.name == name).unwrap().sql;
        assert!(sql.contains("AS DECIMAL(18,2))"), "{name}:\n{sql}");
    }
    let steps = plan.steps.iter().map(|step| bare(&step.sql));
    let mut widths = BTreeSet::new();
    for sql in steps {
        for (at, _) in sql.match_indices("DECIMAL(") {
            let width = sql[at + 8..].split(')').next().unwrap_or_default().to_owned();
            let digits: u32 = width.split(',').next().unwrap_or_default().parse().unwrap();
            assert!(digits <= 38, "{width} is wider than any decimal");
            widths.insert(width);
        }
    }
    assert!(widths.contains("18,2") && widths.contains("26,6"), "{widths:?}");
}

#[test]
fn every_output_and_every_view_that_is_kept_is_made_by_a_step() {
    let plan = planned(POLICY);
    for output in &plan.outputs {
        assert!(plan.steps.iter().any(|step| step.name == output.view), "nothing makes {}", output.view);
    }
    let kept: Vec<&str> = plan.steps.iter().filter(|step| step.kept).map(|step| step.name.as_str()).collect();
    for heavy in ["settlements_so_far", "everybody", "assessed"] {
        assert!(kept.contains(&heavy), "{heavy} is made anew for each that looks at it");
    }
    assert!(plan.steps.iter().filter(|step| step.kept).all(|step| step.sql.contains("VIEW")), "{kept:?}");
    assert!(plan.steps.iter().all(|step| !step.says.is_empty()), "a step says nothing of itself");
}

#[test]
fn what_nobody_asks_for_is_not_written() {
    let house = House::new();
    let in_force = Policy::load(&house.path("policy.toml")).unwrap().in_force_on(as_of()).unwrap();
    let codes = Codes::load(&house.path("codes.toml")).unwrap();
    let delivered = Delivered::assumed("hdfs://name/delivery", &NIGHTLY);
    let plan = of((&in_force, &codes), &delivered, Wanted::default()).unwrap();
    for view in ["burden", "evidence"] {
        assert!(!plan.outputs.iter().any(|output| output.view == view), "{view} is written");
        assert!(!plan.steps.iter().any(|step| step.name == view), "{view} is made");
    }
    let people = &plan.steps.iter().find(|step| step.name == "people").unwrap().sql;
    assert!(!people.contains("UNION"), "{people}");
}

#[test]
fn nothing_of_anybody_stands_in_a_plan() {
    let house = House::new();
    house.deliver("settlements", &[settlement("70310", "10000.01").of(A)]);
    house.deliver("identities", &[identity(A, "2").with("psn_name", "某某某").with("town_code", "150721104")]);
    house.deliver("income", &[income("150721", "2024", "20017.31")]);
    house.deliver("commercial", &[payment("80417", "2025-03-03", "12.34")]);
    let job = house.path("job.toml");
    let ran = house.fangpin(&["plan", job.to_str().unwrap(), "--as-of", AS_OF]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("CREATE OR REPLACE TEMPORARY VIEW settlements_judged AS"), "{}", ran.stdout);
    for theirs in [A, "某某某", "70310", "10000.01", "150721", "20017.31", "80417", "12.34"] {
        assert!(!ran.stdout.contains(theirs), "the plan holds {theirs}");
    }
}

#[test]
fn only_a_night_has_a_plan() {
    let house = House::of_audit("coverage");
    let job = house.path("job.toml");
    let ran = house.fangpin(&["plan", job.to_str().unwrap(), "--as-of", AS_OF, "--delivery", "hdfs://name/delivery"]);
    assert_eq!(ran.code, 64);
    assert!(ran.stderr.contains("plan: ") && ran.stderr.contains("of kind coverage, expected a nightly one"));
}

/// A delivery of one table that a test says and the others as the contract has them.
fn with_settlements(root: &str, files: &[(&str, &[(&str, Stored)])]) -> Delivered {
    let mut delivered = Delivered::assumed(root, &NIGHTLY);
    let usual = delivered.tables["settlements"].files[0].columns.clone();
    let files = files.iter().map(|(name, other)| {
        let of = |(column, stored): &(String, Stored)| {
            let other = other.iter().find(|(name, _)| name.split(" <- ").last() == Some(column.as_str()));
            match other {
                Some((name, stored)) => (name.split(" <- ").next().unwrap_or_default().to_owned(), stored.clone()),
                None => (column.clone(), stored.clone()),
            }
        };
        DeliveredFile { name: (*name).to_owned(), columns: usual.iter().map(of).collect() }
    });
    let table = DeliveredTable { root: format!("{root}/settlements"), files: files.collect() };
    delivered.tables.insert("settlements", table);
    delivered
}

/// The statement that reads the settlements of a delivery, or the refusal.
fn reads(delivered: &Delivered) -> Result<String, String> {
    let house = House::new();
    let in_force = Policy::load(&house.path("policy.toml")).unwrap().in_force_on(as_of()).unwrap();
    let codes = Codes::load(&house.path("codes.toml")).unwrap();
    let plan = of((&in_force, &codes), delivered, Wanted::default()).map_err(|error| error.to_string())?;
    Ok(plan.steps.into_iter().find(|step| step.name == "settlements_delivered").unwrap().sql)
}

#[test]
fn each_column_is_read_as_it_is_named_and_stored() {
    let stored: [(&str, Stored); 10] = [
        ("insu_optins <- insu_admdvs", Stored::Integer),
        ("setl_id", Stored::Bytes),
        ("setl_time", Stored::Instant),
        ("updt_time", Stored::Nanoseconds(false)),
        ("begndate", Stored::Text),
        ("enddate", Stored::LocalTime),
        ("year", Stored::Text),
        ("hifp_pay", Stored::Decimal(38, 2)),
        ("othfund_pay", Stored::Decimal(9, 2)),
        ("acct_pay", Stored::Nothing),
    ];
    let sql = reads(&with_settlements("file:///d", &[("a.parquet", &stored)])).unwrap();
    for line in [
        "  below(_metadata.file_path, '/d/settlements/') AS file,",
        "  _metadata.row_index + 1 AS row,",
        "  CAST(insu_optins AS STRING) AS insu_admdvs,",
        "  CAST(setl_id AS STRING) AS setl_id,",
        "  in_china(setl_time) AS setl_time,",
        "  CAST(from_nanoseconds(updt_time) AS TIMESTAMP_NTZ) AS updt_time,",
        "  CAST(local_time(begndate) AS DATE) AS begndate,",
        "  CAST(CAST(enddate AS TIMESTAMP_NTZ) AS DATE) AS enddate,",
        "  whole_number(text(year)) AS benefit_year,",
        "  CAST(narrowed(hifp_pay) AS DECIMAL(18,2)) AS hifp_pay,",
        "  CAST(hifmi_pay AS DECIMAL(18,2)) AS hifmi_pay,",
        "  CAST(COALESCE(othfund_pay, 0) AS DECIMAL(18,2)) AS othfund_pay,",
        "  CAST(0 AS DECIMAL(18,2)) AS acct_pay,",
    ] {
        assert!(sql.lines().any(|found| found == line), "no line is {line:?}:\n{sql}");
    }
}

#[test]
fn files_of_one_layout_are_read_together() {
    let other: [(&str, Stored); 1] = [("vali_flag", Stored::Integer)];
    let files: [(&str, &[(&str, Stored)]); 4] =
        [("a.parquet", &[]), ("b.parquet", &other), ("c/d.parquet", &[]), ("c,{x}.parquet", &[])];
    let sql = reads(&with_settlements("hdfs://name:8020/it's/d", &files)).unwrap();
    let froms: Vec<&str> = sql.lines().filter(|line| line.starts_with("FROM ")).collect();
    let options = "WITH ('recursiveFileLookup' = 'true', 'pathGlobFilter' = '*.parquet')";
    assert_eq!(
        froms,
        [
            format!(
                "FROM parquet.`hdfs://name:8020/it's/d/settlements/{{a.parquet,c/d.parquet,c\\,\\{{x\\}}.parquet}}` {options}"
            ),
            format!("FROM parquet.`hdfs://name:8020/it's/d/settlements/b.parquet` {options}"),
        ]
    );
    assert!(sql.contains("below(_metadata.file_path, '/it\\'s/d/settlements/')"), "{sql}");
    let together = reads(&with_settlements("s3a://bucket", &[("a.parquet", &[]), ("b.parquet", &[])])).unwrap();
    assert!(together.contains(&format!("FROM parquet.`s3a://bucket/settlements` {options}")), "{together}");
}

#[test]
fn a_table_that_was_not_delivered_has_no_row() {
    let mut delivered = Delivered::assumed("file:///d", &NIGHTLY);
    delivered.tables.remove("settlements");
    let sql = reads(&delivered).unwrap();
    assert!(sql.contains("CAST(NULL AS STRING) AS setl_id,") && sql.ends_with("WHERE FALSE"), "{sql}");
}

#[test]
fn a_column_that_does_not_keep_the_contract_is_refused_by_its_file() {
    let stored: [(&str, Stored); 3] = [
        ("hifp_pay", Stored::Other("double".to_owned())),
        ("medfee_sumamt", Stored::Decimal(16, 3)),
        ("oops <- certno", Stored::Text),
    ];
    let refused = reads(&with_settlements("file:///d", &[("x/a.parquet", &stored)])).unwrap_err();
    let expected = "a decimal with at most two decimals and 38 digits (schemas/settlements.v1.toml)";
    assert_eq!(
        refused.lines().collect::<Vec<_>>(),
        [
            "settlements/x/a.parquet: column `certno` (证件号码) is missing (schemas/settlements.v1.toml)".to_owned(),
            format!("settlements/x/a.parquet: column `medfee_sumamt` is decimal(16,3), expected {expected}"),
            format!("settlements/x/a.parquet: column `hifp_pay` is double, expected {expected}"),
        ]
    );
}
