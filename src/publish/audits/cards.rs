//! `card_draw.parquet`, every new card of the month with its rank; `cards.parquet`, how people stand by area and
//! disease; and the cards drawn as workbooks for whoever reviews them, a file an area. Changes no value.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Days, NaiveDate};
use serde::Serialize;

use crate::audit::cards::CardCount;
use crate::audit::cards::draw::{Draw, NewCard};
use crate::contract;
use crate::error::Error;
use crate::lists::{self, Cell, NO_AREA, Note};
use crate::model::{AreaCode, Column};
use crate::publish::folder::Staging;
use crate::publish::parquet;
use crate::publish::problem_lists::SentProblems;
use crate::publish::tables::{Out, in_order};
use crate::publish::workbook::{self, Book, Page};

/// The folder of the workbooks in a night.
const FOLDER: &str = "card_draw";

const COLUMNS: [Column; 9] = [
    Column::Institution,
    Column::DrawPlace,
    Column::Card,
    Column::Name,
    Column::Person,
    Column::Disease,
    Column::IssuedOn,
    Column::TotalCost,
    Column::Remark,
];

/// What the audit of cards publishes of its own.
#[derive(Debug)]
pub struct OwnCards {
    /// The month's draw, where there is one.
    pub draw: Option<Draw>,
    /// By area and disease, in this order.
    pub counts: Vec<CardCount>,
}

/// What a draw was made from, as the manifest has it: with the cards' ids in `card_draw.parquet`, all that anyone needs
/// to make it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrawMade {
    /// Of which month's new cards: `yyyy-MM`.
    pub month: String,
    /// The place.
    pub area: String,
    /// How many new cards there are.
    pub new_cards: usize,
    /// The SHA-256 of their ids, sorted and joined by line feeds.
    pub cards_sha256: String,
    /// All of these as one text: the key of every rank.
    pub seed: String,
    /// How much of each group is drawn, in percent.
    pub percent: String,
    /// What makes a group: `institution` or `area`.
    pub per: String,
    /// Whose cards are drawn from: `everyone` or `register`.
    pub among: String,
    /// By what cards are drawn: `random`, `value` or `variance`.
    pub mode: String,
    /// Document and article.
    pub reference: String,
    /// How many cards are drawn.
    pub drawn: usize,
}

impl DrawMade {
    /// Of a draw.
    pub(super) fn of(draw: &Draw) -> DrawMade {
        DrawMade {
            month: draw.month.to_string(),
            area: draw.seed.area.to_string(),
            new_cards: draw.seed.cards,
            cards_sha256: draw.seed.sha256.clone(),
            seed: draw.seed.text.clone(),
            percent: draw.percent.to_string(),
            per: draw.per.name().to_owned(),
            among: draw.among.name().to_owned(),
            mode: draw.mode.name().to_owned(),
            reference: draw.reference.clone(),
            drawn: draw.cards.iter().filter(|card| card.drawn).count(),
        }
    }
}

/// Every file of the audit.
pub(super) fn write(staging: &mut Staging, own: &OwnCards, sent: &SentProblems<'_>) -> Result<(), Error> {
    let as_of = staging.as_of();
    staging.write_file("card_draw.parquet", |out| drawn(out, as_of, own.draw.as_ref()))?;
    staging.write_file("cards.parquet", |out| counts(out, as_of, &own.counts))?;
    own.draw.as_ref().map_or(Ok(()), |draw| workbooks(staging, draw, sent))
}

/// `card_draw.parquet`.
fn drawn(out: Out<'_>, as_of: NaiveDate, draw: Option<&Draw>) -> Result<u64, Error> {
    let key = |card: &NewCard| (card.institution.clone(), card.area, card.place);
    let cards = draw.map(|draw| in_order(&draw.cards, |a, b| key(a).cmp(&key(b)))).unwrap_or_default();
    parquet::write(out, contract::table("card_draw"), &cards, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("month", of().map(|_| draw.map(|draw| draw.month.to_string())))?
            .text("institution", of().map(|card| card.institution.as_deref()))?
            .text("area_code", of().map(|card| card.area.map(|area| area.to_string())))?
            .text("card_id", of().map(|card| Some(&*card.id)))?
            .text("person_id", of().map(|card| Some(card.person.to_string())))?
            .text("name", of().map(|card| card.name.as_deref()))?
            .text("disease_code", of().map(|card| card.code.as_deref()))?
            .text("disease", of().map(|card| card.disease.map(|disease| disease.name())))?
            .day("issued_on", of().map(issued_on))?
            .text("mode", of().map(|_| draw.map(|draw| draw.mode.name())))?
            .amount("cost", of().map(|card| card.measured.map(|measured| measured.cost)))?
            .decimal("variance", of().map(|card| card.measured?.variance()))?
            .text("rank", of().map(|card| Some(&card.rank)))?
            .integer("place", of().map(|card| Some(card.place.into())))?
            .integer("cards", of().map(|card| Some(card.of.into())))?
            .flag("drawn", of().map(|card| Some(card.drawn)))?;
        Ok(())
    })
}

fn issued_on(card: &NewCard) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_days(Days::new(u64::try_from(card.issued_on).ok()?))
}

