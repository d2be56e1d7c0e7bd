//! Markdown of manifests, which is untrusted text, as HTML that is safe to show.

use std::collections::HashSet;

use pulldown_cmark::{Options, Parser, html};

/// Links open elsewhere and tell nothing; no images, no raw HTML beyond plain prose.
pub fn to_html(markdown: &str) -> String {
    let parser = Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH);
    let mut unsafe_html = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut unsafe_html, parser);
    ammonia::Builder::default()
        .tags(HashSet::from(["p", "br", "a", "em", "strong", "b", "i", "code", "pre", "ul", "ol", "li", "blockquote", "s", "del"]))
        .url_schemes(HashSet::from(["https", "http", "mailto"]))
        .link_rel(Some("noopener noreferrer"))
        .set_tag_attribute_value("a", "target", "_blank")
        .clean(&unsafe_html)
        .to_string()
}

/// Whether it is short and plain enough to stand as a hint under the label.
pub fn is_one_line(markdown: &str) -> bool {
    markdown.len() <= 120 && !markdown.contains(['\n', '<', '[', '*', '`', '#', '_'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_handlers_and_strange_schemes_do_not_survive() {
        for nasty in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "<a href=\"java\nscript:x\" onclick=y>z</a>",
            "<svg onload=a>",
        ] {
            let html = to_html(nasty);
            assert!(
                !html.contains("script:")
                    && !html.contains("onerror")
                    && !html.contains("onclick")
                    && !html.contains("<script")
                    && !html.contains("<svg"),
                "{nasty} → {html}"
            );
        }
    }

    #[test]
    fn a_link_stays_a_link() {
        let html = to_html("Open [the console](https://example.com/x).");
        assert!(html.contains("href=\"https://example.com/x\"") && html.contains("noopener"), "{html}");
    }
}
