//! Statements run on a Spark cluster through Spark Connect, one after the other, each to its end. It knows neither what
//! they mean nor what they leave behind.
//!
//! The client is the Apache project's own, by its transport: requests are made here, and streams of answers are drained
//! here. A server ends each stream after a while, two minutes unless it is set otherwise, whatever the statement does;
//! whoever wants to know its end attaches again. (The `collect` and `write` of `apache-spark-connect` 4.2 take that end
//! of a stream for the statement's own, and report done what is still under way.)

use std::thread;
use std::time::Duration;

use spark_connect_core::{ChannelBuilder, RetryPolicy, SparkConnectClient, SparkError, block_on};
use spark_connect_proto as proto;

use super::refusal;
use crate::error::Error;
use crate::model::Fault;
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

/// A session on a cluster; it ends when it is dropped.
pub struct Cluster {
    client: SparkConnectClient,
    remote: String,
    /// What the server calls its side of the session: one that was started anew calls it otherwise.
    server_session: String,
    statements: u64,
}

/// How an answered statement goes on.
enum Stream {
    /// It is done.
    Done,
    /// The server ended the stream alone.
    Cut,
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
        let version = proto::analyze_plan_request::Analyze::SparkVersion(Default::default());
        let asked = proto::AnalyzePlanRequest {
            session_id: cluster.client.session_id().to_owned(),
            user_context: cluster.user(),
            analyze: Some(version),
            ..Default::default()
        };
        let answer = block_on(cluster.client.analyze_plan(asked));
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
        self.to_its_end(sql).map_err(|error| refusal::of_statement(&self.remote, name, &error))
    }

    fn to_its_end(&self, sql: &str) -> Result<(), SparkError> {
        let operation = self.operation();
        let mut last = None;
        let mut waits = WAITS.iter();
        let mut answers = block_on(self.client.execute_plan(self.request(&operation, sql)))?;
        loop {
            let went_on = loop {
                match block_on(answers.message()) {
                    Ok(None) => break Ok(Stream::Cut),
                    Ok(Some(answer)) => {
                        waits = WAITS.iter();
                        last = Some(answer.response_id);
                        if matches!(answer.response_type, Some(ResponseType::ResultComplete(_))) {
                            break Ok(Stream::Done);
                        }
                    }
                    Err(status) => break Err(SparkError::from_grpc_status(status)),
                }
            };
            match went_on {
                Ok(Stream::Done) => return self.let_go(&operation),
                Ok(Stream::Cut) => {}
                Err(error) if refusal::passes(&error) => pause(&mut waits, error)?,
                Err(error) => return Err(error),
            }
            answers = loop {
                match block_on(self.client.reattach_execute(self.attach(&operation, last.as_deref()))) {
                    Ok(answers) => break answers,
                    Err(error) if refusal::passes(&error) => pause(&mut waits, error)?,
                    Err(error) => return Err(error),
                }
            };
        }
    }

    /// Lets the server forget the answers of a statement that is done. One that has done so already is no worse.
    fn let_go(&self, operation: &str) -> Result<(), SparkError> {
        let all = proto::release_execute_request::Release::ReleaseAll(Default::default());
        let request = proto::ReleaseExecuteRequest {
            session_id: self.client.session_id().to_owned(),
            user_context: self.user(),
            operation_id: operation.to_owned(),
            release: Some(all),
            ..Default::default()
        };
        drop(block_on(self.client.release_execute(request)));
        Ok(())
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
        drop(block_on(self.client.release_session()));
    }
}

/// Waits before the next try.
///
/// # Errors
/// `error`, when there were enough.
fn pause<'a>(waits: &mut impl Iterator<Item = &'a Duration>, error: SparkError) -> Result<(), SparkError> {
    let Some(wait) = waits.next() else { return Err(error) };
    thread::sleep(*wait);
    Ok(())
}
