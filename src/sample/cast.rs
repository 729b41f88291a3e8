//! Who has a part of their own in a sample: nobody else's settlements reach them.

use super::faults::{AT_THRESHOLD, threshold_area};
use super::parts::{Part, Plan};
use super::people::Person;
use super::providers::{self, Case, Staged};

/// The people with a part.
#[derive(Debug)]
pub(super) struct Cast {
    /// Each has a part that the audits are held to.
    pub(super) parts: Vec<Part>,
    /// Each stands at a threshold or a fen above.
    pub(super) at_threshold: Vec<Person>,
    /// Each has a reversal larger than the settlement that it reverses.
    pub(super) negative: Vec<Person>,
    /// Neither the register nor a settlement says where they are insured.
    pub(super) without_area: Vec<Person>,
    /// Each is treated where an institution has a part of its own.
    pub(super) staged: Vec<Staged>,
}

impl Cast {
    /// Takes people off the front of `people`, one for each plan first; the others are left. Each fault of
    /// settlements is planted so many times.
    pub(super) fn choose(plans: Vec<Plan>, cases: Vec<Case>, people: &[Person], each: usize) -> (Cast, &[Person]) {
        let (with_parts, people) = people.split_at(plans.len());
        let (threshold, people) = people.split_at(AT_THRESHOLD);
        let (negative, people) = people.split_at(each);
        let (without_area, people) = people.split_at(each);
        let (staged, people) = providers::stage(cases, people);
        let mut at_threshold = threshold.to_vec();
        for (index, person) in at_threshold.iter_mut().enumerate() {
            *person = person.living_in(threshold_area(index));
        }
        let part = |(person, plan): (&Person, Plan)| Part { person: *person, plan };
        let cast = Cast {
            parts: with_parts.iter().zip(plans).map(part).collect(),
            at_threshold,
            negative: negative.to_vec(),
            without_area: without_area.to_vec(),
            staged,
        };
        (cast, people)
    }

    /// Everybody but those whom the audits are held to.
    pub(super) fn without_parts(&self) -> impl Iterator<Item = &Person> {
        let Cast { at_threshold, negative, without_area, staged, .. } = self;
        let staged = staged.iter().flat_map(|one| one.registered.iter().chain(&one.others));
        [at_threshold, negative, without_area].into_iter().flatten().chain(staged)
    }
}
