//! `openwatch serve`: the API, the web UI and, unless told otherwise, a worker in one process.

mod first_run;
mod self_signed;
mod tls;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api::{ApiParts, ApiState, SetupToken};
use axum::Router;
use axum::serve::ListenerExt as _;
use metrics_exporter_prometheus::PrometheusHandle;
use projections::Projections;
use projections::read::Read;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use workers::explain::Explainer;
use workers::probe::SshProbe;
use workers::rejudge::Rejudger;

use self::tls::Tls;
use crate::cli::ServeArguments;
use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::interrupts::told_to_stop;
use crate::node::Node;
use crate::rules::sources::Rules;

/// How long open requests may go on after the order to stop.
const GRACE: Duration = Duration::from_secs(5);
/// How long the read tables may take to catch up before the first page is served.
const CATCH_UP: Duration = Duration::from_mins(10);
/// How often sessions and tokens that have run out are destroyed.
const SWEEP: Duration = Duration::from_hours(1);

/// Serves until it is told to stop.
pub(crate) async fn run(
    arguments: &ServeArguments,
    config: &Config,
    console: Console,
) -> Result<Exit, Failure> {
    let tls = tls::of(config)?;
    let listener = listen(config).await?;
    let address = listener
        .local_addr()
        .map_err(|error| Failure::cannot("could not listen", error))?;
    let metrics = crate::metrics::start()?;
    let rules = Rules::configured(config, console).await?;
    let node = Node::open(config, rules).await?;
    let stop = CancellationToken::new();
    let (projections, projecting) = Projections::start(node.store.clone(), stop.clone())
        .await
        .map_err(|error| Failure::cannot("could not start the read models", error))?;
    first_run::register_this_machine(&node).await?;
    node.announce_rules().await?;
    node.publish_rules().await?;
    let scanning = (!arguments.no_worker).then(|| node.start_scanning(config, stop.clone()));
    catch_up(&node, &projections).await?;
    let setup = setup(&node, config, console, address, tls.as_ref()).await?;
    let sweeping = tokio::spawn(sweep(node.store.clone(), metrics.clone(), stop.clone()));
    let front = Front {
        projections,
        setup,
        secure: tls.is_some(),
        metrics,
    };
    let router = router(&node, config, front, &stop);
    serve(router, listener, tls, stop.clone()).await?;
    if let Some(scanning) = scanning {
        // A task that broke has been logged already.
        let _ = scanning.await;
    }
    let _ = projecting.await;
    let _ = sweeping.await;
    node.store.close().await;
    Ok(Exit::Ok)
}

async fn listen(config: &Config) -> Result<TcpListener, Failure> {
    let address = config.settings.listen;
    TcpListener::bind(address).await.map_err(|error| {
        let what = format!("could not listen on {address} (choose another with --listen)");
        Failure::cannot(what, error)
    })
}

async fn catch_up(node: &Node, projections: &Projections) -> Result<(), Failure> {
    let head = *node.store.head().borrow();
    projections
        .at_least(head, CATCH_UP)
        .await
        .map_err(|error| Failure::cannot("the read models do not catch up with the log", error))
}

/// Prints where to go; without an administrator, the one-time link.
async fn setup(
    node: &Node,
    config: &Config,
    console: Console,
    address: SocketAddr,
    tls: Option<&Tls>,
) -> Result<SetupToken, Failure> {
    let exists = Read::new(node.store.db().clone())
        .administrator_exists()
        .await
        .map_err(|error| Failure::cannot("could not read the database", error))?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let place = format!("{scheme}://{address}");
    if let Some(fingerprint) = tls.and_then(|tls| tls.fingerprint.as_ref()) {
        console.line(&format!(
            "The certificate is self-signed. Compare its SHA-256 fingerprint before you trust it:\n{fingerprint}"
        ))?;
    }
    if exists {
        first_run::forget_setup_token(config);
        console.line(&format!("OpenWatch is at {place}/"))?;
        return Ok(SetupToken::new(None, || {}));
    }
    let token = first_run::setup_token(config)?;
    console.line(&format!(
        "OpenWatch is at {place}/\n\
         Create the administrator with this link; it works once:\n\
         {place}/setup?token={token}"
    ))?;
    let config = config.clone();
    Ok(SetupToken::new(Some(token), move || {
        first_run::forget_setup_token(&config);
    }))
}

/// What only a process that serves has.
struct Front {
    projections: Projections,
    setup: SetupToken,
    secure: bool,
    metrics: PrometheusHandle,
}

fn router(node: &Node, config: &Config, front: Front, stop: &CancellationToken) -> Router {
    let Front {
        projections,
        setup,
        secure,
        metrics,
    } = front;
    let probe = SshProbe::new(
        node.store.clone(),
        node.board.clone(),
        node.vault.clone(),
        node.ssh.clone(),
    );
    api::router(ApiState::new(ApiParts {
        store: node.store.clone(),
        projections,
        vault: node.vault.clone(),
        probe: Arc::new(probe),
        variables: node.shelf.clone(),
        rule_packs: node.shelf.clone(),
        rejudge: Arc::new(Rejudger::new(node.store.clone(), node.shelf.clone())),
        explain: Arc::new(Explainer),
        setup,
        secure,
        origins: config.settings.origins.clone(),
        metrics: Box::new(move || metrics.render()),
        stop: stop.clone(),
    }))
}

async fn serve(
    router: Router,
    listener: TcpListener,
    tls: Option<Tls>,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let fault = |error| Failure::cannot("could not go on serving", error);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let ordered = {
        let stop = stop.clone();
        async move {
            told_to_stop().await;
            stop.cancel();
        }
    };
    let serving = async {
        match tls {
            Some(tls) => {
                let listener = tls::TlsListener::start(listener, tls.config).map_err(fault)?;
                axum::serve(listener.tap_io(|_| {}), service)
                    .with_graceful_shutdown(ordered)
                    .await
            }
            None => {
                axum::serve(
                    listener.tap_io(|stream| {
                        // Without it small answers wait for the acknowledgement of the ones before.
                        let _ = stream.set_nodelay(true);
                    }),
                    service,
                )
                .with_graceful_shutdown(ordered)
                .await
            }
        }
        .map_err(fault)
    };
    let late = async {
        stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = serving => served,
        () = late => Ok(()),
    }
}

/// Destroys sessions and tokens that have run out, and sums up what was measured.
async fn sweep(store: event_store::Store, metrics: PrometheusHandle, stop: CancellationToken) {
    while !stop.is_cancelled() {
        metrics.run_upkeep();
        let now = store.clock().now();
        if let Err(error) = store.drop_expired_secrets(now).await {
            tracing::warn!(%error, "sessions that have run out could not be destroyed");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}
