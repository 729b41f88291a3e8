//! The attack on pages as they are drawn: whoever opens the site reads its tables, and tries every sum and difference
//! of what stands in them against what the night counted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fangpin::model::board::Cell;
use fangpin::model::{Category, State};

use crate::attack::{Atoms, Attack, Attacked};
use crate::harness::{cell, read};

/// The rules of the sample's policy, by the titles that its pages show.
const RULES: [(&str, &str); 3] = [
    ("因病返贫监测", "return_to_poverty"),
    ("因病致贫监测", "fall_into_poverty"),
    ("政策范围内个人自付较重", "heavy_in_scope"),
];

/// Every attribute that a page has: none of them could tell a figure that its table withholds but the places of
/// pictures, which `board.rs` holds to what is told.
const ATTRIBUTES: [&str; 30] = [
    "lang",
    "charset",
    "name",
    "content",
    "rel",
    "href",
    "src",
    "class",
    "id",
    "tabindex",
    "role",
    "aria-label",
    "viewBox",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "cx",
    "cy",
    "r",
    "d",
    "width",
    "height",
    "defer",
    "http-equiv",
    "type",
    "img",
    "svg",
];

/// Warnings of one area, township, rule, category and state.
type Atom = (String, String, String, String, State);

fn atoms(night: &Path) -> Atoms<Atom> {
    let (counts, summary) = (read(&night.join("ledger_counts.parquet")), read(&night.join("summary.parquet")));
    let places: BTreeSet<(&str, &str)> =
        counts.iter().map(|row| (cell(row, "area_code"), cell(row, "town_code"))).collect();
    let areas = summary.iter().map(|row| (cell(row, "area_code"), ""));
    let places: BTreeSet<(&str, &str)> = places.into_iter().chain(areas).collect();
    let rules: BTreeSet<(&str, &str)> = summary.iter().map(|row| (cell(row, "rule"), cell(row, "category"))).collect();
    let mut atoms = Atoms::new();
    for (area, town) in places {
        for (rule, category) in &rules {
            for state in State::ALL {
                let [area, town, rule, category] = [area, town, rule, category].map(str::to_owned);
                atoms.insert((area, town, rule, category, state), 0);
            }
        }
    }
    for row in &counts {
        let state = State::ALL.into_iter().find(|state| state.name() == cell(row, "state")).unwrap();
        let [area, town, rule, category] =
            ["area_code", "town_code", "rule", "category"].map(|column| cell(row, column).to_owned());
        *atoms.get_mut(&(area, town, rule, category, state)).unwrap() += cell(row, "warnings").parse::<u64>().unwrap();
    }
    atoms
}

/// What stands in a table of a page: caption, headings and rows.
struct Drawn {
    caption: String,
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// What is to be read of a piece of a page, without its tags.
fn text(html: &str) -> String {
    let mut text = String::new();
    for (at, piece) in html.split('<').enumerate() {
        text.push_str(if at == 0 { piece } else { piece.split_once('>').map_or("", |(_, after)| after) });
    }
    text.trim().to_owned()
}

fn fields(row: &str, tag: &str) -> Vec<String> {
    row.split(tag).skip(1).map(|field| text(field.split_once('>').unwrap().1)).collect()
}

fn tables(page: &str) -> Vec<Drawn> {
    let table = |table: &str| {
        let caption = text(table.split("<caption>").nth(1).unwrap().split("</caption>").next().unwrap());
        let (head, body) = table.split_once("<tbody>").unwrap();
        let rows = body.split("</table>").next().unwrap().split("<tr>").skip(1).map(|row| fields(row, "<td")).collect();
        Drawn { caption, headings: fields(head, "<th").into_iter().skip(1).collect(), rows }
    };
    page.split("<table").skip(1).map(table).collect()
}

fn told(field: &str) -> Cell<u64> {
    if field == "*" { Cell::Withheld } else { Cell::Told(field.replace(',', "").parse().unwrap()) }
}

/// The code of a place; empty where it is not known.
fn code(place: &str) -> String {
    if place == "区划不明" { String::new() } else { place.split_whitespace().next_back().unwrap().to_owned() }
}

/// Reads the figures of one page about warnings.
struct Read<'a, 'p> {
    attack: &'a mut Attack<'p, Atom>,
    page: &'a str,
}

impl Read<'_, '_> {
    fn figure(&mut self, what: &str, within: &dyn Fn(&Atom) -> bool, rule: Option<&str>, heading: &str, field: &str) {
        let states: &[State] = match heading {
            "新增" => &[State::Opened],
            "再次预警" => &[State::Reopened],
            "提高" => &[State::Raised],
            "降低" => &[State::Lowered],
            "解除" => &[State::Cleared],
            _ => &[State::Opened, State::Reopened, State::Raised, State::Lowered, State::Continued],
        };
        let of_rule = |atom: &Atom| rule.is_none_or(|rule| atom.2 == rule);
        let times = |atom: &Atom| i64::from(within(atom) && of_rule(atom) && states.contains(&atom.4));
        self.attack.figure(format!("{} {what} {heading}", self.page), times, told(field));
    }

