//! What `/proc` showed of a process once: `proc.txt` of `contend record`.
//!
//! A descriptor is a number that the kernel gives anew after a close, and the file tells of one
//! moment only. So nothing is said of descriptors that were closed while calls were recorded.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use contend_sched::trace::beside::Recorded;
use rustc_hash::FxHashSet;

/// Names of descriptors.
#[derive(Debug, Default)]
pub(super) struct Descriptors {
    names: BTreeMap<i32, String>,
}

impl Descriptors {
    /// Whether this is such a file.
    pub(super) fn looks_like(bytes: &[u8]) -> bool {
        bytes.starts_with(b"== limits\n")
    }

    pub(super) fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut sockets: BTreeMap<&str, String> = BTreeMap::new();
        let mut links: Vec<(i32, &str)> = Vec::new();
        let mut part = "";
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("== ") {
                part = name;
                continue;
            }
            match part {
                "net/tcp" | "net/tcp6" => sockets.extend(tcp(line)),
                "net/unix" => sockets.extend(unix(line)),
                "fd" => links.extend(
                    line.split_once(" -> ")
                        .and_then(|(number, what)| Some((number.parse().ok()?, what))),
                ),
                _ => {}
            }
        }
        let name = |what: &str| {
            let inode = what
                .strip_prefix("socket:[")
                .and_then(|it| it.strip_suffix(']'));
            let socket = inode.and_then(|inode| sockets.get(inode));
            socket.cloned().unwrap_or_else(|| what.to_owned())
        };
        let names = links.into_iter().map(|(fd, what)| (fd, name(what)));
        Self {
            names: names.collect(),
        }
    }

    /// Names the descriptors of calls that have no name yet; gives how many calls those are.
    pub(super) fn name(&self, recorded: &mut Recorded) -> usize {
        let closed = |name: &str| ["close", "dup2", "dup3", "close_range"].contains(&name);
        let calls = recorded.calls.iter().filter(|it| closed(&it.name));
        let closed: FxHashSet<i32> = calls
            .filter_map(|it| it.descriptor.as_ref().map(|it| it.0))
            .collect();
        let mut n = 0;
        for call in &mut recorded.calls {
            let Some((fd, what)) = &mut call.descriptor else {
                continue;
            };
            if what.is_empty()
                && !closed.contains(fd)
                && let Some(name) = self.names.get(fd)
            {
                what.clone_from(name);
                n += 1;
            }
        }
        n
    }
}

/// `inode` and both ends, of a line of `/proc/net/tcp`.
fn tcp(line: &str) -> Option<(&str, String)> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (local, remote) = (end(fields.get(1)?)?, end(fields.get(2)?)?);
    let inode = *fields.get(9)?;
    let listens = *fields.get(3)? == "0A";
    let words = if listens {
        format!("TCP:[{local}, listening]")
    } else {
        format!("TCP:[{local}->{remote}]")
    };
    Some((inode, words))
}

/// `0100007F:1F90`, in words of the machine's byte order.
fn end(text: &str) -> Option<String> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| u32::from_str_radix(address.get(8 * at..8 * at + 8)?, 16).ok();
    if address.len() == 8 {
        let address = Ipv4Addr::from(word(0)?.swap_bytes());
        return Some(format!("{address}:{port}"));
    }
    let mut bytes = [0; 16];
    for (at, chunk) in bytes.chunks_mut(4).enumerate() {
        chunk.copy_from_slice(&word(at)?.swap_bytes().to_be_bytes());
    }
    let address = Ipv6Addr::from(bytes);
    Some(match address.to_ipv4_mapped() {
        Some(address) => format!("{address}:{port}"),
        None => format!("[{address}]:{port}"),
    })
}

/// The same of `/proc/net/unix`; a path only where the socket has one.
fn unix(line: &str) -> Option<(&str, String)> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let inode = *fields.get(6)?;
    inode.parse::<u64>().ok()?;
    let path = fields
        .get(7)
        .map_or_else(String::new, |it| format!(":[{it}]"));
    Some((inode, format!("UNIX{path}")))
}

#[cfg(test)]
mod tests {
    use contend_sched::trace::beside::{Call, Outcome};

    use super::*;

    const PROC: &str = "== limits\nMax open files 100 100 files\n\n== net/tcp\n  sl  local_address \
        rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   0: \
        0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 11 1\n\n== \
        net/tcp6\n   0: 0000000000000000FFFF00000100007F:1F90 \
        0000000000000000FFFF00000100007F:C350 01 0:0 0:0 0 0 0 12 1\n\n== net/unix\n0000: \
        00000002 00000000 00010000 0001 01 13 /run/x.sock\n\n== fd\n0 -> /dev/null\n3 -> \
        socket:[11]\n4 -> socket:[12]\n5 -> socket:[13]\n6 -> socket:[99]\n";

    fn call(name: &str, fd: i32) -> Call {
        Call {
            process: 1,
            thread: 1,
            start: 0,
            end: None,
            name: name.to_owned(),
            descriptor: Some((fd, String::new())),
            path: String::new(),
            details: String::new(),
            outcome: Outcome::Open,
            user: String::new(),
        }
    }

    #[test]
    fn sockets_are_named_by_their_ends_and_what_was_closed_is_not() {
        assert!(Descriptors::looks_like(PROC.as_bytes()));
        let known = Descriptors::read(PROC.as_bytes());
        let fds = [0, 3, 4, 5, 6, 7];
        let mut recorded = Recorded {
            calls: fds.iter().map(|fd| call("read", *fd)).collect(),
            ..Recorded::default()
        };
        recorded.calls.push(call("close", 0));
        assert_eq!(known.name(&mut recorded), 4);
        let names: Vec<&str> = recorded
            .calls
            .iter()
            .filter_map(|it| Some(it.descriptor.as_ref()?.1.as_str()))
            .collect();
        let wanted = [
            "",
            "TCP:[127.0.0.1:8080, listening]",
            "TCP:[127.0.0.1:8080->127.0.0.1:50000]",
            "UNIX:[/run/x.sock]",
            "socket:[99]",
            "",
            "",
        ];
        assert_eq!(names, wanted);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "(== (net/tcp|net/unix|fd)\n|[0-9a-fA-F: >\n-]{0,40}){0,9}") {
            let _ = Descriptors::read(text.as_bytes());
        }
    }
}
