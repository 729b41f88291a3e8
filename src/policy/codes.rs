//! A mapping file: what a place's own codes mean.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::read::category_names;
use crate::config::Section;
use crate::model::Category;

/// What a place's own codes mean. Codes of digits alone are equal whatever their leading zeros: `"01"` = `"1"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes {
    /// The mapping file.
    pub path: PathBuf,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// By code as [`bare`] leaves it.
    categories: HashMap<String, Category>,
}

impl Codes {
    /// The category of a local code (人员身份类别, `psn_idet_type`); `None` when the mapping lacks it.
    pub fn category(&self, code: &str) -> Option<Category> {
        self.categories.get(bare(code)).copied()
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
    root.end();
    Some(Codes { path: path.to_path_buf(), sha256, categories: categories? })
}

fn identity_types(table: &Section<'_, '_>) -> Option<HashMap<String, Category>> {
    let mut entries: Vec<_> = table.entries().collect();
    entries.sort_by_key(|(_, value)| value.line);
    if entries.is_empty() {
        table.fault("[psn_idet_type] maps no code, expected lines such as \"1\" = \"extreme_poverty\"");
    }
    let mut categories: HashMap<String, Category> = HashMap::new();
    let mut lines: HashMap<&str, (&str, usize)> = HashMap::new();
    for (code, value) in entries {
        if value.says(Category::OrdinaryInsured.name()) {
            value.fault(format!(
                "code {code:?} is mapped to ordinary_insured, which is for people in no register; take the line out or \
                 map it to another category"
            ));
            continue;
        }
        let Some(category) = value.choice(&category_names(|category| category != Category::OrdinaryInsured)) else {
            continue;
        };
        let bare = bare(code);
        match categories.insert(bare.to_owned(), category) {
            Some(other) if other != category => {
                let (earlier, line) = lines.get(bare).copied().unwrap_or((code, value.line));
                value.fault(format!(
                    "code {code:?} is {category}, but {earlier:?} on line {line} is the same code and is {other}; keep \
                     one of them"
                ));
            }
            _ => {
                lines.insert(bare, (code, value.line));
            }
        }
    }
    Some(categories)
}