/// `cards.parquet`.
fn counts(out: Out<'_>, as_of: NaiveDate, counts: &[CardCount]) -> Result<u64, Error> {
    let disease = |row: &CardCount| row.disease.map_or("", |disease| disease.name());
    let counts = in_order(counts, |a, b| (a.area, disease(a)).cmp(&(b.area, disease(b))));
    let whole = |count: u64| i64::try_from(count).ok();
    parquet::write(out, contract::table("cards"), &counts, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("area_code", of().map(|row| row.area.map(|area| area.to_string())))?
            .text("disease", of().map(|row| Some(disease(row))))?
            .integer("registered", of().map(|row| whole(row.registered)))?
            .integer("carded", of().map(|row| whole(row.carded)))?
            .integer("both", of().map(|row| whole(row.both)))?
            .integer("registered_without_card", of().map(|row| whole(row.registered_without_card)))?
            .integer("card_without_register", of().map(|row| whole(row.card_without_register)))?
            .integer("card_unused", of().map(|row| whole(row.unused)))?
            .integer("cannot_be_told", of().map(|row| whole(row.cannot_be_told)))?;
        Ok(())
    })
}

/// The cards drawn, behind the password of the night's lists where they have one.
fn workbooks(staging: &mut Staging, draw: &Draw, sent: &SentProblems<'_>) -> Result<(), Error> {
    let as_of = staging.as_of();
    let beside = staging.folder().to_path_buf();
    let mut areas: BTreeMap<Option<AreaCode>, Vec<&NewCard>> = BTreeMap::new();
    for card in draw.cards.iter().filter(|card| card.drawn) {
        areas.entry(card.area).or_default().push(card);
    }
    for (area, cards) in areas {
        let name = area.map_or(NO_AREA.to_owned(), |area| area.to_string());
        let file = format!("{FOLDER}/{name}.xlsx");
        staging.write_file(&file, |out| workbook(out, (as_of, &beside), (&name, &cards), (draw, sent)))?;
    }
    Ok(())
}

fn workbook(
    out: Out<'_>,
    (as_of, beside): (NaiveDate, &Path),
    (area, cards): (&str, &[&NewCard]),
    (draw, sent): (&Draw, &SentProblems<'_>),
) -> Result<u64, Error> {
    let notes = notes(as_of, draw, sent, cards.len());
    let columns: Vec<Column> = COLUMNS
        .into_iter()
        .filter(|column| *column != Column::TotalCost || cards.iter().any(|card| card.measured.is_some()))
        .collect();
    let page = Page {
        name: "抽审名单",
        columns: columns.clone(),
        rows: cards.len(),
        cells: Box::new(|index| columns.iter().map(|column| cell(cards[index], *column)).collect()),
    };
    let book = Book {
        name: format!("{FOLDER}/{area}"),
        title: "新办慢病卡抽审名单",
        recipient: area,
        pages: vec![page],
        notes: &notes,
        list_id: &sent.list_id,
        as_of,
        beside,
    };
    workbook::write_sealed(out, &book, sent.password)?;
    Ok(cards.len() as u64)
}

/// What the list says about itself.
fn notes(as_of: NaiveDate, draw: &Draw, sent: &SentProblems<'_>, cards: usize) -> Vec<Note> {
    [
        ("名单", format!("{}新办慢病卡抽审名单", draw.month)),
        ("适用政策", sent.place.to_owned()),
        ("依据", draw.reference.clone()),
        ("数据日期", lists::chinese(as_of)),
        ("名单编号", sent.list_id.clone()),
        ("抽取范围", format!("{}当月新办的慢病卡，全部区划共{}张", draw.among.term(), draw.seed.cards)),
        ("抽取比例", format!("每个{}的{}%，不足一张的按一张", draw.per.term(), draw.percent)),
        ("抽取方式", draw.mode.term().to_owned()),
        ("本表张数", format!("{cards} 张")),
        ("随机种子", draw.seed.text.clone()),
        (
            "复核办法",
            "种子依次为：fangpin、政策区划、月份、新办卡数、全部新办卡编号按字节排序后以换行符连接的SHA-256。每张卡的随机秩为\
             以种子为密钥、卡号为消息的HMAC-SHA256（十六进制小写），组内由小到大抽取。全部新办卡及其随机秩见当期card_draw.parquet，\
             任何人可用任何语言复算。"
                .to_owned(),
        ),
        ("名单性质", "抽中只表示需要审核，不表示有问题。".to_owned()),
        (
            "保密要求",
            "本名单载有姓名、证件号码等个人信息，仅供审核使用，不得外传、公示或另作他用；用后按规定保管或销毁。".to_owned(),
        ),
    ]
    .map(|(about, text)| (about.to_owned(), text))
    .to_vec()
}

fn cell(card: &NewCard, column: Column) -> Cell<'_> {
    let code = |code: Option<&str>| code.map_or(Cell::Blank, |code| Cell::Code(code.to_owned()));
    match column {
        Column::Institution => code(card.institution.as_deref()),
        Column::DrawPlace => Cell::Text(format!("{}/{}", card.place, card.of).into()),
        Column::Card => code(Some(&card.id)),
        Column::Name => card.name.as_deref().map_or(Cell::Blank, |name| Cell::Text(Cow::Borrowed(name))),
        Column::Person => code(Some(&card.person.to_string())),
        Column::Disease => {
            let term = card.disease.map_or("未注明", |disease| disease.term());
            Cell::Text(card.code.as_ref().map_or(term.into(), |code| format!("{term}（{code}）").into()))
        }
        Column::IssuedOn => issued_on(card).map_or(Cell::Blank, Cell::Day),
        Column::TotalCost => card.measured.map_or(Cell::Blank, |measured| Cell::Amount(measured.cost)),
        _ => Cell::Blank,
    }
}
