//! `[engine]`: where the heavy part of a night is done: here, as long as the job says nothing else, or on a cluster.

use std::path::{Path, PathBuf};

use super::offices::{Protection, variable};
use crate::config::{Section, Value};

/// Where settlements become findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Engine {
    /// In this program.
    #[default]
    Local,
    /// On a Spark cluster.
    Spark(Spark),
}

/// A cluster, and the place where it leaves what it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spark {
    /// Its Connect server, `sc://host:port`.
    pub remote: String,
    /// What the server asks for; plain where it asks for nothing.
    pub token: Protection,
    /// The folder that the cluster writes to and this program reads.
    pub staging: PathBuf,
    /// Where the table begins in the file.
    pub line: usize,
}

/// The table `[engine]`; `None` when a fault was noted. `beside` reads a path relative to the job file.
pub(super) fn read(section: &Section<'_, '_>, beside: &impl Fn(&Value<'_, '_>) -> Option<PathBuf>) -> Option<Engine> {
    let is_spark = section.need("kind", |kind| kind.choice(&[("local", false), ("spark", true)]))?;
    let engine = if is_spark { spark(section, beside).map(Engine::Spark) } else { Some(Engine::Local) };
    section.end();
    engine
}

fn spark(section: &Section<'_, '_>, beside: &impl Fn(&Value<'_, '_>) -> Option<PathBuf>) -> Option<Spark> {
    let remote = section.need("remote", remote);
    let file = section.may("token_file", None, |value| beside(value).map(|path| Some(Protection::File(path))));
    let held = section.may("token_env", None, |value| variable(value).map(|name| Some(Protection::Variable(name))));
    let staging = section.need("staging", |value| {
        let text = value.text()?;
        match (text.strip_prefix("file://"), text.contains("://")) {
            (Some(path), _) if path.starts_with('/') => Some(PathBuf::from(path)),
            (None, false) => beside(value),
            _ => value.wrong(
                "a folder that both the cluster and this program reach, such as \"file:///mnt/staging\": mount it here \
                 and on every worker",
            ),
        }
    });
    if section.has("token_file") && section.has("token_env") {
        section.fault("[engine] has both `token_file` and `token_env`, expected one of them at most");
        return None;
    }
    let token = file?.or(held?).unwrap_or(Protection::Plain);
    Some(Spark { remote: remote?, token, staging: staging?, line: section.line })
}

/// The server's address. A token in it would stand in the job, in the manifest and in every message.
fn remote(value: &Value<'_, '_>) -> Option<String> {
    let text = value.text()?;
    if text.contains("token=") {
        value.fault("`remote` holds a token; keep it in a file and name that with `token_file`");
        return None;
    }
    let expected = "a Connect server, such as \"sc://host:15002\", with `/;use_ssl=true` behind it for TLS";
    let Some((host, settings)) = text.strip_prefix("sc://").map(|rest| rest.split_once('/').unwrap_or((rest, "")))
    else {
        return value.wrong(expected);
    };
    let mut settings = settings.split(';').filter(|setting| !setting.is_empty());
    let (name, port) = host.rsplit_once(':').unwrap_or((host, "15002"));
    let sound = !name.is_empty() && port.parse::<u16>().is_ok() && settings.all(|setting| setting.contains('='));
    if sound && !host.contains([' ', '@', '?', '#']) { Some(text) } else { value.wrong(expected) }
}

/// A delivery: a folder here, or, for a cluster, anything that it reads. `beside` reads a path relative to the job
/// file.
pub(super) fn delivery(
    value: &Value<'_, '_>,
    on_cluster: bool,
    beside: &impl Fn(&Value<'_, '_>) -> Option<PathBuf>,
) -> Option<PathBuf> {
    let text = value.text()?;
    match (text.strip_prefix("file://"), is_elsewhere(Path::new(&text))) {
        (Some(path), _) if path.starts_with('/') => Some(PathBuf::from(path)),
        (None, true) if on_cluster => Some(PathBuf::from(text)),
        (None, false) => beside(value),
        _ => value.wrong("a folder; what lies elsewhere is read with an [engine] of kind \"spark\" alone"),
    }
}

/// Whether a delivery is named by a scheme (`hdfs://`, `s3a://`), so that a cluster alone reaches it.
pub fn is_elsewhere(delivery: &Path) -> bool {
    delivery.to_str().and_then(|text| text.split_once("://")).is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
    })
}
