//! How far people come in the wizard of an integration, and what stands in their way.

use super::{Broken, Context, registry::Published};
use crate::{
    domain::{key::Key, reason::Reason},
    store::Progress,
};

/// Customers' instances, counted at each step of the way.
pub struct Funnel {
    pub steps: Vec<(FunnelStep, i64)>,
    pub reasons: Vec<(Reason, i64)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FunnelStep {
    Opened,
    /// Of the wizard's pages, from the second on: its number and title.
    Page(usize, String),
    Connected,
    TurnedOn,
}

const SINCE_SECONDS: i64 = 90 * 24 * 60 * 60;
const REASONS: i64 = 5;

/// `None`: nobody has opened it within 90 days.
pub async fn of(context: &Context, published: &Published) -> Result<Option<Funnel>, Broken> {
    let key = &published.integration.key;
    let since = context.now().plus_seconds(-SINCE_SECONDS);
    let progress = context.store().read().rollups().progress(key, since).await?;
    if progress.is_empty() {
        return Ok(None);
    }
    let pages: Vec<(&Key, &str)> = published.integration.pages.iter().map(|page| (&page.key, page.title.as_str())).collect();
    let reasons = context.store().read().rollups().reasons(key, since, REASONS).await?;
    Ok(Some(Funnel { steps: steps(&pages, &progress), reasons }))
}

fn steps(pages: &[(&Key, &str)], progress: &[Progress]) -> Vec<(FunnelStep, i64)> {
    let count = |reached: &dyn Fn(&Progress) -> bool| progress.iter().filter(|of| reached(of)).map(|of| of.instances).sum();
    let mut steps = vec![(FunnelStep::Opened, count(&|_| true))];
    for (at, (key, title)) in pages.iter().enumerate().skip(1) {
        // Whoever came further, or was here when it had another number, was here too.
        let further: Vec<&Key> = pages[at..].iter().map(|(key, _)| *key).collect();
        let reached = count(&|of| of.turned_on || of.reached.contains(*key) || further.iter().any(|key| of.reached.contains(*key)));
        steps.push((FunnelStep::Page(at + 1, (*title).to_owned()), reached));
    }
    steps.push((FunnelStep::Connected, count(&|of| of.connected)));
    steps.push((FunnelStep::TurnedOn, count(&|of| of.turned_on)));
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_came_further_was_at_each_page_before() {
        let key = |text: &str| Key::parse(text).unwrap();
        let of = |reached: &[&str], turned_on, connected, instances| Progress {
            reached: reached.iter().map(|page| key(page)).collect(),
            turned_on,
            connected,
            instances,
        };
        let progress = [of(&["a"], false, false, 5), of(&["a", "c"], false, true, 3), of(&["a", "b", "c"], true, true, 2)];
        let keys = [key("a"), key("b"), key("c")];
        let pages: Vec<(&Key, &str)> = keys.iter().map(|key| (key, key.as_str())).collect();
        let counts: Vec<i64> = steps(&pages, &progress).into_iter().map(|(_, count)| count).collect();
        assert_eq!(counts, [10, 5, 5, 5, 2]);
    }
}
