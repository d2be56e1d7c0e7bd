//! One field of a form, and a group of them. The arms of `Control` are drawn in `components/control.html`.

/// Options up to this number are radio buttons; more are a list to open.
const MOST_RADIOS: usize = 5;

/// What stands between the elements of a page or of a slot.
#[expect(clippy::large_enum_variant, reason = "nearly every part is a field")]
pub enum Part {
    Field(Field),
    Group(Group),
    /// Sanitised HTML of a text element.
    Text(String),
}

/// Fields under one legend.
pub struct Group {
    pub legend: String,
    pub fields: Vec<Field>,
}

pub struct Field {
    /// A safe and unique DOM id, such as `f-1-2`: keys may hold any character.
    pub id: String,
    /// The form name; see each `Control` for what is sent under it.
    pub name: String,
    pub label: String,
    pub optional: bool,
    pub control: Control,
    /// A short line under the label.
    pub hint: Option<String>,
    /// Sanitised HTML, folded under "Where do I find this?".
    pub help_html: Option<String>,
    /// Shown as "For example, …".
    pub example: Option<String>,
    pub prefix: Option<String>,
    pub suffix: Option<String>,
    /// The sentence that the person can act on, without "Error:".
    pub error: Option<String>,
    pub shown_when: Option<ShownWhen>,
}

/// The field only counts while another one has a certain value.
pub struct ShownWhen {
    /// The form name of the other field.
    pub input: String,
    /// The value sent for it: an option's value, or `true` for a ticked box.
    pub equals: String,
    /// The same in words, for people without JavaScript.
    pub input_label: String,
    pub equals_label: String,
}

/// How a value is asked for, and what is sent.
pub enum Control {
    /// One line; `name=value`.
    Line { kind: LineKind, value: String },
    /// Several lines; `name=value` with CRLF line ends.
    Text { value: String },
    /// Never carries a value to the browser; `name=` (empty) keeps what is saved.
    /// `many_lines`: a key file, which a one-line box would take the line breaks from.
    Secret { saved: bool, many_lines: bool },
    /// `name=true`, or nothing when it is not ticked.
    Checkbox { checked: bool },
    /// `name=value`, or nothing when none is picked.
    Choice { options: Vec<Choice> },
    /// `name=value` once for each ticked option.
    MultiChoice { options: Vec<Choice> },
    /// One item a line; `name=a%0D%0Ab`.
    List { value: String },
    /// `name.key=…&name.value=…` in pairs, a blank pair for each unused row.
    Map { rows: Vec<MapRow> },
}

/// Picks the keyboard that a phone shows, and the width of the box. The server decides what is valid.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    Plain,
    Email,
    Url,
    Integer,
    Number,
    Date,
}

#[derive(Clone)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub selected: bool,
}

#[derive(Default)]
pub struct MapRow {
    pub key: String,
    pub value: String,
}

const BLANK_MAP_ROWS: usize = 3;

impl Control {
    /// A map with its saved rows and three blank ones.
    pub fn map(saved: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut rows: Vec<_> = saved.into_iter().map(|(key, value)| MapRow { key, value }).collect();
        rows.extend((0..BLANK_MAP_ROWS).map(|_| MapRow::default()));
        Control::Map { rows }
    }
}

impl LineKind {
    pub(super) fn input_type(self) -> &'static str {
        match self {
            LineKind::Date => "date",
            _ => "text",
        }
    }

    pub(super) fn input_mode(self) -> Option<&'static str> {
        match self {
            LineKind::Email => Some("email"),
            LineKind::Url => Some("url"),
            LineKind::Integer => Some("numeric"),
            LineKind::Number => Some("decimal"),
            LineKind::Plain | LineKind::Date => None,
        }
    }

    pub(super) fn is_short(self) -> bool {
        matches!(self, LineKind::Integer | LineKind::Number | LineKind::Date)
    }
}

impl Field {
    /// A field with nothing but its label; set the rest with `..`.
    pub fn new(id: impl Into<String>, name: impl Into<String>, label: impl Into<String>, control: Control) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            label: label.into(),
            optional: false,
            control,
            hint: None,
            help_html: None,
            example: None,
            prefix: None,
            suffix: None,
            error: None,
            shown_when: None,
        }
    }

    /// Radios, tick boxes and maps are several controls under one legend.
    pub(super) fn is_set(&self) -> bool {
        match &self.control {
            Control::Choice { options } => options.len() <= MOST_RADIOS,
            Control::MultiChoice { .. } | Control::Map { .. } => true,
            _ => false,
        }
    }

    pub(super) fn is_checkbox(&self) -> bool {
        matches!(self.control, Control::Checkbox { .. })
    }

    pub(super) fn keeps_saved_secret(&self) -> bool {
        matches!(self.control, Control::Secret { saved: true, .. })
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.control, Control::List { .. })
    }

    pub(super) fn has_hint(&self) -> bool {
        self.hint.is_some() || self.example.is_some() || self.keeps_saved_secret() || self.is_list()
    }

    /// Ids of what describes the control, for `aria-describedby`; `None` when nothing does.
    pub(super) fn described_by(&self) -> Option<String> {
        let parts = [
            self.shown_when.is_some().then(|| format!("{}-when", self.id)),
            self.has_hint().then(|| format!("{}-hint", self.id)),
            self.error.is_some().then(|| format!("{}-error", self.id)),
        ];
        let ids: Vec<_> = parts.into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}
