//! What an audit found, in a word.

/// What was found about one subject. The verdict says whether it is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matter {
    /// Enrolled for the year.
    Enrolled,
    /// Never enrolled (漏保).
    NeverEnrolled,
    /// Enrolled in an earlier year, not in this one (断保).
    Lapsed,
    /// Enrolled, and suspended (停保).
    Suspended,
    /// Enrolled twice at one time (重复参保).
    EnrolledTwice,
    /// Enrolled in another place, of which proof is wanted (异地参保).
    EnrolledElsewhere,
    /// Not enrolled, and entitled to be at any time without a waiting period.
    EntitledLate,
    /// A new-born who may still be enrolled from birth.
    Newborn,
    /// New in the register, not enrolled yet (新增待参保).
    NewlyRegistered,
    /// Dead, or moved away, by what the data says.
    DeadOrMoved,
    /// The subsidy was paid as it is due.
    SubsidyRight,
    /// Less than is due was paid.
    SubsidyTooLittle,
    /// More than is due was paid.
    SubsidyTooMuch,
    /// Paid more than once.
    SubsidyTwice,
    /// Paid for somebody who is not enrolled.
    SubsidyNotEnrolled,
    /// Enrolled without a premium collected (参保不缴费).
    PremiumNotPaid,
    /// No subsidy is due, and none was paid.
    NoSubsidyDue,
    /// Every layer paid what was due.
    BenefitsRight,
    /// A layer paid less than was due.
    Underpaid,
    /// A layer paid more than was due (过度保障).
    Overpaid,
    /// Nothing was settled that a benefit could be due on.
    NothingSettled,
    /// Every one of the five is answered with yes.
    AllFive,
    /// At least one of the five is answered with no.
    SomeOfFive,
    /// Cards, the public-health register and visits agree (账账相符).
    CardsAgree,
    /// On the public-health register for a disease, without a card in force for it.
    RegisteredWithoutCard,
    /// A card in force for a disease of the public-health register, and not on it.
    CardWithoutRegister,
    /// A card in force that paid nothing for as long as the document bears.
    CardUnused,
    /// Neither on the public-health register nor a card in force.
    NoChronicDisease,
    /// The share of cost outside the catalogue is within its limit.
    ShareWithinLimit,
    /// The share of cost outside the catalogue is above its limit: to be reviewed.
    ShareAboveLimit,
    /// Too few in-patient settlements to be held to a share.
    TooFewStays,
    /// A hospital of no level, to which no limit by level applies.
    NoLevel,
    /// The rate of admission is in line with those of peers.
    RateInLine,
    /// The rate of admission lies far above those of peers: to be reviewed.
    RateOutOfLine,
    /// Too few peers to be compared with, or peers that are all alike.
    TooFewPeers,
    /// Somebody was admitted again soon after the discharge (分解住院), to be reviewed.
    SplitStays,
    /// Somebody has many stays at one institution (重复住院), to be reviewed.
    RepeatedStays,
    /// Something was settled elsewhere during a stay (住院期间院外结算), to be reviewed.
    PaidDuringStay,
    /// Short and cheap stays for minor illness (小病大治), to be reviewed.
    ShortStays,
    /// Looked at, and nothing found that is to be reviewed.
    NothingToReview,
    /// Every threshold that the documents give for a fund is kept.
    FundSound,
    /// A fund is forecast not to last until the year's end.
    FundRunsOut,
    /// A fund's balance covers fewer months than the threshold.
    FundLowCover,
    /// A fund spends more of its income than the threshold.
    FundOverspent,
    /// No document of the place gives the rule.
    NoRule,
    /// A table or column that is needed was not delivered, or does not say enough.
    NoData,
}

impl Matter {
    /// Every matter, in order.
    pub const ALL: [Matter; 46] = [
        Matter::Enrolled,
        Matter::NeverEnrolled,
        Matter::Lapsed,
        Matter::Suspended,
        Matter::EnrolledTwice,
        Matter::EnrolledElsewhere,
        Matter::EntitledLate,
        Matter::Newborn,
        Matter::NewlyRegistered,
        Matter::DeadOrMoved,
        Matter::SubsidyRight,
        Matter::SubsidyTooLittle,
        Matter::SubsidyTooMuch,
        Matter::SubsidyTwice,
        Matter::SubsidyNotEnrolled,
        Matter::PremiumNotPaid,
        Matter::NoSubsidyDue,
        Matter::BenefitsRight,
        Matter::Underpaid,
        Matter::Overpaid,
        Matter::NothingSettled,
        Matter::AllFive,
        Matter::SomeOfFive,
        Matter::CardsAgree,
        Matter::RegisteredWithoutCard,
        Matter::CardWithoutRegister,
        Matter::CardUnused,
        Matter::NoChronicDisease,
        Matter::ShareWithinLimit,
        Matter::ShareAboveLimit,
        Matter::TooFewStays,
        Matter::NoLevel,
        Matter::RateInLine,
        Matter::RateOutOfLine,
        Matter::TooFewPeers,
        Matter::SplitStays,
        Matter::RepeatedStays,
        Matter::PaidDuringStay,
        Matter::ShortStays,
        Matter::NothingToReview,
        Matter::FundSound,
        Matter::FundRunsOut,
        Matter::FundLowCover,
        Matter::FundOverspent,
        Matter::NoRule,
        Matter::NoData,
    ];

