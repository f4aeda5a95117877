//! Interfaces whose methods are called side by side, though their own comments do not say so or are
//! not at hand: without an installation of Go the standard library has none.

/// The interfaces of a package that are called so.
struct Contract {
    /// The import path, without a major version at its end.
    package: &'static str,
    /// All interfaces of the package, if there are none.
    names: &'static [&'static str],
}

static CONTRACTS: &[Contract] = &[
    // By their comments, or those of their methods.
    contract("context", &["Context"]),
    contract("crypto/tls", &["ClientSessionCache"]),
    contract("io", &["ReaderAt", "WriterAt"]),
    contract("log/slog", &["Handler"]),
    contract("net", &["Conn", "Listener", "PacketConn"]),
    contract("net/http", &["CookieJar", "RoundTripper"]),
    // The comment of `sql.DB`: a pool of connections, safe for concurrent use.
    contract("database/sql/driver", &["Connector", "Driver"]),
    // A handler asks them for each request, or a listener for each handshake.
    contract("expvar", &["Var"]),
    contract("net/http", &["FileSystem"]),
    contract("golang.org/x/crypto/acme/autocert", &["Cache"]),
    contract("golang.org/x/net/webdav", &["FileSystem", "LockSystem"]),
    contract("github.com/emersion/go-imap/backend", &["Backend"]),
    contract("github.com/emersion/go-smtp", &["Backend"]),
    contract("github.com/gin-gonic/gin/binding", &["StructValidator"]),
    contract("github.com/gofiber/fiber", &["Storage", "Views"]),
    contract("github.com/gorilla/sessions", &["Store"]),
    contract("github.com/labstack/echo", &["Validator"]),
    contract(
        "github.com/pkg/sftp",
        &["FileCmder", "FileLister", "FileReader", "FileWriter"],
    ),
    // Plugins: the program that they belong to sends them requests.
    contract(
        "github.com/docker/go-plugins-helpers/authorization",
        &["Plugin"],
    ),
    contract(
        "github.com/docker/go-plugins-helpers/graphdriver",
        &["Driver"],
    ),
    contract("github.com/docker/go-plugins-helpers/ipam", &["Ipam"]),
    contract("github.com/docker/go-plugins-helpers/network", &["Driver"]),
    contract("github.com/docker/go-plugins-helpers/volume", &["Driver"]),
    contract(
        "github.com/grafana/grafana-plugin-sdk-go/backend",
        &[
            "CallResourceHandler",
            "CheckHealthHandler",
            "QueryDataHandler",
        ],
    ),
    contract("github.com/hashicorp/vault/sdk/logical", &["Backend"]),
    contract(
        "k8s.io/apiserver/pkg/admission",
        &["MutationInterface", "ValidationInterface"],
    ),
    contract(
        "k8s.io/apiserver/pkg/authentication/authenticator",
        &["Password", "Request", "Token"],
    ),
    contract(
        "k8s.io/apiserver/pkg/authorization/authorizer",
        &["Authorizer"],
    ),
    contract(
        "sigs.k8s.io/controller-runtime/pkg/webhook/admission",
        &[
            "CustomDefaulter",
            "CustomValidator",
            "Defaulter",
            "Handler",
            "Validator",
        ],
    ),
    // The package comment of bazil.org/fuse: service methods may be called simultaneously.
    contract("bazil.org/fuse/fs", &[]),
    contract("github.com/anacrolix/fuse/fs", &[]),
    contract("github.com/hanwen/go-fuse/fs", &[]),
    contract("github.com/hanwen/go-fuse/v2/fs", &[]),
    contract("github.com/hanwen/go-fuse/fuse/nodefs", &[]),
    contract("github.com/hanwen/go-fuse/fuse/pathfs", &[]),
    contract("github.com/jacobsa/fuse/fuseutil", &["FileSystem"]),
    // gRPC asks them for each call.
    contract("google.golang.org/grpc/balancer", &["Picker"]),
    contract("google.golang.org/grpc/credentials", &["PerRPCCredentials"]),
    contract("google.golang.org/grpc/stats", &["Handler"]),
    // Loggers and tracers are used by all goroutines, and so is what they ask.
    contract("github.com/go-logr/logr", &["LogSink"]),
    contract("github.com/rs/zerolog", &["Hook"]),
    contract("github.com/sirupsen/logrus", &["Hook"]),
    contract("go.uber.org/zap/zapcore", &["Core"]),
    // The README of opentracing-go: the entire public API is goroutine-safe.
    contract("github.com/opentracing/opentracing-go", &["Span", "Tracer"]),
    // The specification of OpenTelemetry, "Concurrency requirements" of the API for traces.
    contract(
        "go.opentelemetry.io/otel/trace",
        &["Span", "Tracer", "TracerProvider"],
    ),
    contract(
        "go.opentelemetry.io/otel/sdk/trace",
        &["IDGenerator", "Sampler", "SpanProcessor"],
    ),
    contract(
        "go.opentelemetry.io/otel/propagation",
        &["TextMapPropagator"],
    ),
    // Receivers of the collector hand over what comes in by requests.
    contract(
        "go.opentelemetry.io/collector/consumer",
        &["Logs", "Metrics", "Traces"],
    ),
    // `openfeature.SetProvider`: all clients of the process ask one provider.
    contract(
        "github.com/open-feature/go-sdk/openfeature",
        &["FeatureProvider", "Tracker"],
    ),
    // `client.Options.Logger`: all workers of a client log to one logger.
    contract("go.temporal.io/sdk/log", &["Logger"]),
];

const fn contract(package: &'static str, names: &'static [&'static str]) -> Contract {
    Contract { package, names }
}

/// True for an interface whose methods are called side by side.
pub(crate) fn is_shared(package: &str, interface: &str) -> bool {
    CONTRACTS.iter().any(|row| {
        row.package == package && (row.names.is_empty() || row.names.contains(&interface))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_interface_stands_twice() {
        for (at, row) in CONTRACTS.iter().enumerate() {
            for earlier in CONTRACTS[..at]
                .iter()
                .filter(|it| it.package == row.package)
            {
                let stands_twice = row.names.iter().any(|it| earlier.names.contains(it));
                assert!(!stands_twice && !row.names.is_empty(), "{}", row.package);
            }
        }
    }
}
