//! Groups as clients see them: what a rule would take in, what is refused, and that a subscription loses
//! none of the hosts that one event concerns.

use async_graphql::{Request, Value};
use domain::host::{Connection, Host, HostCommand, HostDetails, RegisterHost};
use domain::id::{HostId, TypedId as _};
use domain::permission::Role;
use futures::{Stream, StreamExt as _};
use serde_json::{Value as Json, json};

use super::bench::Bench;
use crate::access::request_data;
use crate::auth::caller::Proof;
use crate::schema::{ApiSchema, schema};

struct Client {
    bench: Bench,
    schema: ApiSchema,
    proof: Proof,
}

impl Client {
    async fn new() -> Self {
        let bench = Bench::new().await;
        let proof = bench.bearer(Role::Admin).await;
        let schema = schema(bench.state.clone());
        Self {
            bench,
            schema,
            proof,
        }
    }

    async fn register(&self, name: &str) {
        let store = &self.bench.state.inner.store;
        let host = HostId::draw(store.ids().as_ref());
        let register = HostCommand::Register(RegisterHost {
            host,
            details: HostDetails {
                name: name.to_owned(),
                environment: "test".to_owned(),
                description: String::new(),
                tags: vec!["web".to_owned()],
                connection: Connection::Local,
            },
            trusted_keys: Vec::new(),
        });
        store
            .execute::<Host>(host, register, self.bench.context())
            .await
            .unwrap();
    }

    fn stream(&self, document: &str) -> impl Stream<Item = Json> + use<> {
        let caller = self.bench.caller(Some(Role::Admin));
        let data = request_data(&self.bench.state, caller, self.proof.clone());
        let request = Request::new(document).data(data);
        let schema = self.schema.clone();
        schema.execute_stream(request).map(|response| {
            assert!(response.errors.is_empty(), "{:?}", response.errors);
            match response.data {
                Value::Object(_) => response.data.into_json().unwrap(),
                other => panic!("{other}"),
            }
        })
    }

    async fn ask(&self, document: &str) -> Json {
        Box::pin(self.stream(document)).next().await.unwrap()
    }

    async fn settle(&self) {
        let inner = &self.bench.state.inner;
        let head = *inner.store.head().borrow();
        let limit = std::time::Duration::from_mins(1);
        inner.projections.at_least(head, limit).await.unwrap();
    }
}

const RULE: &str = "{combination: ALL, conditions: [{kind: TAG, values: [\"web\"]}]}";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preview_tells_whom_a_rule_takes_in_or_what_is_wrong_with_it() {
    let client = Client::new().await;
    client.register("b").await;
    client.register("a").await;
    client.settle().await;
    let fields = "{ hostCount hosts { name } errors { message path } }";
    let found = client
        .ask(&format!("{{ groupPreview(rule: {RULE}) {fields} }}"))
        .await;
    let preview = &found["groupPreview"];
    assert_eq!(preview["hostCount"], 2);
    assert_eq!(preview["hosts"], json!([{"name": "a"}, {"name": "b"}]));
    let wrong = "{combination: ALL, conditions: [{kind: NAME_REGEX, values: [\"(\"]}]}";
    let found = client
        .ask(&format!("{{ groupPreview(rule: {wrong}) {fields} }}"))
        .await;
    let error = &found["groupPreview"]["errors"][0];
    assert_eq!(error["path"], json!(["rule"]));
    assert!(error["message"].as_str().unwrap().contains("condition 1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_hold_is_refused_at_its_field() {
    let client = Client::new().await;
    let create = |details: &str, hosts: &str| {
        format!(
            "mutation {{ createGroup(input: {{details: {details}, hosts: {hosts}}}) \
             {{ group {{ name }} errors {{ path code message }} }} }}"
        )
    };
    let path = |answer: &Json| answer["createGroup"]["errors"][0]["path"][0].clone();
    let answer = client.ask(&create("{name: \"x\"}", "[\"nobody\"]")).await;
    assert_eq!(path(&answer), "hosts");
    let details = "{name: \"x\", target: {score: 101}}";
    assert_eq!(path(&client.ask(&create(details, "[]")).await), "target");
    let answer = client.ask(&create("{name: \"x\"}", "[]")).await;
    assert_eq!(answer["createGroup"]["group"]["name"], "x");
    let answer = client.ask(&create("{name: \"X\"}", "[]")).await;
    assert_eq!(path(&answer), "name");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_after_one_of_several_hosts_of_an_event_gets_the_others() {
    let client = Client::new().await;
    for number in 0..120 {
        client.register(&format!("h{number}")).await;
    }
    client.settle().await;
    let document = "subscription { hostChanged { kind position host { id groups { name } } } }";
    let mut messages = Box::pin(client.stream(document));
    assert_eq!(
        messages.next().await.unwrap()["hostChanged"]["kind"],
        "READY"
    );
    let create = format!(
        "mutation {{ createGroup(input: {{details: {{name: \"web\", rule: {RULE}}}}}) \
         {{ group {{ rollUp {{ hosts }} }} }} }}"
    );
    let created = client.ask(&create).await;
    assert_eq!(created["createGroup"]["group"]["rollUp"]["hosts"], 120);
    let first = messages.next().await.unwrap();
    assert_eq!(first["hostChanged"]["host"]["groups"][0]["name"], "web");
    drop(messages);
    let after = first["hostChanged"]["position"].as_str().unwrap();
    let document =
        format!("subscription {{ hostChanged(after: \"{after}\") {{ kind host {{ id }} }} }}");
    let mut rest = Box::pin(client.stream(&document));
    let mut hosts = std::collections::BTreeSet::new();
    loop {
        let message = rest.next().await.unwrap();
        if message["hostChanged"]["kind"] == "CAUGHT_UP" {
            break;
        }
        hosts.insert(message["hostChanged"]["host"]["id"].to_string());
    }
    // More than one batch, and the first one once more.
    assert_eq!(hosts.len(), 120);
}
