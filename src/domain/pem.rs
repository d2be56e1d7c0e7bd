//! PEM (RFC 7468) as people paste it: with `\n` instead of line breaks (out of a JSON file), on one line, with text around it.

use base64::{Engine, prelude::BASE64_STANDARD};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
const LINE: usize = 64;

/// The blocks of `text` with their line breaks where they belong; a text without a block comes back as it is.
pub fn normalise(text: &str) -> String {
    let text = text.replace("\\r", "").replace("\\n", "\n").replace('\r', "");
    let blocks: Vec<String> = blocks(&text).map(|(label, body)| block(label, body)).collect();
    if blocks.is_empty() { text } else { blocks.join("\n") }
}

/// Whether every block is closed and holds Base64.
pub fn is_whole(text: &str) -> bool {
    let found: Vec<_> = blocks(text).collect();
    !found.is_empty() && found.len() == text.matches(BEGIN).count() && found.iter().all(|(_, body)| der(body).is_some())
}

/// The label and content of the first private key, whatever its encoding; none of one under a passphrase.
pub fn private_key(text: &str) -> Option<(String, Vec<u8>)> {
    let text = normalise(text);
    let (label, body) = blocks(&text).find(|(label, _)| label.ends_with("PRIVATE KEY"))?;
    (!body.contains(':')).then(|| der(body)).flatten().map(|der| (label.to_owned(), der))
}

/// (label, what stands between its two lines)
fn blocks(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(BEGIN).skip(1).filter_map(|rest| {
        let (label, rest) = rest.split_once(DASHES)?;
        let (body, end) = rest.split_once(END)?;
        end.starts_with(&format!("{label}{DASHES}")).then_some((label, body.trim()))
    })
}

fn block(label: &str, body: &str) -> String {
    let lines: Vec<String> = if body.contains(['\n', ':']) {
        body.lines().map(|line| line.trim().to_owned()).collect()
    } else {
        let compact: Vec<char> = body.chars().filter(|c| !c.is_whitespace()).collect();
        compact.chunks(LINE).map(|line| line.iter().collect()).collect()
    };
    format!("{BEGIN}{label}{DASHES}\n{}\n{END}{label}{DASHES}\n", lines.join("\n"))
}

/// Headers (RFC 1421 §4.4) are no part of the content.
fn der(body: &str) -> Option<Vec<u8>> {
    let base64: String = body.lines().filter(|line| !line.contains(':')).flat_map(str::chars).filter(|c| !c.is_whitespace()).collect();
    BASE64_STANDARD.decode(base64).ok().filter(|der| !der.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";

    #[test]
    fn however_it_was_pasted_the_same_key_comes_out() {
        let one_line = KEY.trim().replace('\n', "");
        for pasted in [
            KEY.to_owned(),
            KEY.replace('\n', "\\n"),
            format!("\"{}\",", KEY.replace('\n', "\\n")),
            KEY.replace('\n', "\r\n"),
            KEY.replace('\n', " "),
            one_line,
            format!("Bag Attributes\n    friendlyName: key\n{KEY}"),
        ] {
            assert_eq!(normalise(&pasted), KEY, "{pasted}");
            assert!(is_whole(&normalise(&pasted)));
            assert_eq!(private_key(&pasted).unwrap().1.len(), 48, "{pasted}");
        }
    }

    #[test]
    fn what_is_no_key_is_not_taken_for_one() {
        for text in
            ["", "AAAA", "-----BEGIN PRIVATE KEY-----", "-----BEGIN A-----\nAAAA\n-----END B-----", "-----BEGIN A-----\n?\n-----END A-----"]
        {
            assert!(!is_whole(text), "{text}");
            assert!(private_key(text).is_none());
        }
        let twice = format!("{KEY}-----BEGIN CERTIFICATE-----\nAAAA");
        assert!(!is_whole(&twice), "the second one is cut off");
        let locked =
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----";
        assert!(is_whole(&normalise(locked)) && private_key(locked).is_none());
        assert!(private_key("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----").is_none());
    }
}
