//! Times at the start of log lines and in columns of metrics.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A time is looked for in so many bytes at the start of a line.
const REACH: usize = 160;

/// The first time in a line, in milliseconds since 1970. Without a zone it is taken for UTC.
pub(super) fn of_line(line: &[u8]) -> Option<i64> {
    let head = &line[..line.len().min(REACH)];
    let marks = memchr::memchr2_iter(b'-', b'/', head);
    let starts = marks.filter_map(|mark| mark.checked_sub(YEAR));
    let mut dates = starts.filter(|at| {
        let is_whole = at + 19 <= head.len() && is_date(&head[*at..]);
        is_whole && (*at == 0 || !head[at - 1].is_ascii_digit())
    });
    of_date(&head[dates.next()?..])
}

/// Digits of a year.
const YEAR: usize = 4;

/// `2026-11-25T07:01:02` with any of `-` and `/`, and `T` and space.
fn is_date(text: &[u8]) -> bool {
    let shape = b"dddd-dd-ddTdd:dd:dd";
    text.iter().zip(shape).all(|(c, wanted)| match wanted {
        b'd' => c.is_ascii_digit(),
        b'-' => matches!(c, b'-' | b'/'),
        b'T' => matches!(c, b'T' | b' ' | b't'),
        wanted => c == wanted,
    })
}

fn of_date(text: &[u8]) -> Option<i64> {
    let mut stamp: Vec<u8> = text[..19].to_vec();
    for c in &mut stamp[..10] {
        if *c == b'/' {
            *c = b'-';
        }
    }
    stamp[10] = b'T';
    let rest = &text[19..];
    let fraction = match rest.first() {
        Some(b'.' | b',') => 1 + rest[1..].iter().take_while(|c| c.is_ascii_digit()).count(),
        _ => 0,
    };
    if 1 < fraction {
        stamp.push(b'.');
        stamp.extend(&rest[1..fraction.min(10)]);
    }
    let zone = &rest[fraction..];
    let zone = match zone.first() {
        Some(b'Z' | b'z') => &zone[..1],
        Some(b'+' | b'-') if 6 <= zone.len() && zone[3] == b':' => &zone[..6],
        _ => &b""[..],
    };
    let local = std::str::from_utf8(&stamp).ok()?;
    if zone.is_empty() {
        let time: DateTime = local.parse().ok()?;
        let zoned = time.to_zoned(TimeZone::UTC).ok()?;
        return Some(zoned.timestamp().as_millisecond());
    }
    let zone = std::str::from_utf8(zone).ok()?;
    let time: Timestamp = format!("{local}{zone}").parse().ok()?;
    Some(time.as_millisecond())
}

/// A time in a column: a date, or seconds or milliseconds since 1970.
pub(super) fn of_column(text: &str) -> Option<i64> {
    let text = text.trim().trim_matches('"');
    if let Ok(number) = text.parse::<f64>() {
        return of_number(number);
    }
    of_line(text.as_bytes())
}

/// Seconds, or milliseconds where seconds would be far in the future.
pub(super) fn of_number(number: f64) -> Option<i64> {
    const YEAR_5000_SECONDS: f64 = 95_617_584_000.0;
    if !(0.0..=1e15).contains(&number) {
        return None;
    }
    let millis = if number < YEAR_5000_SECONDS {
        number * 1000.0
    } else {
        number
    };
    Some(millis.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_common_loggers_are_read() {
        let expected = Some(1_795_590_062_500);
        for line in [
            "2026-11-25T07:01:02.500Z stderr F panic: x",
            "2026-11-25T08:01:02.5+01:00 api",
            "2026/11/25 07:01:02.500000 http: panic serving",
            "{\"time\":\"2026-11-25T07:01:02.500Z\",\"msg\":\"x\"}",
            "[2026-11-25 07:01:02,500] WARN",
        ] {
            assert_eq!(of_line(line.as_bytes()), expected, "{line}");
        }
        assert_eq!(of_line(b"goroutine 7 [running]:"), None);
        assert_eq!(of_line(b"2026-13-45T07:01:02Z"), None);
        assert_eq!(of_column("1795590062.5"), expected);
        assert_eq!(of_column("1795590062500"), expected);
    }
}
