//! Downloads: who may fetch them, and what is said to those who ask for what is not there.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use domain::permission::{Permission, Role};
use tower::ServiceExt as _;

use super::bench::Bench;
use crate::access::admit;
use crate::auth::caller::Proof;
use crate::transport::router;

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

async fn status(bench: &Bench, path: &str, bearer: Option<&str>) -> StatusCode {
    let peer = SocketAddr::from(([127, 0, 0, 1], 1));
    let mut request = Request::get(path).extension(ConnectInfo(peer));
    if let Some(bearer) = bearer {
        request = request.header("authorization", format!("Bearer {bearer}"));
    }
    let request = request.body(Body::empty()).unwrap();
    let answer = router(bench.state.clone()).oneshot(request).await.unwrap();
    answer.status()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_may_see_scans_learns_whether_there_is_one() {
    let bench = Bench::new().await;
    let Proof::Bearer(secret) = bench.bearer(Role::Viewer).await else {
        panic!("a token")
    };
    for noun in ["scans", "fleet-scans"] {
        for format in ["json", "jsonl", "csv", "junit", "sarif", "pdf"] {
            let path = format!("/exports/{noun}/{NOBODY}/{format}");
            assert_eq!(status(&bench, &path, None).await, StatusCode::UNAUTHORIZED);
            let wrong = status(&bench, &path, Some("owt_wrong")).await;
            assert_eq!(wrong, StatusCode::UNAUTHORIZED);
            let found = status(&bench, &path, Some(&secret)).await;
            assert_eq!(found, StatusCode::NOT_FOUND, "{path}");
        }
        let path = format!("/exports/{noun}/{NOBODY}/csv?verdict=failed");
        let found = status(&bench, &path, Some(&secret)).await;
        assert_eq!(found, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_door_for_downloads_asks_for_the_permission() {
    let bench = Bench::new().await;
    for permission in Permission::ALL {
        for role in [None].into_iter().chain(Role::ALL.map(Some)) {
            let let_in = admit(&bench.state, &bench.caller(role), *permission).is_ok();
            let may = role.is_some_and(|role| role.allows(*permission));
            assert_eq!(let_in, may, "{role:?} {permission:?}");
        }
    }
}
