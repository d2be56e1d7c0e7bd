//! One clock for all replicas: the database's. A replica whose own is ten minutes wrong would else hand out dead tokens.

use super::{Broken, Context};

/// What is further off is said in the log.
const WORTH_SAYING_MILLIS: i64 = 2_000;

/// Measures how far the database's clock is from ours. On SQLite they are the same.
pub async fn sync(context: &Context) -> Result<(), Broken> {
    let before = context.local_now().as_millis();
    let Some(theirs) = context.store().now().await? else { return Ok(()) };
    let after = context.local_now().as_millis();
    let offset = offset_millis(before, theirs.as_millis(), after);
    if (offset - context.set_clock_offset(offset)).abs() >= WORTH_SAYING_MILLIS {
        tracing::warn!(seconds = offset / 1000, "this machine's clock differs from the database's, which counts");
    }
    Ok(())
}

/// They answered in the middle between the question and its answer.
const fn offset_millis(before: i64, theirs: i64, after: i64) -> i64 {
    theirs - (before + (after - before) / 2)
}

#[cfg(test)]
mod tests {
    use super::offset_millis;

    #[test]
    fn the_way_there_and_back_is_shared_evenly() {
        assert_eq!(offset_millis(1_000, 601_050, 1_100), 600_000);
        assert_eq!(offset_millis(601_000, 1_050, 601_100), -600_000);
        assert_eq!(offset_millis(5, 5, 5), 0);
    }
}
