//! A mapping file: what a place's own codes mean.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::entry::category_names;
use crate::config::{Section, Value};
use crate::model::{Care, Category, ChronicDisease, EnrolmentStatus, Fault, Fund, HospitalLevel, InsuranceType};

/// What a place's own codes mean. Codes of digits alone are equal whatever their leading zeros: `"01"` = `"1"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes {
    /// The mapping file.
    pub path: PathBuf,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// By code as [`bare`] leaves it; so are those below.
    categories: Meanings<Category>,
    insurance_types: Option<Meanings<InsuranceType>>,
    enrolment_statuses: Option<Meanings<EnrolmentStatus>>,
    care: Option<Meanings<Care>>,
    chronic_diseases: Option<Meanings<ChronicDisease>>,
    funds: Option<Meanings<Fund>>,
    hospital_levels: Option<Meanings<HospitalLevel>>,
}

/// What each code of one table means.
type Meanings<T> = HashMap<String, T>;

impl Codes {
    /// The category of a local code (人员身份类别, `psn_idet_type`); `None` when the mapping lacks it.
    pub fn category(&self, code: &str) -> Option<Category> {
        self.categories.get(bare(code)).copied()
    }

    /// Every code of a category, without the zeros that it begins with, in no order.
    pub fn categories(&self) -> impl Iterator<Item = (&str, Category)> {
        self.categories.iter().map(|(code, category)| (code.as_str(), *category))
    }

    /// The scheme of a local code (险种类型, `insutype`); `None` when the mapping lacks it.
    pub fn insurance_type(&self, code: &str) -> Option<InsuranceType> {
        self.insurance_types.as_ref()?.get(bare(code)).copied()
    }

    /// How an enrolment of a local code (人员参保状态, `psn_insu_stas`) stands; `None` when the mapping lacks it.
    pub fn enrolment_status(&self, code: &str) -> Option<EnrolmentStatus> {
        self.enrolment_statuses.as_ref()?.get(bare(code)).copied()
    }

    /// The kind of care of a local code (医疗类别, `med_type`); `None` when the mapping lacks it.
    pub fn care(&self, code: &str) -> Option<Care> {
        self.care.as_ref()?.get(bare(code)).copied()
    }

    /// The disease of a local code of cards (门诊慢特病病种代码, `opsp_dise_code`); `None` when the mapping does not list it.
    pub fn chronic_disease(&self, code: &str) -> Option<ChronicDisease> {
        self.chronic_diseases.as_ref()?.get(bare(code)).copied()
    }

    /// The fund of a local code (基金, `fund`); `None` when the mapping lacks it.
    pub fn fund(&self, code: &str) -> Option<Fund> {
        self.funds.as_ref()?.get(bare(code)).copied()
    }

    /// The level of a hospital of a local code (医院等级, `hosp_lv`); `None` when the mapping lacks it.
    pub fn hospital_level(&self, code: &str) -> Option<HospitalLevel> {
        self.hospital_levels.as_ref()?.get(bare(code)).copied()
    }

    /// The tables among `names` that the mapping file does not have, each as a fault: a job that needs one cannot do
    /// without.
    pub fn lacking(&self, names: &[&str]) -> Vec<Fault> {
        let tables = [
            ("insutype", self.insurance_types.is_some(), "\"390\" = \"resident\""),
            ("psn_insu_stas", self.enrolment_statuses.is_some(), "\"1\" = \"normal\""),
            ("med_type", self.care.is_some(), "\"21\" = \"in_patient\""),
            ("chronic_disease", self.chronic_diseases.is_some(), "\"M03900\" = \"hypertension\""),
            ("fund", self.funds.is_some(), "\"1\" = \"resident\""),
            ("hosp_lv", self.hospital_levels.is_some(), "\"02\" = \"3\""),
        ];
        let missing = tables.into_iter().filter(|(name, there, _)| names.contains(name) && !there);
        let fault = |(name, _, line)| {
            let message = format!("the file has no [{name}], which this job needs; add it, with lines such as {line}");
            Fault::config(self.path.display().to_string(), message)
        };
        missing.map(fault).collect()
    }
}

/// A code without surrounding blanks and, when it is of digits alone, without leading zeros.
fn bare(code: &str) -> &str {
    let code = code.trim();
    if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return code;
    }
    match code.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    }
}

