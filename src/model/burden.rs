//! What is left to a person after every payer (个人负担).

use serde::Deserialize;

use super::Fen;

/// Who pays a part of the medical cost besides the person. The hospital's own part (医院负担) is no payer: it is always
/// taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payer {
    /// 基本医保统筹基金.
    BasicInsurance,
    /// 大病保险.
    CriticalIllness,
    /// 医疗救助.
    MedicalAssistance,
    /// 公务员补助, 补充保险, 大额补助, 伤残基金 and other funds.
    OtherFunds,
    /// 商业保险.
    Commercial,
}

impl Payer {
    /// Every payer, in the order in which they pay.
    pub const ALL: [Payer; 5] =
        [Payer::BasicInsurance, Payer::CriticalIllness, Payer::MedicalAssistance, Payer::OtherFunds, Payer::Commercial];

    /// The name in policy files and published tables.
    pub fn name(self) -> &'static str {
        match self {
            Payer::BasicInsurance => "basic_insurance",
            Payer::CriticalIllness => "critical_illness",
            Payer::MedicalAssistance => "medical_assistance",
            Payer::OtherFunds => "other_funds",
            Payer::Commercial => "commercial",
        }
    }

    /// The name that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            Payer::BasicInsurance => "基本医保",
            Payer::CriticalIllness => "大病保险",
            Payer::MedicalAssistance => "医疗救助",
            Payer::OtherFunds => "其他基金",
            Payer::Commercial => "商业保险",
        }
    }
}

/// The amounts of a settlement, or their sums, that a burden is made of.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Figures {
    /// Medical cost (医疗费总额).
    pub total_cost: Fen,
    /// Paid by basic insurance.
    pub basic_insurance: Fen,
    /// Paid by critical-illness insurance.
    pub critical_illness: Fen,
    /// Paid by medical assistance.
    pub medical_assistance: Fen,
    /// Paid by the other funds.
    pub other_funds: Fen,
    /// Borne by the hospital (医院负担).
    pub hospital_part: Fen,
    /// Cost within the policy scope (符合政策范围金额).
    pub in_scope_cost: Fen,
}

impl Figures {
    /// Those of a row with one amount alone: it stands where a settlement has its medical cost.
    pub fn of_one(amount: Fen) -> Figures {
        Figures { total_cost: amount, ..Figures::default() }
    }

    /// Adds a row, figure by figure. `None` on overflow.
    pub fn checked_add(&self, row: &Figures) -> Option<Figures> {
        Some(Figures {
            total_cost: self.total_cost.checked_add(row.total_cost)?,
            basic_insurance: self.basic_insurance.checked_add(row.basic_insurance)?,
            critical_illness: self.critical_illness.checked_add(row.critical_illness)?,
            medical_assistance: self.medical_assistance.checked_add(row.medical_assistance)?,
            other_funds: self.other_funds.checked_add(row.other_funds)?,
            hospital_part: self.hospital_part.checked_add(row.hospital_part)?,
            in_scope_cost: self.in_scope_cost.checked_add(row.in_scope_cost)?,
        })
    }
}

/// What a person's year adds up to: counted settlements of the policy year, and commercial payments of the same span.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Burden {
    /// Counted rows, reversals included.
    pub settlements: u32,
    /// Their sums.
    pub sums: Figures,
    /// Paid by commercial insurance.
    pub commercial: Fen,
}

/// Which of the two burdens a rule tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BurdenKind {
    /// Everything that was left to the person.
    BurdenTotal,
    /// What was left of the cost within the policy scope (政策范围内个人自付).
    BurdenInScope,
}

impl BurdenKind {
    /// Both.
    pub const ALL: [BurdenKind; 2] = [BurdenKind::BurdenTotal, BurdenKind::BurdenInScope];

    /// The name in policy files and published tables.
    pub fn name(self) -> &'static str {
        match self {
            BurdenKind::BurdenTotal => "burden_total",
            BurdenKind::BurdenInScope => "burden_in_scope",
        }
    }
}

impl Burden {
    /// What each payer paid.
    pub fn paid_by(&self, payer: Payer) -> Fen {
        match payer {
            Payer::BasicInsurance => self.sums.basic_insurance,
            Payer::CriticalIllness => self.sums.critical_illness,
            Payer::MedicalAssistance => self.sums.medical_assistance,
            Payer::OtherFunds => self.sums.other_funds,
            Payer::Commercial => self.commercial,
        }
    }

    /// Medical cost less `payers` and the hospital's part. `None` on overflow.
    pub fn total(&self, payers: &[Payer]) -> Option<Fen> {
        let left = self.sums.total_cost.checked_sub(self.sums.hospital_part)?;
        payers.iter().try_fold(left, |left, payer| left.checked_sub(self.paid_by(*payer)))
    }

    /// In-scope cost less `payers`, commercial insurance left out: it pays outside the scope too. `None` on overflow.
    pub fn in_scope(&self, payers: &[Payer]) -> Option<Fen> {
        let schemes = payers.iter().filter(|payer| **payer != Payer::Commercial);
        schemes.into_iter().try_fold(self.sums.in_scope_cost, |left, payer| left.checked_sub(self.paid_by(*payer)))
    }

    /// The burden of one kind. `None` on overflow.
    pub fn of(&self, kind: BurdenKind, payers: &[Payer]) -> Option<Fen> {
        match kind {
            BurdenKind::BurdenTotal => self.total(payers),
            BurdenKind::BurdenInScope => self.in_scope(payers),
        }
    }
}
