//! The thresholds of a policy file for funds in force on a day, in words.

use std::fmt::Write as _;

use chrono::NaiveDate;

use super::words::cited;
use crate::policy::{FundRule, Policy, RunOut};

/// When a fund is to be looked at; nothing where the file does not say.
pub(super) fn in_words(policy: &Policy, day: NaiveDate) -> String {
    policy.funds_on(day).map(rule_in_words).collect()
}

fn rule_in_words(rule: &FundRule) -> String {
    let funds: Vec<&str> = rule.funds.iter().map(|fund| fund.term()).collect();
    let mut text = format!("\nfund (基金运行)\n  funds      {}\n", funds.join(", "));
    if let Some(months) = rule.cover_months {
        let _ = writeln!(text, "  cover      below {months} months of the last twelve's average spending");
    }
    if let Some(percent) = rule.spent_percent {
        let _ = writeln!(text, "  spending   above {percent}% of income, over twelve months");
    }
    if let Some(way) = rule.run_out {
        let way = match way {
            RunOut::Forecast => "the forecast balance",
            RunOut::Worst => "the lowest forecast balance",
        };
        let kept = rule.allowance_months;
        let _ = writeln!(text, "  run out    {way} below {kept} months of average spending before the year's end");
    }
    let _ = writeln!(text, "  accounts   at most {} months behind", rule.lag_months);
    text + &cited(&rule.cited)
}