    /// The name in published tables and in `planted.json`.
    pub fn name(self) -> &'static str {
        match self {
            Matter::Enrolled => "enrolled",
            Matter::NeverEnrolled => "never_enrolled",
            Matter::Lapsed => "lapsed",
            Matter::Suspended => "suspended",
            Matter::EnrolledTwice => "enrolled_twice",
            Matter::EnrolledElsewhere => "enrolled_elsewhere",
            Matter::EntitledLate => "entitled_late",
            Matter::Newborn => "newborn",
            Matter::NewlyRegistered => "newly_registered",
            Matter::DeadOrMoved => "dead_or_moved",
            Matter::SubsidyRight => "subsidy_right",
            Matter::SubsidyTooLittle => "subsidy_too_little",
            Matter::SubsidyTooMuch => "subsidy_too_much",
            Matter::SubsidyTwice => "subsidy_twice",
            Matter::SubsidyNotEnrolled => "subsidy_not_enrolled",
            Matter::PremiumNotPaid => "premium_not_paid",
            Matter::NoSubsidyDue => "no_subsidy_due",
            Matter::BenefitsRight => "benefits_right",
            Matter::Underpaid => "underpaid",
            Matter::Overpaid => "overpaid",
            Matter::NothingSettled => "nothing_settled",
            Matter::AllFive => "all_five",
            Matter::SomeOfFive => "some_of_five",
            Matter::CardsAgree => "cards_agree",
            Matter::RegisteredWithoutCard => "registered_without_card",
            Matter::CardWithoutRegister => "card_without_register",
            Matter::CardUnused => "card_unused",
            Matter::NoChronicDisease => "no_chronic_disease",
            Matter::ShareWithinLimit => "share_within_limit",
            Matter::ShareAboveLimit => "share_above_limit",
            Matter::TooFewStays => "too_few_stays",
            Matter::NoLevel => "no_level",
            Matter::RateInLine => "rate_in_line",
            Matter::RateOutOfLine => "rate_out_of_line",
            Matter::TooFewPeers => "too_few_peers",
            Matter::SplitStays => "split_stays",
            Matter::RepeatedStays => "repeated_stays",
            Matter::PaidDuringStay => "paid_during_stay",
            Matter::ShortStays => "short_stays",
            Matter::NothingToReview => "nothing_to_review",
            Matter::FundSound => "fund_sound",
            Matter::FundRunsOut => "fund_runs_out",
            Matter::FundLowCover => "fund_low_cover",
            Matter::FundOverspent => "fund_overspent",
            Matter::NoRule => "no_rule",
            Matter::NoData => "no_data",
        }
    }

    /// The words that clerks read.
    pub fn term(self) -> &'static str {
        match self {
            Matter::Enrolled => "已参保",
            Matter::NeverEnrolled => "漏保",
            Matter::Lapsed => "断保",
            Matter::Suspended => "停保",
            Matter::EnrolledTwice => "重复参保",
            Matter::EnrolledElsewhere => "异地参保，需佐证",
            Matter::EntitledLate => "未参保，可随时参保且无等待期",
            Matter::Newborn => "新生儿，尚在参保期内",
            Matter::NewlyRegistered => "新增对象，待参保",
            Matter::DeadOrMoved => "死亡或迁出",
            Matter::SubsidyRight => "资助到位",
            Matter::SubsidyTooLittle => "资助不足",
            Matter::SubsidyTooMuch => "超标准资助",
            Matter::SubsidyTwice => "重复资助",
            Matter::SubsidyNotEnrolled => "未参保而资助",
            Matter::PremiumNotPaid => "参保不缴费",
            Matter::NoSubsidyDue => "无需资助",
            Matter::BenefitsRight => "待遇到位",
            Matter::Underpaid => "待遇不足",
            Matter::Overpaid => "过度保障",
            Matter::NothingSettled => "无结算",
            Matter::AllFive => "五项均落实",
            Matter::SomeOfFive => "有未落实项",
            Matter::CardsAgree => "账账相符",
            Matter::RegisteredWithoutCard => "公卫登记无有效慢病卡",
            Matter::CardWithoutRegister => "有慢病卡无公卫登记",
            Matter::CardUnused => "持卡长期无用药结算",
            Matter::NoChronicDisease => "无慢病登记和慢病卡",
            Matter::ShareWithinLimit => "目录外占比在限额内",
            Matter::ShareAboveLimit => "目录外占比超出限额，待核查",
            Matter::TooFewStays => "住院结算过少，不作判断",
            Matter::NoLevel => "机构无等级，无对应限额",
            Matter::RateInLine => "住院率与同类相当",
            Matter::RateOutOfLine => "住院率明显偏高，待核查",
            Matter::TooFewPeers => "可比区划不足，不作比较",
            Matter::SplitStays => "疑似分解住院，待核查",
            Matter::RepeatedStays => "疑似重复住院，待核查",
            Matter::PaidDuringStay => "住院期间院外结算，待核查",
            Matter::ShortStays => "疑似小病大治，待核查",
            Matter::NothingToReview => "未见待核查情形",
            Matter::FundSound => "基金运行平稳",
            Matter::FundRunsOut => "预测年内结余不足，待核查",
            Matter::FundLowCover => "可支付月数不足，待核查",
            Matter::FundOverspent => "收不抵支，待核查",
            Matter::NoRule => "文件无规定",
            Matter::NoData => "数据不足",
        }
    }
}
