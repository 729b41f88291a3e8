//! Scripts of SQL as steps: each is filled in, and taken apart into its statements.

use minijinja::value::{Serde, Value};
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use super::Step;
use crate::error::Error;

/// Every script with the section of the contract that it follows, in the order in which they run.
const SCRIPTS: [(&str, &str); 13] = [
    ("3", include_str!("sql/settings.sql")),
    ("2", include_str!("sql/2_values.sql")),
    ("1, 2", include_str!("sql/2_delivered.sql")),
    ("3", include_str!("sql/3_fates.sql")),
    ("3, steps 1, 3, 4 and 6", include_str!("sql/3_1_settlements.sql")),
    ("3, steps 2 to 4", include_str!("sql/3_2_settlements.sql")),
    ("3, step 5", include_str!("sql/3_5_settlements.sql")),
    ("3, step 7", include_str!("sql/3_7_sums.sql")),
    ("4, category", include_str!("sql/4_1_register.sql")),
    ("4, area", include_str!("sql/4_2_people.sql")),
    ("4, reference income", include_str!("sql/4_3_income.sql")),
    ("4, threshold", include_str!("sql/4_4_rules.sql")),
    ("5", include_str!("sql/5_outputs.sql")),
];

/// What a statement says of itself when it is a view to be kept.
const KEPT: &str = "Kept.";

/// The steps of all scripts, with `values` filled in.
pub(super) fn steps(values: &impl Serialize) -> Result<Vec<Step>, Error> {
    let mut scripts = Environment::new();
    scripts.set_undefined_behavior(UndefinedBehavior::Strict);
    let mut steps = Vec::new();
    for (section, script) in SCRIPTS {
        let filled = scripts.render_str(script, Value::from(Serde(values)));
        let filled = filled.map_err(|error| Error::Internal(format!("a step of the plan: {error}")))?;
        let statements = filled.trim_end().trim_end_matches(';').split(";\n").map(str::trim);
        steps.extend(statements.map(|text| step(section, text)));
    }
    Ok(steps)
}

/// A statement and the comment before it.
fn step(section: &str, text: &str) -> Step {
    let comment = |line: &&str| line.starts_with("-- ");
    let says: Vec<&str> = text.lines().take_while(comment).map(|line| &line[3..]).collect();
    let sql: Vec<&str> = text.lines().skip_while(comment).collect();
    let first = sql.first().copied().unwrap_or_default();
    let words = first.split([' ', '(', '=']).filter(|word| !word.is_empty());
    let making = ["CREATE", "OR", "REPLACE", "TEMPORARY", "VIEW", "FUNCTION", "SET"];
    let name = words.into_iter().find(|word| !making.contains(word)).unwrap_or_default();
    Step {
        name: name.to_owned(),
        section: section.to_owned(),
        says: says.iter().filter(|line| **line != KEPT).copied().collect::<Vec<_>>().join("\n"),
        sql: sql.join("\n"),
        kept: says.contains(&KEPT),
    }
}
