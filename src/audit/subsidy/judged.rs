//! What is said of one person's subsidy, from what was due and what was paid: the first that fits, in the order that
//! the module above gives.

use super::due::{Due, Owed};
use super::frames::{Collected, Enrolled, Sums};
use crate::model::{Fen, Matter, Verdict};

/// What is said of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) verdict: Verdict,
    pub(super) matter: Matter,
    pub(super) found: Option<Fen>,
    pub(super) expected: Option<Fen>,
}

impl Said {
    fn of(verdict: Verdict, matter: Matter) -> Said {
        Said { verdict, matter, found: None, expected: None }
    }

    fn fault(matter: Matter) -> Said {
        Said::of(Verdict::Fault, matter)
    }

    fn sums(self, found: Fen, expected: Fen) -> Said {
        Said { found: Some(found), expected: Some(expected), ..self }
    }
}

/// The rows of one person that could not be used.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unusable {
    pub(super) premium: bool,
    pub(super) enrolment: bool,
    /// Of somebody whom the register does not have.
    pub(super) identity: bool,
}

impl Unusable {
    /// Whether a fault hangs on what may have stood in one of them.
    fn bears_on(self, said: &Said) -> bool {
        let by_enrolment = said.matter == Matter::SubsidyNotEnrolled;
        said.verdict == Verdict::Fault && (self.premium || self.identity || self.enrolment && by_enrolment)
    }
}

/// What is said of somebody, some of whose rows may have been unusable.
pub(super) fn judged(due: &Due<'_>, sums: &Sums, in_register: bool, unusable: Unusable) -> Said {
    let said = by_usable_rows(due, sums, in_register);
    match unusable.bears_on(&said) {
        true => Said { found: said.found, ..Said::of(Verdict::CannotBeTold, Matter::NoData) },
        false => said,
    }
}

/// What is said of somebody. Enrolments are known of those in the register alone.
fn by_usable_rows(due: &Due<'_>, sums: &Sums, in_register: bool) -> Said {
    let cannot_be_told = Said::of(Verdict::CannotBeTold, Matter::NoData);
    let Some(collected) = sums.collected.as_ref().filter(|collected| !collected.comes_to_nothing()) else {
        return if sums.unknown_schemes > 0 { cannot_be_told } else { nothing_collected(due, sums.enrolled) };
    };
    let paid = collected.subsidy;
    if paid > Fen::ZERO && in_register {
        match sums.enrolled {
            Enrolled::Nowhere | Enrolled::NoDay => {
                return Said::fault(Matter::SubsidyNotEnrolled).sums(paid, Fen::ZERO);
            }
            Enrolled::UnknownScheme => return cannot_be_told,
            _ => {}
        }
    }
    let said = match due.owed {
        Owed::Between(least, most) => return held_against(collected, (least, most)),
        Owed::NoRule => Said::of(Verdict::NotApplicable, Matter::NoRule),
        Owed::NotGiven => Said::of(Verdict::CannotBeTold, Matter::NoRule),
        Owed::OfUnknownPremium | Owed::UnknownCategory => cannot_be_told,
    };
    Said { found: Some(paid), ..said }
}

/// Nobody paid anything.
fn nothing_collected(due: &Due<'_>, enrolled: Enrolled) -> Said {
    match (due.owed, enrolled) {
        (Owed::NoRule, _) => Said::of(Verdict::NotApplicable, Matter::NoRule),
        (_, Enrolled::Nowhere | Enrolled::NoDay | Enrolled::Interrupted) => {
            Said::of(Verdict::NotApplicable, Matter::NoSubsidyDue)
        }
        (Owed::UnknownCategory, _) => Said::of(Verdict::CannotBeTold, Matter::NoData),
        (owed, Enrolled::Here) => {
            let said = Said::fault(Matter::PremiumNotPaid);
            owed.between().filter(|(_, most)| *most > Fen::ZERO).map_or(said, |(least, _)| said.sums(Fen::ZERO, least))
        }
        (_, Enrolled::UnknownScheme | Enrolled::UnknownStatus | Enrolled::Elsewhere) => {
            Said::of(Verdict::CannotBeTold, Matter::NoData)
        }
    }
}

/// What was paid against the least and the most that was due.
fn held_against(collected: &Collected, (least, most): (Fen, Fen)) -> Said {
    let Collected { premium, own, subsidy: paid, subsidised, .. } = *collected;
    let nothing_at_all = own <= Fen::ZERO && paid <= Fen::ZERO && premium > Fen::ZERO;
    let own_part_not_paid = own <= Fen::ZERO && most > Fen::ZERO && paid >= least && premium > most;
    let said = if paid > most && subsidised > 1 {
        Said::fault(Matter::SubsidyTwice)
    } else if nothing_at_all || own_part_not_paid {
        Said::fault(Matter::PremiumNotPaid)
    } else if paid > most {
        Said::fault(Matter::SubsidyTooMuch)
    } else if paid < least {
        Said::fault(Matter::SubsidyTooLittle)
    } else if most == Fen::ZERO {
        Said::of(Verdict::Correct, Matter::NoSubsidyDue)
    } else {
        Said::of(Verdict::Correct, Matter::SubsidyRight)
    };
    said.sums(paid, paid.clamp(least, most))
}
