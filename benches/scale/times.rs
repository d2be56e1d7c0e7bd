//! How long answers took, as a line of the result.

use std::time::Duration;

pub struct Times {
    /// Milliseconds, sorted.
    sorted: Vec<f64>,
    a_second: f64,
}

impl Times {
    pub fn of(durations: impl IntoIterator<Item = Duration>, took: Duration) -> Self {
        let mut sorted: Vec<f64> = durations.into_iter().map(|duration| duration.as_secs_f64() * 1000.0).collect();
        sorted.sort_by(f64::total_cmp);
        #[expect(clippy::cast_precision_loss, reason = "a count of answers fits")]
        let a_second = sorted.len() as f64 / took.as_secs_f64();
        Self { sorted, a_second }
    }

    fn percentile(&self, percent: usize) -> f64 {
        let at = (self.sorted.len() * percent).div_ceil(100).saturating_sub(1);
        self.sorted.get(at).copied().unwrap_or(f64::NAN)
    }

    pub fn p95(&self) -> f64 {
        self.percentile(95)
    }

    pub fn head() {
        println!("{:<52} {:>9} {:>9} {:>9} {:>9}", "what, milliseconds", "p50", "p95", "p99", "a second");
    }

    /// `limit`: of the p95, in milliseconds.
    pub fn print(&self, what: &str, limit: Option<f64>) {
        let [p50, p95, p99] = [50, 95, 99].map(|percent| self.percentile(percent));
        let verdict = limit.map_or_else(String::new, |limit| {
            let met = if p95 <= limit { "met" } else { "missed" };
            format!("  p95 <= {limit} ms: {met}")
        });
        println!("{what:<52} {p50:>9.2} {p95:>9.2} {p99:>9.2} {:>9.0}{verdict}", self.a_second);
    }
}
