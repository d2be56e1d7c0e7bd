//! The settings, each by itself: one that is wrong hides no other.

use secrecy::ExposeSecret;
use url::{Host, Url};

use super::{Finding, ok, problem, warning};
use crate::{
    providers::AllowedPrivateHosts,
    settings::{self, Settings},
    vault::KeyRing,
};

pub fn settings() -> Vec<Finding> {
    let mut findings = vec![match Settings::from_environment() {
        Ok(settings) => match AllowedPrivateHosts::parse(&settings.allowed_private_hosts) {
            Ok(_) => ok("settings", "all of them can be read"),
            Err(why) => problem("settings", format!("JACKFIELD_ALLOWED_PRIVATE_HOSTS: {why}"), "write hosts or CIDRs, comma separated"),
        },
        Err(error) => problem("settings", format!("{error:#}"), "`jackfield serve` would not start; set it as said"),
    }];
    findings.extend(settings::master_keys().ok().map(|keys| master_keys(keys.expose_secret())));
    findings.extend(settings::public_url().ok().map(|url| public_url(&url)));
    findings
}

fn master_keys(keys: &str) -> Finding {
    match KeyRing::parse(keys) {
        Ok(ring) => {
            let ids: Vec<_> = ring.ids().collect();
            ok("master keys", format!("{}; the current one is {}, fingerprint {}", ids.join(", "), ring.current_id(), ring.fingerprint()))
        }
        Err(error) => problem("master keys", error.to_string(), "give the keys that this database was sealed with"),
    }
}

/// As written: whether people reach it is not ours to try.
fn public_url(url: &Url) -> Finding {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let found = url.as_str().trim_end_matches('/');
    match (url.scheme(), is_here) {
        ("https", false) => ok("public URL", format!("{found}; register {found}/oauth/callback with every provider")),
        (_, true) => warning("public URL", format!("{found} is this machine alone"), "set JACKFIELD_PUBLIC_URL to what people open"),
        _ => problem(
            "public URL",
            format!("{found} is not https: cookies and links would travel in the clear"),
            "put a proxy with TLS in front, and set JACKFIELD_PUBLIC_URL to its https:// address",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Verdict, *};

    #[test]
    fn an_address_is_judged_by_who_reaches_it_and_how() {
        let verdict = |url: &str| public_url(&url.parse().unwrap()).verdict;
        assert!(verdict("https://connect.example.com/panel") == Verdict::Ok);
        for here in ["http://localhost:8080", "https://127.0.0.2", "http://[::1]:80", "http://jackfield.localhost"] {
            assert!(verdict(here) == Verdict::Warning, "{here}");
        }
        assert!(verdict("http://connect.example.com") == Verdict::Problem);
    }
}
