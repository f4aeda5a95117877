//! As much of HTTP as the endpoints of net/http/pprof need.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use anyhow::{Context, bail};

/// Answers come at most so long after they are due.
const PATIENCE: Duration = Duration::from_secs(30);

/// The body of `URL/debug/pprof/PATH`, which takes `wait` to be made.
pub(super) fn get(url: &str, path: &str, wait: Duration) -> anyhow::Result<Vec<u8>> {
    let Some(rest) = url.strip_prefix("http://") else {
        bail!("only http:// is spoken: {url}");
    };
    let (host, root) = rest.split_once('/').unwrap_or((rest, ""));
    let root = root
        .trim_end_matches('/')
        .trim_end_matches("debug/pprof")
        .trim_end_matches('/');
    let address = if host.contains(':') {
        host.to_owned()
    } else {
        format!("{host}:80")
    };
    let mut addresses = address.to_socket_addrs().with_context(|| address.clone())?;
    let to = addresses
        .next()
        .with_context(|| format!("{address} has no address"))?;
    let mut stream = TcpStream::connect_timeout(&to, PATIENCE).with_context(|| address.clone())?;
    stream.set_read_timeout(Some(wait + PATIENCE))?;
    let slash = if root.is_empty() { "" } else { "/" };
    // Version 1.0 has no chunks: the body ends with the connection.
    write!(
        stream,
        "GET {slash}{root}/debug/pprof/{path} HTTP/1.0\r\nHost: {host}\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream
        .read_to_end(&mut answer)
        .with_context(|| format!("waiting for {address}"))?;
    body(&answer)
}

fn body(answer: &[u8]) -> anyhow::Result<Vec<u8>> {
    const GAP: &[u8] = b"\r\n\r\n";
    let Some(at) = answer.windows(GAP.len()).position(|it| it == GAP) else {
        bail!("the answer is not HTTP");
    };
    let head = String::from_utf8_lossy(&answer[..at]);
    let status = head.lines().next().unwrap_or_default();
    let body = &answer[at + GAP.len()..];
    if status.split(' ').nth(1) != Some("200") {
        let text = String::from_utf8_lossy(body);
        bail!(
            "{status}: {}",
            text.lines().next().unwrap_or_default().trim()
        );
    }
    let length = head.lines().find_map(|it| {
        let (name, value) = it.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().ok())?
    });
    if length.is_some_and(|it| body.len() < it) {
        bail!("the answer is cut off");
    }
    Ok(body.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_bodies_or_reasons() {
        let good = b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc";
        assert_eq!(body(good).unwrap(), b"abc");
        let error = |text: &[u8]| body(text).unwrap_err().to_string();
        assert_eq!(error(&good[..good.len() - 1]), "the answer is cut off");
        let refused = b"HTTP/1.0 500 Internal Server Error\r\n\r\nCould not enable tracing\n";
        assert_eq!(
            error(refused),
            "HTTP/1.0 500 Internal Server Error: Could not enable tracing"
        );
        assert_eq!(error(b"SSH-2.0"), "the answer is not HTTP");
        assert!(get("https://localhost", "trace", Duration::ZERO).is_err());
    }
}
