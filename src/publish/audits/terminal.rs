//! The summary of a night of audits for the terminal: verdicts, problems, rows, and where it stands. Pure text.

use std::path::Path;

use super::AuditNight;
use crate::model::{ProblemState, Verdict};
use crate::publish::terminal::{aligned, ended, grouped, rows};

/// The summary of a night that stands at `published`.
pub fn summary(night: &AuditNight<'_>, published: &Path) -> String {
    let parts = [verdicts(night), problems(night), rows(night.control_totals)];
    ended(parts.map(|lines| aligned(&lines)).join("\n"), &night.warnings, published)
}

/// By audit, what was said of how many; the four add up to the subjects.
fn verdicts(night: &AuditNight<'_>) -> Vec<Vec<String>> {
    let header = ["audit", "subjects", "correct", "fault", "not applicable", "cannot be told"];
    let mut lines = vec![header.map(str::to_owned).to_vec()];
    for (mechanism, counts) in night.counts {
        let mut line = vec![format!("{} {}", mechanism.term(), mechanism.name()), grouped(counts.subjects.into())];
        line.extend(Verdict::ALL.map(|verdict| grouped(counts.of(verdict).into())));
        lines.push(line);
    }
    lines
}

/// By audit, how many problems there were and are, and which of them need somebody's eye.
fn problems(night: &AuditNight<'_>) -> Vec<Vec<String>> {
    let header =
        ["problems", "opening", "new", "reopened", "solved", "dismissed", "closing", "overdue", "claimed", "refuted"];
    let mut lines = vec![header.map(str::to_owned).to_vec()];
    for (mechanism, balance) in &night.problems.balance {
        let counts = [
            balance.opening,
            balance.new,
            balance.reopened,
            balance.solved,
            balance.dismissed,
            balance.closing,
            balance.of(ProblemState::Overdue),
            balance.of(ProblemState::Claimed),
            balance.refuted,
        ];
        let mut line = vec![mechanism.name().to_owned()];
        line.extend(counts.map(|count| grouped(count.into())));
        lines.push(line);
    }
    lines
}
