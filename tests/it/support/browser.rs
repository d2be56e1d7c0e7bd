//! A person without JavaScript: cookies, redirects, forms found by label, buttons by their words.

use std::collections::BTreeMap;

use scraper::{ElementRef, Html, Selector};

pub struct Browser {
    http: reqwest::Client,
    base: String,
    cookies: BTreeMap<(String, String), String>,
    pub url: String,
    pub status: u16,
    pub html: String,
    pub headers: reqwest::header::HeaderMap,
    /// A proxy between, which passes on what lies under this path, and with `true` takes it away.
    pub behind: Option<(&'static str, bool)>,
    /// Sent with every request, instead of a browser's own where the name is the same; an empty value sends none.
    more_headers: BTreeMap<String, String>,
    /// What is filled in on this page, by form name: replaces what the page holds.
    filled: BTreeMap<String, Vec<String>>,
}

fn select(selector: &str) -> Selector {
    Selector::parse(selector).unwrap()
}

pub fn text_of(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Browser {
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self {
            http,
            base: base.to_owned(),
            cookies: BTreeMap::new(),
            url: base.to_owned(),
            status: 0,
            html: String::new(),
            headers: Default::default(),
            behind: None,
            more_headers: BTreeMap::new(),
            filled: BTreeMap::new(),
        }
    }

    /// Another tab of the same browser.
    pub fn same_cookies(&self) -> Self {
        Self { cookies: self.cookies.clone(), behind: self.behind, ..Self::new(&self.base) }
    }

    pub fn with_header(&mut self, name: &str, value: &str) -> &mut Self {
        self.more_headers.insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn page(&self) -> Html {
        Html::parse_document(&self.html)
    }

    pub fn title(&self) -> String {
        self.page().select(&select("title")).next().map(text_of).unwrap_or_default()
    }

    pub async fn open(&mut self, url: &str) -> &mut Self {
        self.request("GET", url, None, true).await
    }

    /// One request without following its redirect.
    pub async fn once(&mut self, method: &str, url: &str, form: Option<&[(String, String)]>) -> &mut Self {
        self.request(method, url, form, false).await
    }

    async fn request(&mut self, method: &str, url: &str, form: Option<&[(String, String)]>, follow: bool) -> &mut Self {
        let (mut method, mut form) = (method.to_owned(), form.map(serialise));
        let mut next = url::Url::parse(&self.url).unwrap().join(url).unwrap();
        for _ in 0..12 {
            let host = next.authority().to_owned();
            let mut headers = BTreeMap::from([("accept", "text/html"), ("sec-fetch-site", "same-origin")]);
            if form.is_some() {
                headers.extend([("origin", self.base.as_str()), ("content-type", "application/x-www-form-urlencoded")]);
            }
            headers.extend(self.more_headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            let mut request = self.http.request(method.parse().unwrap(), self.passed_on(&next));
            for (name, value) in headers.into_iter().filter(|(_, value)| !value.is_empty()) {
                request = request.header(name, value);
            }
            let cookies: Vec<_> = self.cookies.iter().filter(|((h, _), _)| *h == host).map(|((_, k), v)| format!("{k}={v}")).collect();
            if !cookies.is_empty() {
                request = request.header("cookie", cookies.join("; "));
            }
            if let Some(body) = form.take() {
                request = request.body(body);
            }
            let answer = request.send().await.unwrap();
            self.keep_cookies(&host, answer.headers());
            self.status = answer.status().as_u16();
            self.headers = answer.headers().clone();
            self.url = next.to_string();
            let location = answer.headers().get("location").and_then(|l| l.to_str().ok()).map(str::to_owned);
            self.html = answer.text().await.unwrap();
            super::log::keep_answer(&method, &self.url, &self.headers, &self.html);
            self.filled.clear();
            match location {
                Some(location) if follow && (300..400).contains(&self.status) => {
                    next = next.join(&location).unwrap();
                    "GET".clone_into(&mut method);
                }
                _ => return self,
            }
        }
        panic!("too many redirects, the last to {next}");
    }

    /// What the proxy makes of an address.
    fn passed_on(&self, url: &url::Url) -> url::Url {
        let mut passed = url.clone();
        if let Some((path, takes_away)) = self.behind.filter(|_| url.as_str().starts_with(&self.base)) {
            let rest = url.path().strip_prefix(path).filter(|rest| rest.starts_with('/'));
            let rest = rest.unwrap_or_else(|| panic!("{url} is not under {path}, so it is another site's"));
            passed.set_path(if takes_away { rest } else { url.path() });
        }
        passed
    }

    fn keep_cookies(&mut self, host: &str, headers: &reqwest::header::HeaderMap) {
        for cookie in headers.get_all("set-cookie") {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            if text.to_ascii_lowercase().contains("max-age=0") {
                self.cookies.remove(&(host.to_owned(), name.to_owned()));
            } else {
                self.cookies.insert((host.to_owned(), name.to_owned()), value.to_owned());
            }
        }
    }

    /// The form name of the control with this label, or of the choices under this legend.
    pub fn name_of(&self, label: &str) -> Option<String> {
        let page = self.page();
        for found in page.select(&select("label")).filter(|l| text_of(*l).starts_with(label)) {
            if let Some(id) = found.value().attr("for") {
                let by_id = page.select(&select("input, select, textarea")).find(|c| c.value().attr("id") == Some(id));
                if let Some(name) = by_id.and_then(|c| c.value().attr("name")) {
                    return Some(name.to_owned());
                }
            }
        }
        let set =
            page.select(&select("fieldset")).find(|f| f.select(&select("legend")).next().is_some_and(|l| text_of(l).starts_with(label)))?;
        let control = set.select(&select("input")).next()?;
        control.value().attr("name").map(str::to_owned)
    }

    pub fn fill(&mut self, label: &str, value: &str) -> &mut Self {
        let name = self.name_of(label).unwrap_or_else(|| panic!("no field labelled {label:?} on {:?}", self.title()));
        self.set(&name, &[value])
    }

    /// By form name, for what no page would send.
    pub fn set(&mut self, name: &str, values: &[&str]) -> &mut Self {
        self.filled.insert(name.to_owned(), values.iter().map(|v| (*v).to_owned()).collect());
        self
    }

    pub fn buttons(&self) -> Vec<String> {
        self.page().select(&select("button")).map(text_of).collect()
    }

    /// What the form of the button with these words would send, and where.
    pub fn form_of(&self, words: &str) -> (String, Vec<(String, String)>) {
        let page = self.page();
        let button = page.select(&select("button")).find(|b| text_of(*b) == words);
        let button = button.unwrap_or_else(|| panic!("no button {words:?} on {:?}; there are {:?}", self.title(), self.buttons()));
        let form = match button.value().attr("form") {
            Some(id) => page.select(&select("form")).find(|f| f.value().attr("id") == Some(id)),
            None => button.ancestors().filter_map(ElementRef::wrap).find(|e| e.value().name() == "form"),
        }
        .expect("a button stands in a form");
        let mut pairs: Vec<(String, String)> = Vec::new();
        for control in form.select(&select("input, select, textarea")) {
            let Some(name) = control.value().attr("name") else { continue };
            if !self.filled.contains_key(name) {
                pairs.extend(value_of(control).map(|value| (name.to_owned(), value)));
            }
        }
        for (name, values) in &self.filled {
            pairs.extend(values.iter().map(|value| (name.clone(), value.clone())));
        }
        if let Some(name) = button.value().attr("name") {
            pairs.push((name.to_owned(), button.value().attr("value").unwrap_or_default().to_owned()));
        }
        let action = button.value().attr("formaction").or(form.value().attr("action")).unwrap_or_default();
        (action.to_owned(), pairs)
    }

    pub async fn press(&mut self, words: &str) -> &mut Self {
        let (action, pairs) = self.form_of(words);
        self.request("POST", &action, Some(&pairs), true).await
    }

    /// A body of any kind, without following its redirect: the status, and where it leads.
    pub async fn upload(&mut self, url: &str, content_type: &str, body: Vec<u8>) -> (u16, Option<String>) {
        let address = url::Url::parse(&self.base).unwrap().join(url).unwrap();
        let host = address.authority().to_owned();
        let cookies: Vec<_> = self.cookies.iter().filter(|((h, _), _)| *h == host).map(|((_, k), v)| format!("{k}={v}")).collect();
        let request = self.http.post(address).header("origin", &self.base).header("content-type", content_type);
        let answer = request.header("accept", "text/html").header("cookie", cookies.join("; ")).body(body).send().await.unwrap();
        self.keep_cookies(&host, answer.headers());
        let location = answer.headers().get("location").and_then(|l| l.to_str().ok()).map(str::to_owned);
        (answer.status().as_u16(), location)
    }

    pub async fn follow(&mut self, words: &str) -> &mut Self {
        let page = self.page();
        let href = page.select(&select("a")).find(|a| text_of(*a).contains(words)).and_then(|a| a.value().attr("href")).map(str::to_owned);
        let href = href.unwrap_or_else(|| panic!("no link {words:?} on {:?}", self.title()));
        self.open(&href).await
    }
}

fn serialise(pairs: &[(String, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// What a browser would send for a control nobody touched.
fn value_of(control: ElementRef<'_>) -> Option<String> {
    let value = || control.value().attr("value").map(str::to_owned);
    match (control.value().name(), control.value().attr("type")) {
        ("input", Some("checkbox" | "radio")) => control.value().attr("checked").map(|_| value().unwrap_or_else(|| "on".into())),
        ("input", _) => Some(value().unwrap_or_default()),
        ("textarea", _) => Some(control.text().collect::<String>().trim_start_matches('\n').to_owned()),
        ("select", _) => {
            let options: Vec<_> = control.select(&select("option")).collect();
            let chosen = options.iter().find(|o| o.value().attr("selected").is_some()).or(options.first())?;
            Some(chosen.value().attr("value").unwrap_or_default().to_owned())
        }
        _ => None,
    }
}
