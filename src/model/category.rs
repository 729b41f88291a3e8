//! The status that selects a rule (人员类别).

use std::fmt;

use serde::Deserialize;

/// A population category. Local codes are turned into these by a mapping file; the order is the order in which several
/// categories of one person are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 特困人员: extreme-poverty support recipients.
    ExtremePoverty,
    /// 孤儿: orphans and children without support.
    Orphan,
    /// 低保对象: subsistence-allowance recipients.
    SubsistenceAllowance,
    /// 返贫致贫人口: fallen (back) into poverty.
    ReturnedToPoverty,
    /// 低保边缘家庭成员: just above the subsistence allowance.
    SubsistenceMarginal,
    /// 刚性支出困难家庭成员: in hardship through unavoidable spending, illness above all.
    UnavoidableSpending,
    /// 脱贫不稳定人口: lifted out of poverty, not yet stable.
    UnstableLifted,
    /// 边缘易致贫人口: on the margin of poverty.
    Marginal,
    /// 突发严重困难人口: in sudden serious hardship.
    SuddenHardship,
    /// 低收入人口: on the low-income register, of no narrower category.
    LowIncome,
    /// 稳定脱贫人口: lifted out of poverty, stable.
    StableLifted,
    /// 普通参保人员: insured, in no register at all. No mapping names it: whoever has a settlement and no identity on the
    /// day has this category.
    OrdinaryInsured,
}

impl Category {
    /// All categories, in order.
    pub const ALL: [Category; 12] = [
        Category::ExtremePoverty,
        Category::Orphan,
        Category::SubsistenceAllowance,
        Category::ReturnedToPoverty,
        Category::SubsistenceMarginal,
        Category::UnavoidableSpending,
        Category::UnstableLifted,
        Category::Marginal,
        Category::SuddenHardship,
        Category::LowIncome,
        Category::StableLifted,
        Category::OrdinaryInsured,
    ];

    /// The name in policy files, mappings and published tables.
    pub fn name(self) -> &'static str {
        match self {
            Category::ExtremePoverty => "extreme_poverty",
            Category::Orphan => "orphan",
            Category::SubsistenceAllowance => "subsistence_allowance",
            Category::ReturnedToPoverty => "returned_to_poverty",
            Category::SubsistenceMarginal => "subsistence_marginal",
            Category::UnavoidableSpending => "unavoidable_spending",
            Category::UnstableLifted => "unstable_lifted",
            Category::Marginal => "marginal",
            Category::SuddenHardship => "sudden_hardship",
            Category::LowIncome => "low_income",
            Category::StableLifted => "stable_lifted",
            Category::OrdinaryInsured => "ordinary_insured",
        }
    }

    /// The category of that name.
    pub fn named(name: &str) -> Option<Category> {
        Category::ALL.into_iter().find(|category| category.name() == name)
    }

    /// The name that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            Category::ExtremePoverty => "特困人员",
            Category::Orphan => "孤儿",
            Category::SubsistenceAllowance => "低保对象",
            Category::ReturnedToPoverty => "返贫致贫人口",
            Category::SubsistenceMarginal => "低保边缘家庭成员",
            Category::UnavoidableSpending => "刚性支出困难家庭成员",
            Category::UnstableLifted => "脱贫不稳定人口",
            Category::Marginal => "边缘易致贫人口",
            Category::SuddenHardship => "突发严重困难人口",
            Category::LowIncome => "低收入人口",
            Category::StableLifted => "稳定脱贫人口",
            Category::OrdinaryInsured => "普通参保人员",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The categories of one person on one day.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Categories(u16);

impl Categories {
    /// No category.
    pub const NONE: Categories = Categories(0);

    /// From names joined by `,`, as [`Display`](fmt::Display) writes them; `None` when one of them is no category's.
    pub fn named(names: &str) -> Option<Categories> {
        names.split(',').filter(|name| !name.is_empty()).map(Category::named).collect()
    }

    /// These and one more.
    pub fn with(self, category: Category) -> Categories {
        Categories(self.0 | 1 << category as u16)
    }

    /// Whether `category` is among them.
    pub fn contains(self, category: Category) -> bool {
        self.0 & (1 << category as u16) != 0
    }

    /// Whether one of `others` is among them.
    pub fn any_of(self, others: Categories) -> bool {
        self.0 & others.0 != 0
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them, in order.
    pub fn iter(self) -> impl Iterator<Item = Category> {
        Category::ALL.into_iter().filter(move |category| self.contains(*category))
    }
}

impl FromIterator<Category> for Categories {
    fn from_iter<I: IntoIterator<Item = Category>>(categories: I) -> Categories {
        categories.into_iter().fold(Categories::NONE, Categories::with)
    }
}

/// Names joined by `,`.
impl fmt::Display for Categories {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, category) in self.iter().enumerate() {
            write!(f, "{}{category}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}
