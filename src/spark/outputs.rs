//! What a plan leaves in the staging folder, a folder a view. Amounts are DECIMAL(18,2), in yuan; texts are STRING,
//! whole numbers BIGINT, days DATE, times TIMESTAMP_NTZ, where nothing else is said. A person is the certificate number
//! as the contract reads it; `file` is the path below the table's folder, `row` begins with 1.
//!
//! FIGURES are `total_cost`, `basic_insurance`, `critical_illness`, `medical_assistance`, `other_funds`,
//! `hospital_part` and `in_scope_cost`.
//!
//! - `contradictions`: an income that another contradicts, so that the night is to be refused. `series`, `area_code`,
//!   `year` INT, `amount`, `file`, `row`, `other_amount`, `other_file`, `other_row`.
//! - `unpublished`: an area without an income that somebody is to be held against; the same. `area_code`.
//! - `incomes`: a published income. `series`, `area_code`, `year` INT, `amount`, `published_on`, `source`, `file`,
//!   `row`.
//! - `totals`: a table and what became of rows of it. `table_name`, `fate` (`read`, too), `rows`, `amount`.
//! - `unknown_codes`: a local code that the mapping lacks. `code` (blank for none, null for what does not look like
//!   one), `rows`.
//! - `people`: a person whom a rule flags, who is watched, or who was asked for and is known. `person_id`,
//!   `in_register` BOOLEAN, `psn_name`, `categories` ARRAY of STRING, `register_area`, `town_code`, `settlement_area`,
//!   `settlements`, FIGURES, `commercial`.
//! - `flagged`: a person and a rule that the person meets. `person_id`, `rule`, `tests`, `category`, `area_code`,
//!   `burden_total`, `burden_in_scope`, `income_reference`, `income_year` INT, `income_area`, `threshold_percent`
//!   DECIMAL(26,6), a hundred times the threshold.
//! - `burden`, where wanted: a person with a settlement. `person_id`, `area_code`, `settlements`, FIGURES,
//!   `commercial`, `burden_total`, `burden_in_scope`.
//! - `evidence`, where wanted: a row of a flagged person. `person_id`, `table_name`, `file`, `row`, `setl_id`,
//!   `init_setl_id`, `settled_at`, `area_code`, `fixmedins_code`, `med_type`, `reason` (null: it counts), FIGURES,
//!   `commercial`.
//! - `rejects`: a row set aside. `table_name`, `file`, `row`, `reason`, FIGURES.
//! - `summary`: an area, category and rule. `area_code`, `category`, `rule`, `people`, `flagged`, `burden_total`,
//!   `total_cost`.
//! - `checks`: a check that found something. `check_id`, `rows`, `amount`.
//! - `counts`, one row: `in_register`, `in_register_with_settlements`, `with_settlements`, `flagged`.

use super::{Output, Wanted};

/// What is written, in this order: first what can refuse the night.
pub(super) fn of(wanted: &Wanted<'_>) -> Vec<Output> {
    let all = [
        ("contradictions", true),
        ("unpublished", true),
        ("incomes", true),
        ("totals", true),
        ("unknown_codes", true),
        ("people", true),
        ("flagged", true),
        ("burden", wanted.burden),
        ("evidence", wanted.evidence),
        ("rejects", true),
        ("summary", true),
        ("checks", true),
        ("counts", true),
    ];
    let written = all.into_iter().filter(|(_, written)| *written);
    written.map(|(view, _)| Output { view, folder: view }).collect()
}
