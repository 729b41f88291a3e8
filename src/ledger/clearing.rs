//! Why a warning is cleared. Where several reasons hold, the first in the order of [`Clearing`] is given.

use crate::assess::{Facts, RuleTonight, meets};
use crate::model::{Burden, BurdenKind, Category, Clearing, Fen, Payer, ReferenceIncome, Warning, as_published};

/// Why a warning of the policy year that stood, and of which nothing was found tonight, is cleared:
///
/// - *register left*: no identity is in force any more; an ordinary insured person never had one;
/// - *category changed*: the rule is in force and covers none of the person's categories;
/// - *policy changed*: the rule is not in force; or its percentage or amount is another, and by the old threshold the
///   warning would stand; or tonight's payers or comparison, applied to the old sums, would not have given it;
/// - *area* and *income changed*: by the old threshold the warning would stand, and the income is that of another area
///   because the person belongs to another, or another figure;
/// - *settlement reversed*: the cost (medical cost less the hospital's part, or in-scope cost) fell. When more was paid
///   as well, each is asked what there would be without it, and the payment is the reason when it was needed and the
///   fall was not;
/// - *late payment*: otherwise, when more was paid.
pub(super) fn reason(warning: &Warning, tonight: &Facts) -> Clearing {
    let ordinary = warning.standing.category == Category::OrdinaryInsured;
    if !tonight.in_register && !ordinary {
        return Clearing::RegisterLeft;
    }
    let Some(rule) = &tonight.rule else {
        return Clearing::PolicyChanged;
    };
    if !rule.covers {
        return Clearing::CategoryChanged;
    }
    threshold_moved(warning, tonight, rule).unwrap_or_else(|| burden_fell(warning, tonight, rule))
}

/// The reason, where the burden alone would not have cleared the warning.
fn threshold_moved(warning: &Warning, tonight: &Facts, rule: &RuleTonight) -> Option<Clearing> {
    let was = &warning.standing;
    let meets_old = |burden: Option<Fen>| burden.is_some_and(|burden| meets(burden, rule.comparison, was.threshold));
    if !meets_old(was.burden.of(warning.tests, &tonight.payers)) {
        return Some(Clearing::PolicyChanged);
    }
    if !meets_old(tonight.burden.and_then(|burden| burden.of(warning.tests, &tonight.payers))) {
        return None;
    }
    if rule.percent.map(as_published) != was.percent.map(as_published) || rule.percent.is_none() {
        return Some(Clearing::PolicyChanged);
    }
    let income_of = |income: Option<ReferenceIncome>| income.map(|income| income.area);
    let moved = tonight.area != was.area && income_of(rule.income) != income_of(was.income);
    Some(if moved { Clearing::AreaChanged } else { Clearing::IncomeChanged })
}

fn burden_fell(warning: &Warning, tonight: &Facts, rule: &RuleTonight) -> Clearing {
    let was = &warning.standing;
    let now = tonight.burden.unwrap_or_default();
    let cost = |burden: &Burden| match warning.tests {
        BurdenKind::BurdenTotal => burden.sums.total_cost.0.saturating_sub(burden.sums.hospital_part.0),
        BurdenKind::BurdenInScope => burden.sums.in_scope_cost.0,
    };
    let counts = |payer: &&Payer| warning.tests == BurdenKind::BurdenTotal || **payer != Payer::Commercial;
    let paid = |burden: &Burden| {
        let payers = tonight.payers.iter().filter(counts);
        payers.fold(0_i64, |sum, payer| sum.saturating_add(burden.paid_by(*payer).0))
    };
    let stands = |cost: i64, paid: i64| meets(Fen(cost.saturating_sub(paid)), rule.comparison, was.threshold);
    let (cost_was, cost_now, paid_was, paid_now) = (cost(&was.burden), cost(&now), paid(&was.burden), paid(&now));
    let payment_needed = paid_now > paid_was && stands(cost_now, paid_was);
    let fall_needed = cost_now < cost_was && stands(cost_was, paid_now);
    match cost_now < cost_was && (fall_needed || !payment_needed) {
        true => Clearing::SettlementReversed,
        false => Clearing::LatePayment,
    }
}
