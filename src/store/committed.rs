//! Whether something was committed on a request's behalf: one that fails after that must not say that nothing was saved.

use std::cell::Cell;

tokio::task_local! {
    static COMMITTED: Cell<bool>;
}

/// Around all that is done for one request, and the answer that tells of it.
pub async fn noting_commits<F: Future>(request: F) -> F::Output {
    COMMITTED.scope(Cell::new(false), request).await
}

/// False outside of `noting_commits`, and in a task that was spawned within.
pub fn has_committed() -> bool {
    COMMITTED.try_with(Cell::get).unwrap_or(false)
}

pub(super) fn note() {
    // Jobs and commands answer nobody.
    let _nobody_asks = COMMITTED.try_with(|committed| committed.set(true));
}
