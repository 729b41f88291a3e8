//! One rule met by one person.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{AreaCode, Burden, BurdenKind, Categories, Category, Fen, PersonId};

/// The per-capita disposable income that a burden is held against (人均可支配收入).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferenceIncome {
    /// The figure, in fen.
    pub amount: Fen,
    /// The year it was earned in.
    pub year: i32,
    /// The area it was published for: the person's own or one above it.
    pub area: AreaCode,
    /// Whether it is older than the year before the policy year.
    pub provisional: bool,
}

/// One rule met by one person: to be looked at, nothing more.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Who.
    pub person: PersonId,
    /// Name as the register has it.
    pub name: Option<String>,
    /// The category that selected the rule.
    pub category: Category,
    /// Every category of the person on the day.
    pub categories: Categories,
    /// Where the person belongs: the identity's area, else that of the newest settlement.
    pub area: Option<AreaCode>,
    /// The township, where the register gives one.
    pub town_code: Option<String>,
    /// The rule's id.
    pub rule: String,
    /// The rule's citation: document and article.
    pub rule_reference: String,
    /// The sums.
    pub burden: Burden,
    /// Everything left to the person.
    pub burden_total: Fen,
    /// What was left of the in-scope cost.
    pub burden_in_scope: Fen,
    /// Which burden the rule tests.
    pub tests: BurdenKind,
    /// The income held against; `None` for a rule with a fixed amount.
    pub income: Option<ReferenceIncome>,
    /// The rule's percentage of it; `None` for a rule with a fixed amount.
    pub percent: Option<Decimal>,
    /// The threshold in yuan, exact: percent × income, or the fixed amount.
    pub threshold: Decimal,
    /// The first day at whose end the burden so far met the rule; known only where evidence was collected.
    pub first_exceeded_on: Option<NaiveDate>,
}

impl Finding {
    /// The burden that the rule tests.
    pub fn burden_tested(&self) -> Fen {
        match self.tests {
            BurdenKind::BurdenTotal => self.burden_total,
            BurdenKind::BurdenInScope => self.burden_in_scope,
        }
    }
}
