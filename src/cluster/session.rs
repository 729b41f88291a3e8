//! Statements run on a Spark cluster through Spark Connect, one after the other, each to its end. It knows neither what
//! they mean nor what they leave behind.
//!
//! The client is the Apache project's own, by its transport: requests are made here, and streams of answers are drained
//! here. A server ends each stream after a while, two minutes unless it is set otherwise, whatever the statement does;
//! whoever wants to know its end attaches again. (The `collect` and `write` of `apache-spark-connect` 4.2 take that end
//! of a stream for the statement's own, and report done what is still under way.)

#![expect(clippy::result_large_err, reason = "the client's own error, and seldom one")]

use std::thread;
use std::time::Duration;

use spark_connect_core::{ChannelBuilder, RetryPolicy, SparkConnectClient, SparkError, block_on};
use spark_connect_proto as proto;
use tokio::time::timeout;

use super::refusal;
use crate::error::Error;
use crate::model::Fault;
use crate::spark::Stored;
use proto::data_type::Kind;
use proto::execute_plan_request::{RequestOption, request_option};
use proto::execute_plan_response::ResponseType;

/// Whom the server's own logs and pages name.
const USER: &str = "fangpin";
/// How long to wait before each further try of attaching to a server that does not answer: half a minute in all. A
/// server that comes back after that has forgotten the session anyway.
const WAITS: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
];

/// How long to wait for what a server answers at once.
const REQUEST: Duration = Duration::from_secs(60);
/// How long a stream may bring nothing: the host may be gone without a word. It is attached to again then.
const SILENCE: Duration = Duration::from_secs(300);

/// A session on a cluster; it ends when it is dropped.
pub struct Cluster {
    client: SparkConnectClient,
    remote: String,
    /// What the server calls its side of the session: one that was started anew calls it otherwise.
    server_session: String,
    statements: u64,
}

impl Cluster {
    /// Begins a session with the Connect server at `remote`, to which `token` is shown where it asks for one.
    ///
    /// # Errors
    /// An address or token that cannot be used, a server that does not answer or does not let us in.
    pub fn connect(remote: &str, token: Option<&str>) -> Result<Cluster, Error> {
        let wrong = |error: SparkError| Error::from(Fault::config(remote, refusal::of_address(&error)));
        let mut address = ChannelBuilder::parse(remote).map_err(wrong)?;
        if let Some(token) = token {
            address.set("token", token);
        }
        if address.user_id().is_none() {
            address.set("user_id", USER);
        }
        address.set("user_agent", USER);
        let mut client = block_on(SparkConnectClient::connect(&address)).map_err(wrong)?;
        client.set_retry_policy(RetryPolicy::no_retries());
        let mut cluster = Cluster { client, remote: remote.to_owned(), server_session: String::new(), statements: 0 };
        let asked = cluster.asked(proto::analyze_plan_request::Analyze::SparkVersion(Default::default()));
        let answer = answered(REQUEST, cluster.client.analyze_plan(asked));
        let answer = answer.map_err(|error| refusal::of_session(remote, token.is_some(), &error))?;
        cluster.server_session = answer.server_side_session_id;
        Ok(cluster)
    }

    /// Runs one statement of SQL to its end; `name` is what messages call it.
    ///
    /// # Errors
    /// What stands in its way, in one line that repeats no row of anybody's data.
    pub fn run(&mut self, name: &str, sql: &str) -> Result<(), Error> {
        self.statements += 1;
        self.to_its_end(sql).map_err(|error| self.refused(name, error))
    }

    /// The same for a statement that reads one place alone: whether there is anything.
    ///
    /// # Errors
    /// As [`Cluster::run`].
    pub fn run_if_there(&mut self, name: &str, sql: &str) -> Result<bool, Error> {
        self.statements += 1;
        match self.to_its_end(sql) {
            Ok(()) => Ok(true),
            Err(error) if refusal::nothing_there(&error) => Ok(false),
            Err(error) => Err(self.refused(name, error)),
        }
    }