/// The mapping that the file at `path` holds; `None` when a fault was noted.
pub(super) fn read(root: &Section<'_, '_>, path: &Path, sha256: String) -> Option<Codes> {
    let categories = root.need("psn_idet_type", |table| identity_types(&table.table()?));
    let types = InsuranceType::ALL.map(|of| (of.name(), of));
    let insurance_types = root.may("insutype", None, |table| meanings(&table.table()?, &types, |_| false).map(Some));
    let statuses = EnrolmentStatus::ALL.map(|of| (of.name(), of));
    let enrolment_statuses =
        root.may("psn_insu_stas", None, |table| meanings(&table.table()?, &statuses, |_| false).map(Some));
    let kinds = Care::ALL.map(|of| (of.name(), of));
    let care = root.may("med_type", None, |table| meanings(&table.table()?, &kinds, |_| false).map(Some));
    let diseases = ChronicDisease::ALL.map(|of| (of.name(), of));
    let chronic_diseases =
        root.may("chronic_disease", None, |table| meanings(&table.table()?, &diseases, |_| false).map(Some));
    let funds = root.may("fund", None, |table| funds(&table.table()?).map(Some));
    let levels = HospitalLevel::ALL.map(|of| (of.name(), of));
    let hospital_levels = root.may("hosp_lv", None, |table| meanings(&table.table()?, &levels, |_| false).map(Some));
    root.end();
    Some(Codes {
        path: path.to_path_buf(),
        sha256,
        categories: categories?,
        insurance_types: insurance_types?,
        enrolment_statuses: enrolment_statuses?,
        care: care?,
        chronic_diseases: chronic_diseases?,
        funds: funds?,
        hospital_levels: hospital_levels?,
    })
}

/// `[psn_idet_type]`: every category but the one that no register gives.
fn identity_types(table: &Section<'_, '_>) -> Option<Meanings<Category>> {
    let in_no_register = |(code, value): (&str, &Value<'_, '_>)| {
        let is = value.says(Category::OrdinaryInsured.name());
        if is {
            value.fault(format!(
                "code {code:?} is mapped to ordinary_insured, which is for people in no register; take the line out or \
                 map it to another category"
            ));
        }
        is
    };
    meanings(table, &category_names(|category| category != Category::OrdinaryInsured), in_no_register)
}

/// `[fund]`. A fund has one code: under two, its months would stand twice and one of each be set aside.
fn funds(table: &Section<'_, '_>) -> Option<Meanings<Fund>> {
    let meanings = meanings(table, &Fund::ALL.map(|fund| (fund.name(), fund)), |_| false)?;
    for fund in Fund::ALL {
        if meanings.values().filter(|meaning| **meaning == fund).count() > 1 {
            table.fault(format!("{} maps two codes to {}; keep the one that the fund has", table.named(), fund.name()));
        }
    }
    Some(meanings)
}

/// What each code of a table means, one of `choices` by name. One code, however many zeros it begins with, has one
/// meaning. `refused` says which lines it noted itself.
fn meanings<T: Copy + PartialEq>(
    table: &Section<'_, '_>,
    choices: &[(&'static str, T)],
    refused: impl Fn((&str, &Value<'_, '_>)) -> bool,
) -> Option<Meanings<T>> {
    let named = |meaning| choices.iter().find(|(_, of)| *of == meaning).map_or("", |(name, _)| *name);
    let mut entries: Vec<_> = table.entries().collect();
    entries.sort_by_key(|(_, value)| value.line);
    if let ([], Some((first, _))) = (entries.as_slice(), choices.first()) {
        table.fault(format!("{} maps no code, expected lines such as \"1\" = {first:?}", table.named()));
    }
    let mut meanings: Meanings<T> = HashMap::new();
    let mut lines: HashMap<&str, (&str, usize)> = HashMap::new();
    for (code, value) in entries {
        if refused((code, &value)) {
            continue;
        }
        let Some(meaning) = value.choice(choices) else { continue };
        let bare = bare(code);
        match meanings.insert(bare.to_owned(), meaning) {
            Some(other) if other != meaning => {
                let (earlier, line) = lines.get(bare).copied().unwrap_or((code, value.line));
                value.fault(format!(
                    "code {code:?} is {}, but {earlier:?} on line {line} is the same code and is {}; keep one of them",
                    named(meaning),
                    named(other)
                ));
            }
            _ => {
                lines.insert(bare, (code, value.line));
            }
        }
    }
    Some(meanings)
}
