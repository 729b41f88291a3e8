//! The words of a warning list (预警名单): by which way help comes, the sheets, and the columns with their headings, by
//! which a returned list is read again.

/// By which way assistance (救助) reaches a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// 直接救助: without an application.
    Direct,
    /// 依申请救助: on application, once the person's identity has been confirmed.
    OnApplication,
}

impl Way {
    /// Every way.
    pub const ALL: [Way; 2] = [Way::Direct, Way::OnApplication];

    /// The name in policy and job files.
    pub fn name(self) -> &'static str {
        match self {
            Way::Direct => "direct",
            Way::OnApplication => "on_application",
        }
    }

    /// The word that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            Way::Direct => "直接救助",
            Way::OnApplication => "依申请救助",
        }
    }
}

/// A sheet of a list, in the order in which they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sheet {
    /// 新增: not in an earlier list, or there again.
    New,
    /// 持续: told before, and still there; lower than before, too.
    Continuing,
    /// 提高: told before, and more serious tonight.
    Raised,
    /// 解除: told before, and no longer there.
    Ended,
}

impl Sheet {
    /// Every sheet, in order.
    pub const ALL: [Sheet; 4] = [Sheet::New, Sheet::Continuing, Sheet::Raised, Sheet::Ended];

    /// The name that clerks see.
    pub fn term(self) -> &'static str {
        match self {
            Sheet::New => "新增",
            Sheet::Continuing => "持续",
            Sheet::Raised => "提高",
            Sheet::Ended => "解除",
        }
    }
}

/// A sheet of a list of problems, in the order in which they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemSheet {
    /// 待整改: open or overdue.
    ToSolve,
    /// 已报整改: claimed; the data has not said so yet.
    Claimed,
    /// 暂不处理: dismissed until a day.
    Dismissed,
    /// 本次销号: solved tonight.
    Solved,
}

impl ProblemSheet {
    /// Every sheet, in order.
    pub const ALL: [ProblemSheet; 4] =
        [ProblemSheet::ToSolve, ProblemSheet::Claimed, ProblemSheet::Dismissed, ProblemSheet::Solved];

    /// The name that clerks see.
    pub fn term(self) -> &'static str {
        match self {
            ProblemSheet::ToSolve => "待整改",
            ProblemSheet::Claimed => "已报整改",
            ProblemSheet::Dismissed => "暂不处理",
            ProblemSheet::Solved => "本次销号",
        }
    }

    /// Whether its problems stand, and can be answered.
    pub fn asks(self) -> bool {
        matches!(self, ProblemSheet::ToSolve | ProblemSheet::Claimed)
    }
}

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// In files of one table alone: the sheet that the row would stand on.
    Sheet,
    /// What names the warning; every list has it, and an answer is matched by it.
    Warning,
    /// What tonight made of the warning.
    State,
    /// The person's name.
    Name,
    /// The certificate number.
    Person,
    /// The code of a hospital, clinic or pharmacy.
    Institution,
    /// The category that selected the rule.
    Category,
    /// Every category.
    Categories,
    /// The division code.
    Area,
    /// The township's code.
    Town,
    /// The rule's title.
    Rule,
    /// The burden that the rule tests.
    Burden,
    /// The same on the night before.
    PreviousBurden,
    /// The threshold.
    Threshold,
    /// Burden less threshold.
    Excess,
    /// The income held against.
    Income,
    /// The year it was earned in.
    IncomeYear,
    /// Counted settlements.
    Settlements,
    /// Medical cost.
    TotalCost,
    /// Paid by basic insurance.
    BasicInsurance,
    /// Paid by critical-illness insurance.
    CriticalIllness,
    /// Paid by medical assistance.
    MedicalAssistance,
    /// Paid by other funds.
    OtherFunds,
    /// Borne by hospitals.
    HospitalPart,
    /// Paid by commercial insurance.
    Commercial,
    /// The first day on which the burden met the rule.
    FirstExceeded,
    /// The night that opened the warning.
    FirstSeen,
    /// The night that opened it, or opened it again.
    Since,
    /// The newest answer, of whichever office.
    Answered,
    /// The night that cleared it.
    EndedOn,
    /// Why it was cleared.
    EndedBy,
    /// By which way help comes.
    Way,
    /// In files of one table alone: where the rule is written.
    RuleReference,
    /// In files of one table alone: where the way is written.
    WayReference,
    /// By when an answer is due.
    AnswerDue,
    /// To be filled in: the outcome, one of [`Outcome::ALL`](super::Outcome::ALL).
    Outcome,
    /// To be filled in: the day of it.
    OutcomeOn,
    /// To be filled in: until when the office wants to hear no more of this warning.
    QuietUntil,
    /// To be filled in: why, or what else there is to say.
    Remark,
    /// In files of one table alone: the day of the data.
    DataDay,
    /// In files of one table alone: the number of the list.
    ListId,
    /// What names the problem; every list of problems has it, and an answer is matched by it.
    Problem,
    /// Which audit found it.
    Mechanism,
    /// The year looked at.
    Year,
    /// What was found, in a word.
    Matter,
    /// The amount found.
    Found,
    /// The amount expected.
    Expected,
    /// What the finding rests on.
    Detail,
    /// Document and article that ask for what was expected.
    Basis,
    /// Who is to solve it.
    Owner,
    /// By when it is to be solved.
    Deadline,
    /// How many days are left until then; below 0, how many it is late by.
    DaysLeft,
    /// How the problem stands.
    Standing,
    /// To be filled in: what was done, one of [`Handling::ALL`](super::Handling::ALL).
    Handling,
    /// To be filled in: the day of it.
    HandledOn,
    /// To be filled in: what was done, or why nothing is.
    HandledHow,
    /// To be filled in: until when nothing is done about it.
    DismissedUntil,
    /// The village, for whoever visits the household.
    Village,
    /// The household.
    Household,
    /// 查参保: one of the five checks, and so are the next four.
    CheckEnrolled,
    /// 查缴费.
    CheckSubsidised,
    /// 查服务.
    CheckOneStop,
    /// 查待遇.
    CheckBenefits,
    /// 查宣传.
    CheckTold,
    /// What is missing, in words.
    Missing,
    /// A chronic-disease card's number.
    Card,
    /// The card's place among the new ones of its group.
    DrawPlace,
    /// For what the card is.
    Disease,
    /// When it was issued.
    IssuedOn,
}