    /// The columns of the Parquet file at `uri`, each as it is stored; `name` is what messages call it. A whole number
    /// in a column of `times`, of a file that holds nanoseconds, is a time.
    ///
    /// # Errors
    /// As [`Cluster::run`].
    pub fn columns(&mut self, name: &str, uri: &str, times: &[&str]) -> Result<Vec<(String, Stored)>, Error> {
        // A schema calls INT96 and instants by one name; a session that does not take INT96 for one tells them apart.
        self.run(name, "SET spark.sql.parquet.int96AsTimestamp = false")?;
        let without = self.schema(uri, &Stored::Instant);
        self.run(name, "SET spark.sql.parquet.int96AsTimestamp = true")?;
        let columns = match without.or_else(|_| self.schema(uri, &Stored::LocalTime)) {
            // It gives nanoseconds no type of their own, but says in which of two ways they are stored.
            Err(error) if error.message.contains("TIMESTAMP(NANOS") => {
                let nanoseconds = Stored::Nanoseconds(error.message.contains("TIMESTAMP(NANOS,true"));
                self.run(name, "SET spark.sql.legacy.parquet.nanosAsLong = true")?;
                let of = |(column, stored): (String, Stored)| match stored {
                    Stored::Integer if times.contains(&column.as_str()) => (column, nanoseconds.clone()),
                    stored => (column, stored),
                };
                let columns = self.schema(uri, &Stored::Instant);
                self.run(name, "SET spark.sql.legacy.parquet.nanosAsLong = false")?;
                columns.map(|columns| columns.into_iter().map(of).collect())
            }
            columns => columns,
        };
        columns.map_err(|error| self.refused(name, error))
    }

    /// Why a statement was not done: the server is asked for what lies beneath what it said.
    fn refused(&self, name: &str, error: SparkError) -> Error {
        let mut said = vec![error.error_class.clone(), error.message.clone()];
        if let Some(error_id) = error.params.get("errorId") {
            let asked = proto::FetchErrorDetailsRequest {
                session_id: self.client.session_id().to_owned(),
                user_context: self.user(),
                error_id: error_id.clone(),
                ..Default::default()
            };
            let beneath =
                answered(REQUEST, self.client.fetch_error_details(asked)).map(|found| found.errors).unwrap_or_default();
            for cause in beneath {
                said.extend(cause.spark_throwable.and_then(|named| named.error_class));
                said.push(cause.message);
            }
        }
        refusal::of_statement(&self.remote, name, &error, &said)
    }