    /// What the night made of the warnings of each rule, and of all.
    fn moved(&mut self, table: &Drawn, within: &dyn Fn(&Atom) -> bool) {
        for row in &table.rows {
            let rule = RULES.iter().find(|(title, _)| *title == row[0]).map(|(_, rule)| *rule);
            assert!(rule.is_some() || row[0] == "合计", "{}", row[0]);
            for (heading, field) in table.headings.iter().zip(row).skip(1) {
                self.figure(&row[0], within, rule, heading, field);
            }
        }
    }

    /// Whom each rule flags, by category.
    fn flagged(&mut self, table: &Drawn, within: &dyn Fn(&Atom) -> bool) {
        let column = table.headings.iter().position(|heading| heading == "预警人数").unwrap();
        for row in &table.rows {
            let Some((_, rule)) = RULES.iter().find(|(title, _)| *title == row[0]) else { continue };
            let category = Category::ALL.into_iter().find(|category| category.term() == row[1]).map(Category::name);
            let here = |atom: &Atom| within(atom) && category.is_none_or(|category| atom.3 == category);
            self.figure(&row[1], &here, Some(rule), "在册预警", &row[column]);
        }
    }

    /// The parts of a place: counties of the whole area, townships of a county.
    fn parts(&mut self, table: &Drawn, within: &dyn Fn(&Atom) -> bool, is_whole: bool) {
        for row in &table.rows {
            let part = code(&row[0]);
            let is_part = |atom: &Atom| *(if is_whole { &atom.0 } else { &atom.1 }) == part;
            let here = |atom: &Atom| within(atom) && (row[0] == "合计" || is_part(atom));
            for (heading, field) in table.headings.iter().zip(row).skip(1) {
                let rule = RULES.iter().find(|(title, _)| *heading == format!("其中：{title}"));
                let of_township = !is_whole && row[0] != "合计";
                match (rule, heading.as_str()) {
                    (Some((_, rule)), _) => self.figure(&row[0], &here, Some(rule), "在册预警", field),
                    (None, "新增" | "解除") if of_township => assert_eq!(field, "*", "{} {heading}", row[0]),
                    (None, "在册预警" | "新增" | "解除") => self.figure(&row[0], &here, None, heading, field),
                    _ => {}
                }
            }
        }
    }
}

/// Attacks the pages of a site of the sample, by what `night` counted.
pub(crate) fn attacked(site: &BTreeMap<String, Vec<u8>>, night: &Path) -> Attacked {
    let atoms = atoms(night);
    let mut attack = Attack::on(&atoms);
    for (page, bytes) in site.iter().filter(|(name, _)| name.ends_with(".html")) {
        let html = std::str::from_utf8(bytes).unwrap();
        no_attribute_tells(page, html);
        let area = page.strip_prefix("county-").map(|name| name.trim_end_matches(".html").replace("unknown", ""));
        let is_whole = page == "index.html";
        if !is_whole && area.is_none() {
            continue;
        }
        let within = |atom: &Atom| area.as_ref().is_none_or(|area| atom.0 == *area);
        let mut read = Read { attack: &mut attack, page };
        for table in tables(html) {
            match table.caption.as_str() {
                "台账变动（条）" => read.moved(&table, &within),
                "预警人数，按规则和人员类别" => read.flagged(&table, &within),
                "各地情况" => read.parts(&table, &within, is_whole),
                _ => {}
            }
        }
    }
    attack.in_vain()
}

/// What is told of a field stands in it, and nowhere beside it.
fn no_attribute_tells(page: &str, html: &str) {
    for tag in html.split('<').skip(1).filter(|tag| tag.starts_with(|c: char| c.is_ascii_lowercase())) {
        let tag = tag.split('>').next().unwrap();
        let mut quoted = false;
        let outside: String = tag
            .chars()
            .map(|c| {
                quoted ^= c == '"';
                if quoted { '"' } else { c }
            })
            .collect();
        for attribute in outside.split_whitespace().skip(1).map(|word| word.split('=').next().unwrap()) {
            let known = attribute == "/" || ATTRIBUTES.contains(&attribute);
            assert!(known, "{page}: <{tag}> has an attribute of which nothing is known");
        }
    }
    for label in html.split("aria-label=\"").skip(1).map(|label| label.split('"').next().unwrap()) {
        assert!(!label.contains(|c: char| c.is_ascii_digit() || c == '*'), "{page}: {label}");
    }
}
