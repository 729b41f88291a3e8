//! What a night of any kind was made from, as its manifest names it; and the number that its lists bear for it.

use chrono::NaiveDate;

use super::named::{HashedFile, InputFile, Predecessor, UsedReply};

/// Everything that a night was made from.
#[derive(Debug)]
pub struct MadeFrom {
    /// The kind of job.
    pub kind: &'static str,
    /// The job file.
    pub job: HashedFile,
    /// The policy file.
    pub policy: HashedFile,
    /// The mapping of local codes.
    pub codes: HashedFile,
    /// The file of holidays, where working days were counted.
    pub holidays: Option<HashedFile>,
    /// The night that this one began with.
    pub predecessor: Option<Predecessor>,
    /// The folder of the delivery, as the job resolved it.
    pub delivery: String,
    /// Every extract that was read.
    pub inputs: Vec<InputFile>,
    /// The replies from which the night has its answers.
    pub replies: Vec<UsedReply>,
}

impl MadeFrom {
    /// The number of the lists of the night of `as_of` (名单编号): the day, and twelve digits of a hash of all that the
    /// night was made from. The same night run again gives the same number, and one from other data another.
    pub fn list_id(&self, as_of: NaiveDate) -> String {
        let followed = self.predecessor.iter().map(|before| &before.sha256);
        let written = [&self.job, &self.policy, &self.codes].into_iter().chain(&self.holidays);
        let read = self.inputs.iter().flat_map(|input| [&input.table, &input.file, &input.blake3]);
        let answered = self.replies.iter().map(|reply| &reply.record_sha256);
        let mut hash = blake3::Hasher::new();
        for part in followed.chain(written.map(|file| &file.sha256)).chain(read).chain(answered) {
            hash.update(part.as_bytes()).update(b"\n");
        }
        let hash = hash.finalize().to_hex();
        format!("{as_of}-{}", &hash.as_str()[..12])
    }
}
