//! Serving on a socket.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

/// How long connections may take to finish when the server stops.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves until `shutdown` is ready; then takes no more connections, and gives those there are some seconds to finish
/// what is under way.
///
/// It is made for a runtime of one thread. Event streams end with [`crate::ApiState::close`], to be called when
/// `shutdown` becomes ready.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    let signal = async move {
        shutdown.await;
        stopping.send_replace(true);
    };
    // Small answers are not held back to be sent together with what may follow.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    let serving = axum::serve(listener, router).with_graceful_shutdown(signal);
    let late = async {
        // An error says that the sender is gone: the server has ended by itself.
        let _ = stopped.wait_for(|stopped| *stopped).await;
        tokio::time::sleep(PATIENCE).await;
    };
    tokio::select! {
        served = serving => served,
        () = late => Ok(()),
    }
}
