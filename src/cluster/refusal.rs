//! What a cluster refuses, in one line each. A server's own words quote values of rows, certificate numbers among them:
//! none of them is repeated, only the condition that Spark gives a name to.

use spark_connect_core::SparkError;

use crate::error::Error;
use crate::model::Fault;

/// gRPC's numbers for "unknown", "internal", "unavailable" and "unauthenticated".
const UNKNOWN: i32 = 2;
const INTERNAL: i32 = 13;
const UNAVAILABLE: i32 = 14;
const UNAUTHENTICATED: i32 = 16;

/// Whether a failure may pass: the server, or the way to it, is gone for the moment. What a server says itself comes
/// with details; a connection that breaks off has none.
pub(super) fn passes(error: &SparkError) -> bool {
    let broken_off = error.grpc_details.is_none() && matches!(error.grpc_code, Some(UNKNOWN | INTERNAL));
    broken_off || error.grpc_code == Some(UNAVAILABLE) || error.error_class.starts_with("INVALID_CURSOR.DISCONNECTED")
}

/// A server that says nothing: it counts as one that cannot be reached.
pub(super) fn silent() -> SparkError {
    let mut error = SparkError::connect_msg("no answer in time");
    error.grpc_code = Some(UNAVAILABLE);
    error
}

/// Whether a statement found nothing where it was to read.
pub(super) fn nothing_there(error: &SparkError) -> bool {
    error.error_class == "PATH_NOT_FOUND"
}

/// What is wrong with an address. The client's own words quote it, but for the token that it does not hold yet.
pub(super) fn of_address(error: &SparkError) -> String {
    if error.message.contains("insecure connection") {
        return "the token would be sent in the open; append `/;use_ssl=true` to `remote`".to_owned();
    }
    "is not an address of a Connect server, expected one such as sc://host:15002".to_owned()
}

/// Why there is no session.
pub(super) fn of_session(remote: &str, with_token: bool, error: &SparkError) -> Error {
    match error.grpc_code {
        Some(UNAUTHENTICATED) => {
            let message = match with_token {
                true => "the cluster does not take the token; have it renewed in its file or variable",
                false => "the cluster asks for a token; name its file with `token_file` in [engine]",
            };
            Fault::config(remote, message).into()
        }
        Some(UNAVAILABLE) => failed(remote, "no Connect server answers there"),
        _ => failed(remote, "what answers there is no Connect server that can be used"),
    }
}

/// Why a statement was not done, of what the server and all that lies beneath it `said`.
pub(super) fn of_statement(remote: &str, name: &str, error: &SparkError, said: &[String]) -> Error {
    let says = |any: &[&str]| said.iter().any(|said| any.iter().any(|what| said.contains(what)));
    let data = |message: String| Fault::data(format!("{remote}, step {name}"), message).into();
    if passes(error) {
        return failed(remote, format!("the Connect server was lost during step {name}"));
    }
    if says(&["INVALID_HANDLE", "INVALID_CURSOR"]) {
        return failed(remote, format!("the Connect server was started anew during step {name}"));
    }
    if error.grpc_code == Some(UNAUTHENTICATED) {
        return of_session(remote, true, error);
    }
    if says(&["No space left on device", "Disk quota exceeded"]) {
        let what = "the staging folder, or a worker's own disk, filled up";
        return failed(remote, format!("{what} during step {name}; free some space"));
    }
    if says(&["PATH_NOT_FOUND", "FILE_NOT_EXIST"]) {
        let message = "a worker does not find a file that is to be read; is its folder mounted on every one of them?";
        return data(message.to_owned());
    }
    if says(&["FAILED_READ_FILE", "CANNOT_READ_FILE", "UNABLE_TO_INFER_SCHEMA", "FAILED_PARQUET"]) {
        return data("the cluster cannot read a file of the delivery to its end; have it sent again".to_owned());
    }
    if says(&["ARITHMETIC_OVERFLOW", "NUMERIC_VALUE_OUT_OF_RANGE"]) {
        return data("sums leave the range of amounts; look for rows of an absurd size".to_owned());
    }
    failed(remote, format!("step {name} was given up{}", named(said)))
}

fn failed(remote: &str, what: impl Into<String>) -> Error {
    Error::Cluster { remote: remote.to_owned(), what: what.into() }
}

/// The innermost condition that Spark has a name for, in brackets.
fn named(said: &[String]) -> String {
    let sound = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"_.".contains(&byte);
    let is_name = |said: &&String| !said.is_empty() && said.bytes().all(sound);
    said.iter().rfind(is_name).map_or_else(String::new, |name| format!(" ({name})"))
}
