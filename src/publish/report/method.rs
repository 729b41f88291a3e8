//! How each figure is made, and every rule with its citation.

use super::index::DISPATCHED;
use super::page::{Page, Section};
use super::place;
use crate::model::board::{Board, RuleText};
use crate::model::monthly::Month;

/// How the night's figures are made.
const NIGHTLY: [&str; 6] = [
    "个人负担 = 医疗费总额 − 基本医保 − 大病保险 − 医疗救助 − 其他基金 − 医院负担 − 商业保险，按人、按政策年度累计到监测日，精确到分。个人账户支付的是本人的钱，不扣除。政策范围内个人负担只算政策范围内的费用。",
    "预警线 = 上年人均可支配收入 × 规则的百分比，或者规则的固定数额。个人负担超过（或按规则达到）预警线的列入预警。一人适用几条规则的，按预警线最低的一条；看不同负担的规则各算各的。",
    "预警人数按人计，每人只计一次；在册预警按条计，一人可以有几条。新增、再次预警、提高、降低、解除，都是与上一夜的台账相比。",
    "冲销、更正、作废的结算先行抵减；原结算没有收到的冲销暂不相抵，单独列出。无法使用的行剔除，并注明原因，见“数据质量”。",
    "分布图以预警线为 100%：竖虚线右边的人已在预警之列，左边靠近虚线的人值得留意。",
    "逐夜变化图中，某一夜的数被隐去的，线在那里断开。",
];

/// What the audits say, and what becomes of a problem.
const AUDITS: [&str; 4] = [
    "核查对每个对象只有一个结论：正确、待核查、不适用、无法判断，四项相加等于核查对象数。没有数据的是“无法判断”，文件没有规定的是“不适用”，都不算正确，也不算问题。",
    "问题由数据发现，也只由数据销号：责任单位报“已整改”之后，要等下一次核查的数据显示已经解决才销号；数据仍显示存在的，重新列出。期限按工作日计算。",
    "“整改天数”是从发现问题的那一夜到数据显示解决的那一夜，取本年已销号问题的中位数。",
    DISPATCHED,
];

/// How the month's figures are made.
const MONTHLY: [&str; 7] = [
    "目录外占比：一个机构一个年度，监测对象的住院费用中（全自费 + 超限价）÷ 医疗费总额，与该机构级别的上限相比。没有级别的机构、住院次数不足的机构不适用。",
    "住院以“次”计：同一人、同一机构、同一就诊编号的几笔结算（中途结算、转科结算）算一次，从最早的开始日到最晚的结束日。分解住院、重复住院、住院期间院外结算、小病大治都以此为准，天数和次数的界限由政策文件规定。",
    "住院率：每千名参保人的住院次数，同类人员各区划相比。稳健 z 值 = 0.6745 ×（本地 − 中位数）÷ 绝对离差的中位数；z 值和漏斗图上限都超过的才列为待核查，小地方偶然的起伏不会因此被列。",
    "慢病卡抽查：种子由区划、月份、新卡数和全部卡号的 SHA-256 组成；每张卡以 HMAC-SHA256（种子，卡号）的十六进制数从小到大排列，每个机构或区划取规定比例，不足一张的进为一张。",
    "基金：可支撑月数 = 月末结余 ÷ 近十二个月平均支出。预测把往年同月占全年的比例用于今年，区间取用同样办法倒推往年时出现过的误差，往年少的放宽。",
    "就医结构与上年同期：费用和各方支付按结算月份、住院人次按出院月份统计，冲销在冲销当月扣减。上年的数取上年同一时点已知的数，两年都不含其后才结算的费用；交来的数据有上年每个月的结算的，直接计算，没有的，取上年那次核查发布的结果。占比的增减以百分点计，其余以百分比计；每千名参保人的住院人次，参保人数各取当年核查日的数。",
    "以上对机构和区划都只说“待核查”。",
];

/// Why a figure is not shown.
const WITHHELD: [&str; 2] = [
    "不足 5 人的数先隐去；再隐去能与合计或其他数相减而推出它的数，包括分地区、分类别、逐夜变化和各张表之间的相减。隐去的数写作“*”，由它得出的比例一并隐去。0 人照写。",
    "机构和区划不是人，可以写明。姓名、证件号码和问题编号不在任何一页上。",
];

/// The page.
pub(super) fn page(board: &Board, month: Option<&Month>, links: &[(String, &'static str)]) -> Page {
    let mut rules: Vec<&RuleText> = board.rules.iter().collect();
    for rule in month.iter().flat_map(|month| &month.rules) {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    let said = |id, title, text: &[&'static str]| {
        text.iter().fold(Section::new(id, title), |section, text| section.says(*text))
    };
    let mut sections = vec![
        said("nightly", "夜间预警", &NIGHTLY),
        said("audits", "核查和问题清单", &AUDITS),
        said("monthly", "月报", &MONTHLY),
        said("withheld", "为什么有的数不写", &WITHHELD),
    ];
    sections.extend(Section::new("rules", "每条规则的依据").cites(rules).if_any());
    Page {
        title: place::title(&board.whole.total.place, "口径和依据"),
        facts: vec![("监测日", board.as_of.to_string()), ("结果编号", board.night.clone())],
        links: links.to_vec(),
        sections,
        ..Page::default()
    }
}
