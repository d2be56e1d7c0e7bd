//! The result, as a table.

#[derive(Default)]
pub struct Table(Vec<[String; 5]>);

impl Table {
    /// `target`: the least share of the ceiling, in per cent.
    pub fn pair(&mut self, what: &str, ceiling: &str, ours: f64, theirs: f64, target: u32) {
        let share = 100.0 * ours / theirs;
        let verdict = if share >= f64::from(target) { "met" } else { "missed" };
        self.0.push([
            what.to_owned(),
            format!("{ours:.0}/s"),
            format!("{theirs:.0}/s ({ceiling})"),
            format!("{share:.0} %"),
            format!(">= {target} %: {verdict}"),
        ]);
    }

    pub fn figure(&mut self, what: &str, ours: f64, unit: &str, target: u32) {
        let verdict = if ours <= f64::from(target) { "met" } else { "missed" };
        self.0.push([what.to_owned(), format!("{ours:.1} {unit}"), String::new(), String::new(), format!("<= {target} {unit}: {verdict}")]);
    }

    pub fn print(&self) {
        let heads = ["what", "measured", "ceiling", "share", "target"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(&heads).chain(&self.0).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or_default();
        let widths: [usize; 5] = std::array::from_fn(width);
        for row in rows {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
            println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
        }
    }
}
