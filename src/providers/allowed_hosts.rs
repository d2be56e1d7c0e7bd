//! The private hosts that outbound calls may reach: the value of `JACKFIELD_ALLOWED_PRIVATE_HOSTS`, parsed.

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

/// Hosts by name (whatever addresses they resolve to), hosts with one port, and networks. Empty: none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedPrivateHosts {
    hosts: Vec<(Host, Option<u16>)>,
    networks: Vec<IpNet>,
}

impl AllowedPrivateHosts {
    /// `127.0.0.1,localhost,10.1.0.0/16,erp.internal:8443,[fd00::1]:80`; the error names the entry that is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut allowed = Self::default();
        for entry in text.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty()) {
            if let Ok(network) = entry.parse::<IpNet>() {
                allowed.networks.push(network.trunc());
            } else if let Ok(address) = entry.parse::<IpAddr>() {
                allowed.networks.push(IpNet::from(address.to_canonical()));
            } else {
                allowed.hosts.push(
                    host_and_port(entry)
                        .ok_or_else(|| format!("`{entry}` is not a host name, a host:port, an address or a network such as 10.0.0.0/8"))?,
                );
            }
        }
        Ok(allowed)
    }

    /// Whether the URL's host is listed itself, so that its name may resolve to any address.
    pub(super) fn lists_host(&self, url: &Url) -> bool {
        let Some(host) = url.host() else { return false };
        let host = without_final_dot(host.to_owned());
        self.hosts.iter().any(|(listed, port)| *listed == host && port.is_none_or(|port| url.port_or_known_default() == Some(port)))
    }

    pub(super) fn holds_address(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    pub(super) fn has_hosts(&self) -> bool {
        !self.hosts.is_empty()
    }

    pub(super) fn has_networks(&self) -> bool {
        !self.networks.is_empty()
    }
}

fn host_and_port(entry: &str) -> Option<(Host, Option<u16>)> {
    let (host, port) = match entry.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port.parse::<u16>().ok()?)),
        _ => (entry, None),
    };
    if host.contains(['/', '@', '*']) {
        return None;
    }
    Some((without_final_dot(Host::parse(host).ok()?), port))
}

/// `localhost.` is `localhost`.
fn without_final_dot(host: Host) -> Host {
    match host {
        Host::Domain(name) => Host::Domain(name.trim_end_matches('.').to_owned()),
        address => address,
    }
}
