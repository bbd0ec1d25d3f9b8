//! Values of variables and frameworks as clients set them: what is taken, what is refused and how, and what counts
//! where.

use async_graphql::Request;
use domain::permission::Role;
use futures::StreamExt as _;
use serde_json::{Value as Json, json};

use super::bench::Bench;
use crate::access::request_data;
use crate::schema::schema;

async fn ask(bench: &Bench, document: &str) -> Json {
    let caller = bench.caller(Some(Role::Admin));
    let data = request_data(&bench.state, caller, crate::auth::caller::Proof::None);
    let request = Request::new(document).data(data);
    let mut stream = schema(bench.state.clone()).execute_stream(request).boxed();
    let response = stream.next().await.unwrap();
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    response.data.into_json().unwrap()
}

fn set(place: &str, fields: &str) -> String {
    format!(
        "mutation {{ set{place}Variable(input: {{ {fields} }}) {{ position errors {{ message path code }} }} }}"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_value_that_does_not_fit_is_refused_in_words_that_help() {
    let bench = Bench::new().await;
    for (fields, path, message) in [
        (
            "name: \"timeout\", value: \"100\"",
            "value",
            "timeout must be a whole number from 0 to 99, not \"100\"",
        ),
        (
            "name: \"timout\", value: \"1\"",
            "name",
            "no rule that is in use has a variable \"timout\"; did you mean timeout?",
        ),
    ] {
        let answer = ask(&bench, &set("Organisation", fields)).await;
        let error = &answer["setOrganisationVariable"]["errors"][0];
        assert_eq!(error["path"], json!([path]));
        assert_eq!(error["message"], json!(message));
    }
    let answer = ask(&bench, "{ variables { name values { value } } }").await;
    assert_eq!(
        answer["variables"],
        json!([{"name": "timeout", "values": []}])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_nearest_value_counts_and_every_place_is_told() {
    let bench = Bench::new().await;
    let create = "mutation { createGroup(input: {details: {name: \"Web\", description: \"\", color: RED}}) \
        { group { id } errors { message } } }";
    let group = ask(&bench, create).await["createGroup"]["group"]["id"].clone();
    let of_group = format!("id: {group}, name: \"timeout\", value: \" 20 \"");
    for document in [
        set("Organisation", "name: \"timeout\", value: \"10\""),
        set("Group", &of_group),
    ] {
        let answer = ask(&bench, &document).await;
        let answer = answer.as_object().unwrap().values().next().unwrap();
        assert_eq!(answer["errors"], json!([]));
    }
    let fields =
        "{ effective { value source group { name } setBy fits } values { value } isContested }";
    let answer = ask(&bench, &format!("{{ variables(group: {group}) {fields} }}")).await;
    let variable = &answer["variables"][0];
    assert_eq!(
        variable["effective"],
        json!({"value": "20", "source": "GROUP", "group": {"name": "Web"}, "setBy": "admin", "fits": true})
    );
    assert_eq!(
        variable["values"],
        json!([{"value": "10"}, {"value": "20"}])
    );
    let answer = ask(&bench, &format!("{{ variables {fields} }}")).await;
    assert_eq!(answer["variables"][0]["effective"]["value"], json!("10"));
    let take = format!("id: {group}, name: \"timeout\"");
    ask(&bench, &set("Group", &take)).await;
    let answer = ask(&bench, &format!("{{ variables(group: {group}) {fields} }}")).await;
    assert_eq!(answer["variables"][0]["effective"]["value"], json!("10"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_framework_that_no_rule_names_is_not_chosen() {
    let bench = Bench::new().await;
    let document = "mutation { setEnabledLenses(input: {lenses: [\"cis\"]}) \
        { settings { enabledLenses } errors { message path } } }";
    let answer = ask(&bench, document).await;
    let error = &answer["setEnabledLenses"]["errors"][0];
    assert_eq!(error["path"], json!(["lenses"]));
    let all = "mutation { setEnabledLenses(input: {}) \
        { settings { enabledLenses } errors { message } } }";
    let answer = ask(&bench, all).await;
    assert_eq!(
        answer["setEnabledLenses"]["settings"]["enabledLenses"],
        Json::Null
    );
}
