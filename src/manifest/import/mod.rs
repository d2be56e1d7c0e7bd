//! Other systems' definitions → manifests. Whatever a manifest cannot say is listed, never dropped in silence.
//!
//! Add a source: a module with one function `fn(&str) -> Result<Imported, String>`, and its name in the command line's list.

mod prismatic;

pub use prismatic::prismatic;

#[derive(Clone, Debug)]
pub struct Imported {
    pub yaml: String,
    /// One line each: `connector/type/input: what`.
    pub not_expressed: Vec<String>,
}

/// The list of what was not expressed, told from within a place.
struct Report {
    lines: Vec<String>,
    place: Vec<String>,
}

impl Report {
    const fn new() -> Self {
        Self { lines: Vec::new(), place: Vec::new() }
    }

    fn within<T>(&mut self, place: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        self.place.push(place.to_owned());
        let done = work(self);
        self.place.pop();
        done
    }

    fn note(&mut self, what: impl AsRef<str>) {
        self.lines.push(format!("{}: {}", self.place.join("/"), what.as_ref()));
    }
}
