//! Comma-separated text (RFC 4180), both ways.

/// One line with its end. What a spreadsheet would take for a formula is made plain text.
pub fn line(record: impl IntoIterator<Item = String>) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let plain =
        record.into_iter().map(|field| if field.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{field}") } else { field });
    // Into memory, with one record: nothing of it can fail.
    let _written = writer.write_record(plain);
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// Its heading, and its records with as many fields each.
#[derive(Debug, PartialEq, Eq)]
pub struct Sheet {
    pub heading: Vec<String>,
    pub records: Vec<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    Empty,
    /// The number of the line, from 1.
    Line(u64),
    TooManyRows,
}

/// Commas, semicolons or tabs between the fields: whichever the heading has most of. Records that are all blank are left out.
pub fn read(text: &str, rows_max: usize) -> Result<Sheet, Unreadable> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|one| (first.bytes().filter(|byte| byte == one).count(), *one == b','));
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter.unwrap_or(b',')).trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let unreadable = |error: &csv::Error| Unreadable::Line(error.position().map_or(1, csv::Position::line));
    let heading: Vec<String> = reader.headers().map_err(|error| unreadable(&error))?.iter().map(str::to_owned).collect();
    if heading.iter().all(String::is_empty) {
        return Err(Unreadable::Empty);
    }
    let mut records = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(&error))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if records.len() == rows_max {
            return Err(Unreadable::TooManyRows);
        }
        let mut record: Vec<String> = record.iter().map(str::to_owned).collect();
        record.resize(heading.len(), String::new());
        records.push(record);
    }
    if records.is_empty() { Err(Unreadable::Empty) } else { Ok(Sheet { heading, records }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(heading: &[&str], records: &[&[&str]]) -> Sheet {
        let texts = |record: &[&str]| record.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>();
        Sheet { heading: texts(heading), records: records.iter().map(|record| texts(record)).collect() }
    }

    #[test]
    fn a_line_that_was_written_is_read_as_it_was() {
        let field = "a \"quoted\", line\nwith a break";
        let text = line(["id".into(), "note".into()]) + &line(["1".into(), field.into()]);
        assert_eq!(read(&text, 10), Ok(of(&["id", "note"], &[&["1", field]])));
    }

    #[test]
    fn a_formula_is_plain_text() {
        assert_eq!(line(["=1+1".into(), "@x".into(), "a=b".into()]), "'=1+1,'@x,a=b\r\n");
    }

    #[test]
    fn what_spreadsheets_of_other_countries_save_is_read_too() {
        assert_eq!(
            read("\u{feff}id;name\r\n1; Müller, Söhne \r\n;\r\n2\r\n", 10),
            Ok(of(&["id", "name"], &[&["1", "Müller, Söhne"], &["2", ""]]))
        );
        assert_eq!(read("id\tname\n1\tA", 10), Ok(of(&["id", "name"], &[&["1", "A"]])));
    }

    #[test]
    fn what_holds_nothing_or_too_much_is_refused() {
        assert_eq!(read("", 10), Err(Unreadable::Empty));
        assert_eq!(read("id,name\n", 10), Err(Unreadable::Empty));
        assert_eq!(read("id\n1\n2\n3\n", 2), Err(Unreadable::TooManyRows));
    }
}
