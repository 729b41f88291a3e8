//! The five checks as `five_checks.parquet`, and as workbooks for the people who visit households: a file a county, a
//! sheet a township, and on it those about whom a question is answered with no. Changes no value.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;

use super::{beside, verdicts};
use crate::audit::five_checks::{Answer, FiveAnswers, Question};
use crate::contract;
use crate::error::Error;
use crate::lists::{self, Cell, NO_AREA, Note};
use crate::model::{AreaCode, Column, Examined, Mechanism};
use crate::publish::folder::Staging;
use crate::publish::parquet;
use crate::publish::problem_lists::SentProblems;
use crate::publish::tables::Out;
use crate::publish::workbook::{self, Book, Page};

/// The folder of the workbooks in a night.
const FOLDER: &str = "five_checks";
/// The sheet of people without a township.
const NO_TOWN: &str = "未注明乡镇";
/// Excel takes no longer name of a sheet.
const LONGEST_NAME: usize = 31;

const COLUMNS: [Column; 11] = [
    Column::Village,
    Column::Household,
    Column::Name,
    Column::Person,
    Column::Categories,
    Column::CheckEnrolled,
    Column::CheckSubsidised,
    Column::CheckOneStop,
    Column::CheckBenefits,
    Column::CheckTold,
    Column::Missing,
];

/// One person: the verdict, and the answers.
type Person<'a> = (&'a Examined, &'a FiveAnswers);

/// `five_checks.parquet`. The rows stand in the order of the verdicts, sorted by person.
pub(super) fn people(
    out: Out<'_>,
    as_of: NaiveDate,
    examined: &[Examined],
    answers: &[FiveAnswers],
) -> Result<u64, Error> {
    // Where no document asks the questions, nobody has an answer.
    let rows: Vec<Person<'_>> =
        if answers.is_empty() { Vec::new() } else { beside(Mechanism::FiveChecks, examined, answers)? };
    parquet::write(out, contract::table("five_checks"), &rows, |columns, rows| {
        let of = || rows.iter().map(|(one, _)| *one);
        let answers = || rows.iter().map(|(_, answers)| *answers);
        verdicts::examined(columns, as_of, of())?;
        verdicts::named(columns, of())?;
        columns
            .text("village", answers().map(|row| row.village.as_deref()))?
            .text("household_id", answers().map(|row| row.household.as_deref()))?
            .text("reference", of().map(|row| row.reference.as_deref()))?;
        for question in Question::ALL {
            let answered = || answers().map(move |row| &row.answers[question as usize]);
            columns
                .text(question.name(), answered().map(|answered| Some(answered.answer.name())))?
                .text(&format!("{}_evidence", question.name()), answered().map(|answered| Some(&answered.evidence)))?;
        }
        Ok(())
    })
}

/// The workbooks, behind the password of the night's lists where they have one.
pub(super) fn workbooks(
    staging: &mut Staging,
    examined: &[Examined],
    answers: &[FiveAnswers],
    sent: &SentProblems<'_>,
) -> Result<(), Error> {
    let as_of = staging.as_of();
    let mut counties: BTreeMap<Option<AreaCode>, BTreeMap<Option<&str>, Vec<Person<'_>>>> = BTreeMap::new();
    for (one, answers) in examined.iter().zip(answers).filter(|(_, answers)| answers.lacks_something()) {
        let county = counties.entry(one.area).or_default();
        county.entry(one.town_code.as_deref()).or_default().push((one, answers));
    }
    let beside = staging.folder().to_path_buf();
    for (area, mut towns) in counties {
        for people in towns.values_mut() {
            // As they are visited: village by village, household by household.
            people.sort_by(|(a, of_a), (b, of_b)| {
                let by_house = of_a.village.cmp(&of_b.village).then_with(|| of_a.household.cmp(&of_b.household));
                by_house.then_with(|| a.subject.cmp(&b.subject))
            });
        }
        let name = area.map_or(NO_AREA.to_owned(), |area| area.to_string());
        let file = format!("{FOLDER}/{name}.xlsx");
        staging.write_file(&file, |out| workbook(out, (as_of, &beside), (&name, &towns), sent))?;
    }
    Ok(())
}