    fn schema(&self, uri: &str, timestamp: &Stored) -> Result<Vec<(String, Stored)>, SparkError> {
        let query = proto::Sql { query: format!("SELECT * FROM parquet.`{uri}`"), ..Default::default() };
        let relation = proto::Relation { rel_type: Some(proto::relation::RelType::Sql(query)), ..Default::default() };
        let plan = proto::Plan { op_type: Some(proto::plan::OpType::Root(relation)) };
        let schema = proto::analyze_plan_request::Schema { plan: Some(plan) };
        let asked = self.asked(proto::analyze_plan_request::Analyze::Schema(schema));
        let fields = match answered(SILENCE, self.client.analyze_plan(asked))?.result {
            Some(proto::analyze_plan_response::Result::Schema(schema)) => {
                match schema.schema.and_then(|all| all.kind) {
                    Some(Kind::Struct(of)) => of.fields,
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        };
        let stored = |field: proto::data_type::StructField| {
            let kind = field.data_type.and_then(|of| of.kind);
            (field.name, stored(kind.as_ref(), timestamp))
        };
        Ok(fields.into_iter().map(stored).collect())
    }

    fn asked(&self, analyze: proto::analyze_plan_request::Analyze) -> proto::AnalyzePlanRequest {
        proto::AnalyzePlanRequest {
            session_id: self.client.session_id().to_owned(),
            user_context: self.user(),
            analyze: Some(analyze),
            ..Default::default()
        }
    }

    fn to_its_end(&self, sql: &str) -> Result<(), SparkError> {
        let operation = self.operation();
        let mut waits = WAITS.iter();
        let mut last = None;
        let mut answers = answered(REQUEST, self.client.execute_plan(self.request(&operation, sql)))?;
        loop {
            let next = answered(SILENCE, async { answers.message().await.map_err(SparkError::from_grpc_status) });
            match next {
                Ok(Some(answer)) if matches!(answer.response_type, Some(ResponseType::ResultComplete(_))) => {
                    self.let_go(&operation);
                    return Ok(());
                }
                Ok(Some(answer)) => {
                    waits = WAITS.iter();
                    last = Some(answer.response_id);
                    continue;
                }
                // The server ended the stream alone.
                Ok(None) => {}
                Err(error) => pause(&mut waits, error)?,
            }
            answers = loop {
                match answered(REQUEST, self.client.reattach_execute(self.attach(&operation, last.as_deref()))) {
                    Ok(answers) => break answers,
                    Err(error) => pause(&mut waits, error)?,
                }
            };
        }
    }

    /// Lets the server forget the answers of a statement that is done. One that has done so already is no worse.
    fn let_go(&self, operation: &str) {
        let all = proto::release_execute_request::Release::ReleaseAll(Default::default());
        let request = proto::ReleaseExecuteRequest {
            session_id: self.client.session_id().to_owned(),
            user_context: self.user(),
            operation_id: operation.to_owned(),
            release: Some(all),
            ..Default::default()
        };
        drop(answered(REQUEST, self.client.release_execute(request)));
    }

    fn request(&self, operation: &str, sql: &str) -> proto::ExecutePlanRequest {
        let query = proto::Sql { query: sql.to_owned(), ..Default::default() };
        let relation = proto::Relation { rel_type: Some(proto::relation::RelType::Sql(query)), ..Default::default() };
        let command = proto::SqlCommand { input: Some(relation), ..Default::default() };
        let command_type = Some(proto::command::CommandType::SqlCommand(command));
        let plan = proto::Plan { op_type: Some(proto::plan::OpType::Command(proto::Command { command_type })) };
        let reattachable =
            request_option::RequestOption::ReattachOptions(proto::ReattachOptions { reattachable: true });
        proto::ExecutePlanRequest {
            session_id: self.client.session_id().to_owned(),
            client_observed_server_side_session_id: Some(self.server_session.clone()),
            user_context: self.user(),
            operation_id: Some(operation.to_owned()),
            plan: Some(plan),
            request_options: vec![RequestOption { request_option: Some(reattachable) }],
            ..Default::default()
        }
    }

    fn attach(&self, operation: &str, last: Option<&str>) -> proto::ReattachExecuteRequest {
        proto::ReattachExecuteRequest {
            session_id: self.client.session_id().to_owned(),
            client_observed_server_side_session_id: Some(self.server_session.clone()),
            user_context: self.user(),
            operation_id: operation.to_owned(),
            last_response_id: last.map(str::to_owned),
            ..Default::default()
        }
    }

    fn user(&self) -> Option<proto::UserContext> {
        let user_id = self.client.user_id().unwrap_or(USER).to_owned();
        Some(proto::UserContext { user_id: user_id.clone(), user_name: user_id, ..Default::default() })
    }

    /// The id of the next statement, in the form of a UUID: the session's own with a number in its last digits.
    fn operation(&self) -> String {
        let session = self.client.session_id();
        let kept = session.len().saturating_sub(12);
        format!("{}{:012x}", session.get(..kept).unwrap_or_default(), self.statements)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // A server that is gone has nothing left to release.
        drop(answered(REQUEST, self.client.release_session()));
    }
}

/// What comes of a request, unless nothing does in time.
///
/// # Errors
/// The request's own; that the server cannot be reached, when nothing came.
fn answered<T>(within: Duration, request: impl Future<Output = Result<T, SparkError>>) -> Result<T, SparkError> {
    // The timer belongs to the client's runtime, and has to be made within it.
    let answer = block_on(async { timeout(within, request).await });
    answer.unwrap_or_else(|_| Err(refusal::silent()))
}

/// Waits before the next try.
///
/// # Errors
/// `error`, when it does not pass, or there were enough tries.
fn pause<'a>(waits: &mut impl Iterator<Item = &'a Duration>, error: SparkError) -> Result<(), SparkError> {
    let Some(wait) = waits.next().filter(|_| refusal::passes(&error)) else { return Err(error) };
    thread::sleep(*wait);
    Ok(())
}

/// How a column of this kind is stored.
fn stored(kind: Option<&Kind>, timestamp: &Stored) -> Stored {
    match kind {
        Some(Kind::String(_)) => Stored::Text,
        Some(Kind::Binary(_)) => Stored::Bytes,
        Some(Kind::Byte(_) | Kind::Short(_) | Kind::Integer(_) | Kind::Long(_)) => Stored::Integer,
        Some(Kind::Decimal(of)) => {
            let small = |digits: Option<i32>| digits.and_then(|digits| u8::try_from(digits).ok()).unwrap_or_default();
            Stored::Decimal(small(of.precision), small(of.scale))
        }
        Some(Kind::Date(_)) => Stored::Day,
        Some(Kind::TimestampNtz(_)) => Stored::LocalTime,
        Some(Kind::Timestamp(_)) => timestamp.clone(),
        Some(Kind::Null(_)) => Stored::Nothing,
        Some(Kind::Boolean(_)) => Stored::Other("boolean".to_owned()),
        Some(Kind::Float(_) | Kind::Double(_)) => Stored::Other("a floating-point number".to_owned()),
        _ => Stored::Other("a type without a name here".to_owned()),
    }
}
