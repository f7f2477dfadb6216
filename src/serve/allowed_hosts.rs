//! [`AllowedHosts`]: which requests the preview answers, by `Host`, `Origin` and `Sec-Fetch-Site`.
//!
//! Any page in the author's browser can send requests to the preview, with DNS rebinding also under the page's host name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hyper::header::{HOST, HeaderName, HeaderValue, ORIGIN};
use hyper::http::request::Parts;

/// The hosts and origins that the server accepts: its own address and `localhost`, with its port.
#[derive(Debug, Clone, Copy)]
pub(super) struct AllowedHosts {
    /// The address that the server listens on.
    pub(super) host: IpAddr,
    /// The port that the server listens on.
    pub(super) port: u16,
}

impl AllowedHosts {
    /// Whether a request names this server as its host. A foreign name that DNS resolves to this machine does not.
    pub(super) fn allows(self, request: &Parts) -> bool {
        let mut hosts = request.headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        let target = request.uri.authority();
        host.to_str().is_ok_and(|host| self.is_own_authority(host))
            && target.is_none_or(|target| self.is_own_authority(target.as_str()))
    }

    /// Whether a request comes from a page of this server, or from no page, such as an address typed in.
    pub(super) fn allows_page(self, request: &Parts) -> bool {
        let ours = |origin: &str| origin.strip_prefix("http://").is_some_and(|host| self.is_own_authority(host));
        let origin = request.headers.get_all(ORIGIN).iter().all(|origin| origin.to_str().is_ok_and(ours));
        let site = HeaderName::from_static("sec-fetch-site");
        let near = |site: &HeaderValue| matches!(site.as_bytes(), b"same-origin" | b"none");
        origin && request.headers.get_all(site).iter().all(near)
    }

    fn is_own_authority(self, authority: &str) -> bool {
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (authority, "80"),
        };
        let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        digits && port.parse() == Ok(self.port) && self.is_own_host(host)
    }

    fn is_own_host(self, host: &str) -> bool {
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let address = match bare {
            Some(bare) => bare.parse::<Ipv6Addr>().map(IpAddr::V6).ok(),
            None => host.parse::<Ipv4Addr>().map(IpAddr::V4).ok(),
        };
        match address {
            // A server that listens on all addresses does not know all of them. Accepting any literal address is safe,
            // because DNS rebinding needs a name.
            Some(address) => address == self.host || is_loopback(address) || self.host.is_unspecified(),
            None => host.eq_ignore_ascii_case("localhost"),
        }
    }
}

fn is_loopback(address: IpAddr) -> bool {
    address == IpAddr::V4(Ipv4Addr::LOCALHOST) || address == IpAddr::V6(Ipv6Addr::LOCALHOST)
}
