//! Outlines of well-known libraries: who is called in which goroutine, for modules whose
//! dependencies are not on this machine.
//!
//! An outline declares a part of a package, without bodies and in words of our own: types that
//! handlers take, functions that start goroutines or wait for them. It stands in only where the
//! package itself is not found, and that the package is missing is still said.

/// A part of a package.
#[derive(Debug)]
pub struct Outline {
    /// The import path, without a major version at its end.
    pub path: &'static str,
    /// Where its text seems to be.
    pub file: &'static str,
    /// Go source.
    pub text: &'static [u8],
}

macro_rules! outlines {
    ($($path:literal: $name:literal),* $(,)?) => {
        &[$(Outline {
            path: $path,
            file: concat!("$OUTLINES/", $name, ".go"),
            text: include_bytes!(concat!("../outlines/", $name, ".go.txt")),
        }),*]
    };
}

/// All outlines.
pub static OUTLINES: &[Outline] = outlines! {
    "github.com/alitto/pond": "workerpool",
    "github.com/bwmarrin/discordgo": "discordgo",
    "github.com/gammazero/workerpool": "workerpool",
    "github.com/gin-gonic/gin": "gin",
    "github.com/go-chi/chi": "chi",
    "github.com/gofiber/fiber": "fiber",
    "github.com/gorilla/mux": "mux",
    "github.com/gorilla/websocket": "websocket",
    "github.com/julienschmidt/httprouter": "httprouter",
    "github.com/labstack/echo": "echo",
    "github.com/miekg/dns": "dns",
    "github.com/nats-io/nats.go": "nats",
    "github.com/panjf2000/ants": "ants",
    "github.com/prometheus/client_golang/prometheus": "prometheus",
    "github.com/robfig/cron": "cron",
    "github.com/sourcegraph/conc": "conc",
    "github.com/sourcegraph/conc/pool": "conc_pool",
    "github.com/valyala/fasthttp": "fasthttp",
    "golang.org/x/sync/errgroup": "errgroup",
    "golang.org/x/sync/semaphore": "semaphore",
    "golang.org/x/sync/singleflight": "singleflight",
    "google.golang.org/grpc": "grpc",
    "gopkg.in/telebot": "telebot",
};

/// The outline of the package with this import path, whatever its major version.
pub fn outline(path: &str) -> Option<&'static Outline> {
    let plain = without_major_version(path);
    let at = OUTLINES
        .binary_search_by(|outline| outline.path.cmp(plain))
        .ok()?;
    Some(&OUTLINES[at])
}

/// An import path without a major version at its end: `/v2`, `.v3`.
fn without_major_version(path: &str) -> &str {
    let end = path.trim_end_matches(|c: char| c.is_ascii_digit());
    if end.len() == path.len() {
        return path;
    }
    end.strip_suffix("/v")
        .or_else(|| end.strip_suffix(".v"))
        .unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_in_order_and_parse() {
        assert!(OUTLINES.is_sorted_by(|a, b| a.path < b.path));
        for outline in OUTLINES {
            let parsed = contend_syntax::parse(outline.text);
            assert!(parsed.errors.is_empty(), "{}", outline.path);
            assert!(parsed.tree.package.is_some(), "{}", outline.path);
        }
    }

    #[test]
    fn major_versions_do_not_count() {
        for path in ["github.com/labstack/echo/v4", "github.com/labstack/echo"] {
            assert_eq!(outline(path).map(|it| it.file), Some("$OUTLINES/echo.go"));
        }
        assert!(outline("gopkg.in/telebot.v3").is_some());
        assert!(outline("github.com/labstack/echo/v4/middleware").is_none());
    }
}
