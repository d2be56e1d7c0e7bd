//! From the text of a source to its documents as trees, with limits: size, depth, and what aliases may expand to.

use std::collections::{BTreeMap, BTreeSet};

use serde_saphyr::granit_parser::{Event, Options, Parser, ScalarStyle, Span};

use super::{
    reader::Problem,
    tree::{At, Content, Name, Node, Scalar},
};

const SOURCE_MAX_BYTES: usize = 4 * 1024 * 1024;
const DEPTH_MAX: usize = 32;
const NODES_MAX: usize = 500_000;
const ALIASED_NODES_MAX: usize = 20_000;

#[derive(Debug, Default)]
pub struct Parsed {
    pub documents: Vec<Node>,
    pub problems: Vec<Problem>,
}

/// Every document that can be read; behind a syntax error reading goes on at the next `---`.
pub fn documents(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    if text.len() > SOURCE_MAX_BYTES {
        parsed.problems.push(Problem::new(At { line: 1, column: 1 }, "this file is larger than 4 MiB; split it"));
        return parsed;
    }
    let mut options = Options::default();
    options.emit_comments = false;
    options.flow_nesting_limit = DEPTH_MAX * 2;
    options.block_nesting_limit = DEPTH_MAX * 2;
    // Minified JSON has keys of any length on one line.
    options.simple_key_max_lookahead = 64 * 1024;
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder::default();
    while let Some(next) = parser.next_event() {
        let step = match next {
            Ok((event, span)) => builder.event(event, span, &mut parsed),
            Err(error) => {
                let at = At { line: error.marker().line().max(1), column: error.marker().col() + 1 };
                Err(Stop::Document(Problem::new(at, format!("this is not YAML: {}", error.info()))))
            }
        };
        match step {
            Ok(()) => {}
            Err(Stop::Source(problem)) => {
                parsed.problems.push(problem);
                break;
            }
            Err(Stop::Document(problem)) => {
                parsed.problems.push(problem);
                builder.start_document();
                if !matches!(parser.proceed_next_document(), Ok(true)) {
                    break;
                }
            }
        }
    }
    parsed
}

enum Stop {
    Document(Problem),
    Source(Problem),
}

/// A collection that is still open, with its anchor.
struct Open {
    at: At,
    anchor: usize,
    collection: Collection,
}

enum Collection {
    List(Vec<Node>),
    Map { entries: Vec<(Name, Node)>, seen: BTreeSet<String>, key: Option<Name>, duplicate: bool },
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: BTreeMap<usize, (Node, usize)>,
    nodes: usize,
    aliased: usize,
}

impl Builder {
    fn start_document(&mut self) {
        self.open.clear();
        self.anchors.clear();
    }

    fn event(&mut self, event: Event<'_>, span: Span, parsed: &mut Parsed) -> Result<(), Stop> {
        let at = At { line: span.start.line().max(1), column: span.start.col() + 1 };
        if let Some(tag) = event.tag().filter(|tag| tag.core_suffix() != Some("str")) {
            parsed.problems.push(Problem::new(at, format!("the tag `{}` is not supported; take it away", tag.original())));
        }
        match event {
            Event::DocumentStart(..) => self.start_document(),
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none();
                self.add(at, anchor, Content::Scalar(Scalar { text: text.into_owned(), plain }), parsed)?;
            }
            Event::SequenceStart(_, anchor, _) => self.open(at, anchor, Collection::List(Vec::new()))?,
            Event::MappingStart(_, anchor, _) => {
                self.open(at, anchor, Collection::Map { entries: Vec::new(), seen: BTreeSet::new(), key: None, duplicate: false })?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(parsed)?,
            Event::Alias(id) => self.alias(at, id, parsed)?,
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, at: At, anchor: usize, collection: Collection) -> Result<(), Stop> {
        if self.open.len() >= DEPTH_MAX {
            return Err(Stop::Document(Problem::new(at, "this is nested more than 32 levels deep")));
        }
        self.open.push(Open { at, anchor, collection });
        Ok(())
    }

    fn close(&mut self, parsed: &mut Parsed) -> Result<(), Stop> {
        let Some(Open { at, anchor, collection }) = self.open.pop() else { return Ok(()) };
        let content = match collection {
            Collection::List(items) => Content::List(items),
            Collection::Map { entries, .. } => Content::Map(entries),
        };
        self.add(at, anchor, content, parsed)
    }

    fn alias(&mut self, at: At, id: usize, parsed: &mut Parsed) -> Result<(), Stop> {
        let Some((node, size)) = self.anchors.get(&id) else {
            return Err(Stop::Document(Problem::new(at, "this alias stands inside what it refers to")));
        };
        self.aliased += size;
        if self.aliased > ALIASED_NODES_MAX {
            return Err(Stop::Source(Problem::new(at, "the aliases of this file expand to too much; write it out, or split the file")));
        }
        if self.open.len() + node.depth() > DEPTH_MAX {
            return Err(Stop::Document(Problem::new(at, "this is nested more than 32 levels deep")));
        }
        let content = node.content.clone();
        self.add(at, 0, content, parsed)
    }

    fn add(&mut self, at: At, anchor: usize, content: Content, parsed: &mut Parsed) -> Result<(), Stop> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(Stop::Source(Problem::new(at, "this file holds too many values; split it")));
        }
        let node = Node { at, content };
        if anchor != 0 {
            let size = node.size();
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.open.last_mut().map(|open| &mut open.collection) {
            None => parsed.documents.push(node),
            Some(Collection::List(items)) => items.push(node),
            Some(Collection::Map { entries, seen, key, duplicate }) => match key.take() {
                Some(name) if *duplicate => {
                    let first = entries.iter().find(|(n, _)| n.text == name.text).map_or(0, |(n, _)| n.at.line);
                    let message = format!("`{}` stands here twice (first in line {first}); keep one", name.text);
                    parsed.problems.push(Problem::new(name.at, message));
                }
                Some(name) => entries.push((name, node)),
                None => {
                    let Content::Scalar(scalar) = node.content else {
                        return Err(Stop::Document(Problem::new(at, "a key is a text, not a list or a mapping")));
                    };
                    *duplicate = !seen.insert(scalar.text.clone());
                    *key = Some(Name { at, text: scalar.text });
                }
            },
        }
        Ok(())
    }
}
