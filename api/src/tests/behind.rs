//! What a caller hears whose wish is in the log when the read tables do not come so far.

use async_graphql::Request;
use domain::permission::Role;
use futures::StreamExt as _;
use serde_json::json;

use super::bench::Bench;
use crate::access::request_data;
use crate::auth::caller::Proof;
use crate::schema::schema;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_done_is_not_called_a_failure_of_the_server() {
    let bench = Bench::new().await;
    bench.state.inner.stop.cancel();
    let store = &bench.state.inner.store;
    let before = store.head().borrow().0;
    let caller = bench.caller(Some(Role::Admin));
    let create = "mutation { createGroup(input: {details: {name: \"Web\", description: \"\", color: RED}}) \
        { group { id } errors { message } } }";
    let request = Request::new(create).data(request_data(&bench.state, caller, Proof::None));
    let mut stream = schema(bench.state.clone()).execute_stream(request).boxed();
    let response = stream.next().await.unwrap();
    let error = serde_json::to_value(&response.errors[0]).unwrap();
    assert_eq!(error["extensions"]["code"], json!("BEHIND"));
    assert!(
        response.errors[0]
            .message
            .starts_with("the group is in the log"),
        "{error}"
    );
    assert!(store.head().borrow().0 > before);
}