fn workbook(
    out: Out<'_>,
    (as_of, beside): (NaiveDate, &Path),
    (county, towns): (&str, &BTreeMap<Option<&str>, Vec<Person<'_>>>),
    sent: &SentProblems<'_>,
) -> Result<u64, Error> {
    let names = sheet_names(towns.keys().copied());
    let pages = names.iter().zip(towns.values()).map(|(name, people)| Page {
        name,
        columns: COLUMNS.to_vec(),
        rows: people.len(),
        cells: Box::new(move |index| COLUMNS.iter().map(|column| cell(people[index], *column)).collect()),
    });
    let people: usize = towns.values().map(Vec::len).sum();
    let notes = notes(as_of, sent, people);
    let book = Book {
        name: format!("{FOLDER}/{county}"),
        title: "“五查”未落实人员名单",
        recipient: county,
        pages: pages.collect(),
        notes: &notes,
        list_id: &sent.list_id,
        as_of,
        beside,
    };
    workbook::write_sealed(out, &book, sent.password)?;
    Ok(people as u64)
}

/// A name for each township's sheet: its code, without what Excel takes in no name, and no two alike.
fn sheet_names<'t>(towns: impl Iterator<Item = Option<&'t str>>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let barred = |c: char| c.is_control() || "[]:*?/\\'".contains(c);
    let name = |town: Option<&str>| {
        let plain: String = town.unwrap_or(NO_TOWN).replace(barred, "_").chars().take(LONGEST_NAME - 4).collect();
        let named = |turn: usize| if turn == 0 { plain.clone() } else { format!("{plain}_{turn}") };
        // Excel does not tell capitals from small letters.
        (0..1000).map(named).find(|name| taken.insert(name.to_lowercase())).unwrap_or(plain)
    };
    towns.map(name).collect()
}

/// What the list says about itself.
fn notes(as_of: NaiveDate, sent: &SentProblems<'_>, people: usize) -> Vec<Note> {
    [
        ("名单", "“五查”未落实人员名单，每个乡镇一张表".to_owned()),
        ("适用政策", sent.place.to_owned()),
        ("数据日期", lists::chinese(as_of)),
        ("名单编号", sent.list_id.clone()),
        ("人数", format!("{people} 人，每人至少有一项为“否”")),
        ("答案", "是；否；无法判断：数据没有说明；不涉及：没有可查的事项，如无应资助的保费、无结算".to_owned()),
        ("查服务", "只看大病保险和医疗救助是否在同一次结算中支付；“先诊疗后付费”没有数据，未作判断".to_owned()),
        (
            "保密要求",
            "本名单载有姓名、证件号码等个人信息，仅供入户核实、办理使用，不得外传、公示或另作他用。".to_owned(),
        ),
    ]
    .map(|(about, text)| (about.to_owned(), text))
    .to_vec()
}

fn cell<'a>((one, answers): Person<'a>, column: Column) -> Cell<'a> {
    let text = |text: Option<&'a str>| text.map_or(Cell::Blank, |text| Cell::Text(Cow::Borrowed(text)));
    let check = |question: Question| Cell::Text(answers.answers[question as usize].answer.term().into());
    match column {
        Column::Village => text(answers.village.as_deref()),
        Column::Household => answers.household.as_deref().map_or(Cell::Blank, |code| Cell::Code(code.to_owned())),
        Column::Name => text(one.name.as_deref()),
        Column::Person => one.subject.person().map_or(Cell::Blank, |person| Cell::Code(person.to_string())),
        Column::Categories => Cell::Text(lists::category_terms(one.categories).into()),
        Column::CheckEnrolled => check(Question::Enrolled),
        Column::CheckSubsidised => check(Question::Subsidised),
        Column::CheckOneStop => check(Question::OneStop),
        Column::CheckBenefits => check(Question::Benefits),
        Column::CheckTold => check(Question::Told),
        Column::Missing => Cell::Text(missing(answers).into()),
        _ => Cell::Blank,
    }
}

/// What is missing: the questions answered with no, and why.
fn missing(answers: &FiveAnswers) -> String {
    let lacking = Question::ALL.into_iter().zip(&answers.answers).filter(|(_, answered)| answered.answer == Answer::No);
    let said = lacking.map(|(question, answered)| format!("{}：{}", question.term(), answered.evidence));
    said.collect::<Vec<_>>().join("。")
}
