//! What tonight says of somebody who had a warning: asked only where there is no finding any more.

use rust_decimal::Decimal;

use super::{Subject, applied, area_held_against, covers_the_ordinary, reference_income, threshold};
use crate::burden::Sums;
use crate::delivery::{Incomes, Person, Register};
use crate::model::{AreaCode, Burden, BurdenKind, Categories, Category, Payer, PersonId, ReferenceIncome};
use crate::policy::{Comparison, InForce, Measure};

/// One person tonight, under the rule of an earlier night.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Whether an identity is in force.
    pub in_register: bool,
    /// Where the person belongs.
    pub area: Option<AreaCode>,
    /// The sums; `None` where no rule can cover the person, so that nothing was added up.
    pub burden: Option<Burden>,
    /// Who pays before the person does.
    pub payers: Vec<Payer>,
    /// The earlier night's rule as it holds tonight; `None` when it is not in force, or tests another burden.
    pub rule: Option<RuleTonight>,
    /// The rule that applies to the person tonight and its threshold; `None` when none tests that burden.
    pub applied: Option<(String, Option<Decimal>)>,
}

/// A rule as it holds tonight for one person.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleTonight {
    /// Whether it covers one of the person's categories.
    pub covers: bool,
    /// How the burden is compared.
    pub comparison: Comparison,
    /// The percentage of income; `None` for a fixed amount.
    pub percent: Option<Decimal>,
    /// The income held against.
    pub income: Option<ReferenceIncome>,
    /// The threshold in yuan; `None` when no income is published for the person's area.
    pub threshold: Option<Decimal>,
}

/// What tonight says of the person `id`, whose burden of one kind stood under the rule with the id `rule`.
pub fn facts(
    policy: &InForce,
    (register, incomes, sums): (&Register, &Incomes, &Sums),
    (id, tests, rule): (&PersonId, BurdenKind, &str),
) -> Facts {
    let known = register.people.get(id);
    let ordinary = Person { categories: Categories::NONE.with(Category::OrdinaryInsured), ..Person::default() };
    let assessed = known.or_else(|| covers_the_ordinary(policy).then_some(&ordinary));
    let found = assessed.and_then(|_| sums.of(id));
    let burden = assessed.map(|_| found.as_ref().map_or_else(Burden::default, |sums| sums.burden));
    let person = assessed.cloned().unwrap_or_default();
    let area = person.area.or(found.as_ref().and_then(|sums| sums.area));
    let subject = Subject { id, person: &person, area, burden: &burden.unwrap_or_default() };
    let now = applied(policy, incomes, &subject).into_iter().find(|applied| applied.rule.tests == tests);
    let rule = policy.rules.iter().find(|held| held.id == rule && held.tests == tests).map(|rule| {
        let (percent, income) = match rule.measure {
            Measure::Amount(_) => (None, None),
            Measure::PercentOfIncome(percent) => {
                let area = area_held_against(policy, &subject);
                (Some(percent), reference_income(incomes, &policy.income, area, policy.window().year()))
            }
        };
        RuleTonight {
            covers: person.categories.iter().any(|category| rule.categories.contains(category)),
            comparison: rule.comparison,
            percent,
            income,
            threshold: threshold(&rule.measure, income.as_ref()),
        }
    });
    Facts {
        in_register: known.is_some(),
        area,
        burden,
        payers: policy.payers.clone(),
        rule,
        applied: now.map(|applied| (applied.rule.id.clone(), applied.threshold)),
    }
}
