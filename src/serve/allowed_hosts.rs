//! [`AllowedHosts`]: which requests the preview answers, by `Host`, `Origin` and `Sec-Fetch-Site`.
//!
//! Any page in the author's browser can send requests to the preview, with DNS rebinding also under the page's host name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use hyper::header::{HOST, HeaderName, HeaderValue, ORIGIN};
use hyper::http::request::Parts;

/// The hosts that the server accepts: loopback names, its own address, and names that the author allowed. A port is not
/// looked at: it may be forwarded, and an attacker's page has a foreign name, not a foreign port.
#[derive(Debug, Clone)]
pub(super) struct AllowedHosts {
    /// The address that the server listens on.
    pub(super) host: IpAddr,
    /// Further host names, without a port.
    pub(super) names: Arc<[String]>,
}

impl AllowedHosts {
    /// Whether a request names this server as its host. A foreign name that DNS resolves to this machine does not.
    pub(super) fn allows(&self, request: &Parts) -> bool {
        let target = request.uri.authority();
        host_of(request).is_some_and(|host| self.is_own_authority(host))
            && target.is_none_or(|target| self.is_own_authority(target.as_str()))
    }

    /// Whether an allowed request comes from a page of this server, or from no page, such as an address typed in.
    pub(super) fn allows_page(request: &Parts) -> bool {
        let host = host_of(request).unwrap_or_default();
        let is_ours = |origin: &str| {
            let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
        };
        let origin = request.headers.get_all(ORIGIN).iter().all(|origin| origin.to_str().is_ok_and(is_ours));
        let site = HeaderName::from_static("sec-fetch-site");
        let near = |site: &HeaderValue| matches!(site.as_bytes(), b"same-origin" | b"none");
        origin && request.headers.get_all(site).iter().all(near)
    }

    fn is_own_authority(&self, authority: &str) -> bool {
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (authority, "80"),
        };
        let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
        is_port && self.is_own_host(host)
    }

    fn is_own_host(&self, host: &str) -> bool {
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let address = match bare {
            Some(bare) => bare.parse::<Ipv6Addr>().map(IpAddr::V6).ok(),
            None => host.parse::<Ipv4Addr>().map(IpAddr::V4).ok(),
        };
        let mut names = ["localhost"].into_iter().chain(self.names.iter().map(String::as_str));
        // A server that listens on all addresses does not know all of them. Accepting any literal address is safe, because
        // DNS rebinding needs a name.
        let is_own = |address| address == self.host || is_loopback(address) || self.host.is_unspecified();
        address.map_or_else(|| names.any(|name| host.eq_ignore_ascii_case(name)), is_own)
    }
}

/// The `Host` of a request, if it has exactly one.
fn host_of(request: &Parts) -> Option<&str> {
    let mut hosts = request.headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return None };
    host.to_str().ok()
}

fn is_loopback(address: IpAddr) -> bool {
    address == IpAddr::V4(Ipv4Addr::LOCALHOST) || address == IpAddr::V6(Ipv6Addr::LOCALHOST)
}