impl Column {
    /// Those that a job gives an office or withholds from it. Every list has the others, as far as they fit.
    pub const CHOSEN: [Column; 25] = [
        Column::Name,
        Column::Person,
        Column::Category,
        Column::Categories,
        Column::Area,
        Column::Town,
        Column::Rule,
        Column::Burden,
        Column::PreviousBurden,
        Column::Threshold,
        Column::Excess,
        Column::Income,
        Column::IncomeYear,
        Column::Settlements,
        Column::TotalCost,
        Column::BasicInsurance,
        Column::CriticalIllness,
        Column::MedicalAssistance,
        Column::OtherFunds,
        Column::HospitalPart,
        Column::Commercial,
        Column::FirstExceeded,
        Column::FirstSeen,
        Column::Since,
        Column::Answered,
    ];

    /// Those that the office fills in.
    pub const ANSWER: [Column; 4] = [Column::Outcome, Column::OutcomeOn, Column::QuietUntil, Column::Remark];

    /// Those that the owner of a problem fills in.
    pub const HANDLING: [Column; 4] = [Column::Handling, Column::HandledOn, Column::HandledHow, Column::DismissedUntil];

    /// The name in job files.
    pub fn name(self) -> &'static str {
        match self {
            Column::Sheet => "sheet",
            Column::Warning => "warning",
            Column::State => "state",
            Column::Name => "name",
            Column::Person => "person_id",
            Column::Institution => "institution",
            Column::Category => "category",
            Column::Categories => "categories",
            Column::Area => "area_code",
            Column::Town => "town_code",
            Column::Rule => "rule",
            Column::Burden => "burden",
            Column::PreviousBurden => "previous_burden",
            Column::Threshold => "threshold",
            Column::Excess => "excess",
            Column::Income => "income_reference",
            Column::IncomeYear => "income_year",
            Column::Settlements => "settlements",
            Column::TotalCost => "total_cost",
            Column::BasicInsurance => "basic_insurance",
            Column::CriticalIllness => "critical_illness",
            Column::MedicalAssistance => "medical_assistance",
            Column::OtherFunds => "other_funds",
            Column::HospitalPart => "hospital_part",
            Column::Commercial => "commercial",
            Column::FirstExceeded => "first_exceeded_on",
            Column::FirstSeen => "first_seen",
            Column::Since => "since",
            Column::Answered => "answered",
            Column::EndedOn => "ended_on",
            Column::EndedBy => "ended_by",
            Column::Way => "way",
            Column::RuleReference => "rule_reference",
            Column::WayReference => "way_reference",
            Column::AnswerDue => "answer_due",
            Column::Outcome => "outcome",
            Column::OutcomeOn => "outcome_on",
            Column::QuietUntil => "quiet_until",
            Column::Remark => "remark",
            Column::DataDay => "data_day",
            Column::ListId => "list_id",
            Column::Problem => "problem",
            Column::Mechanism => "mechanism",
            Column::Year => "year",
            Column::Matter => "matter",
            Column::Found => "found",
            Column::Expected => "expected",
            Column::Detail => "detail",
            Column::Basis => "basis",
            Column::Owner => "owner",
            Column::Deadline => "due",
            Column::DaysLeft => "days_left",
            Column::Standing => "standing",
            Column::Handling => "handling",
            Column::HandledOn => "handled_on",
            Column::HandledHow => "handled_how",
            Column::DismissedUntil => "dismissed_until",
            Column::Village => "village",
            Column::Household => "household_id",
            Column::CheckEnrolled => "enrolled",
            Column::CheckSubsidised => "subsidised",
            Column::CheckOneStop => "one_stop",
            Column::CheckBenefits => "benefits",
            Column::CheckTold => "told",
            Column::Missing => "missing",
            Column::Card | Column::DrawPlace | Column::Disease | Column::IssuedOn => self.of_a_card().0,
        }
    }

    /// The heading that clerks read; a returned list is read by it.
    pub fn heading(self) -> &'static str {
        match self {
            Column::Sheet => "名单",
            Column::Warning => "预警编号",
            Column::State => "变化",
            Column::Name => "姓名",
            Column::Person => "证件号码",
            Column::Institution => "定点医药机构编号",
            Column::Category => "人员类别",
            Column::Categories => "全部人员类别",
            Column::Area => "医保区划",
            Column::Town => "乡镇",
            Column::Rule => "监测规则",
            Column::Burden => "个人负担",
            Column::PreviousBurden => "上次个人负担",
            Column::Threshold => "预警线",
            Column::Excess => "超出预警线",
            Column::Income => "参照人均可支配收入",
            Column::IncomeYear => "参照收入年度",
            Column::Settlements => "结算次数",
            Column::TotalCost => "医疗费总额",
            Column::BasicInsurance => "基本医保支付",
            Column::CriticalIllness => "大病保险支付",
            Column::MedicalAssistance => "医疗救助支付",
            Column::OtherFunds => "其他基金支付",
            Column::HospitalPart => "医院负担金额",
            Column::Commercial => "商业保险赔付",
            Column::FirstExceeded => "首次超线日",
            Column::FirstSeen => "首次预警日",
            Column::Since => "本次预警日",
            Column::Answered => "已有反馈",
            Column::EndedOn => "解除日",
            Column::EndedBy => "解除原因",
            Column::Way => "救助方式",
            Column::RuleReference => "规则依据",
            Column::WayReference => "救助依据",
            Column::AnswerDue => "反馈期限",
            Column::Outcome => "反馈结果",
            Column::OutcomeOn => "办理日期",
            Column::QuietUntil => "暂不再推送至",
            Column::Remark => "备注",
            Column::DataDay => "数据日期",
            Column::ListId => "名单编号",
            Column::Problem => "问题编号",
            Column::Mechanism => "事项",
            Column::Year => "年度",
            Column::Matter => "发现",
            Column::Found => "实际金额",
            Column::Expected => "应为金额",
            Column::Detail => "说明",
            Column::Basis => "依据",
            Column::Owner => "责任单位",
            Column::Deadline => "整改期限",
            Column::DaysLeft => "剩余天数",
            Column::Standing => "状态",
            Column::Handling => "处理结果",
            Column::HandledOn => "处理日期",
            Column::HandledHow => "处理说明",
            Column::DismissedUntil => "暂缓至",
            Column::Village => "村",
            Column::Household => "户编号",
            Column::CheckEnrolled => "查参保",
            Column::CheckSubsidised => "查缴费",
            Column::CheckOneStop => "查服务",
            Column::CheckBenefits => "查待遇",
            Column::CheckTold => "查宣传",
            Column::Missing => "未落实事项",
            Column::Card | Column::DrawPlace | Column::Disease | Column::IssuedOn => self.of_a_card().1,
        }
    }
    /// Name and heading of what a list says of a chronic-disease card.
    fn of_a_card(self) -> (&'static str, &'static str) {
        match self {
            Column::Card => ("card_id", "慢病卡编号"),
            Column::DrawPlace => ("place", "组内序号"),
            Column::IssuedOn => ("issued_on", "办卡日期"),
            _ => ("disease", "病种"),
        }
    }
}
