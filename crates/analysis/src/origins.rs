//! Where goroutines come from, one row for each API: a new library is a new row.
//!
//! The first table is about calls that are given a function and run it in another goroutine; the
//! second about functions that are recognised by what they take, whoever they are handed to. Methods
//! that an interface promises to call from many goroutines stand in [`promises`](crate::promises).

use std::sync::LazyLock;

use contend_base::Name;
use contend_ir::{Body, Call, Callee, Operand, PlaceId, PlaceKind};
use contend_types::{ObjId, Type, TypeId, World};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::library::{package_path, receiver_name};

/// How often a function runs at the same time as itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Runs {
    /// Once for each call that it is handed to.
    Once,
    /// Again and again, one after the other: what handles messages.
    InTurn,
    /// Any number of times: a handler.
    Many,
    /// Any number of times, from the call on: by a server that has begun.
    Served,
    /// Any number of times, and the call that it is handed to waits until all are done.
    AtOnce,
}

impl Runs {
    /// True if it may run beside itself.
    pub fn are_many(self) -> bool {
        matches!(self, Self::Many | Self::Served | Self::AtOnce)
    }
}

/// A function that runs another one in a goroutine.
#[derive(PartialEq, Eq, Debug)]
pub struct Starter {
    /// The import path, without a major version at its end.
    package: &'static str,
    /// The receiver's type; empty for functions and for methods of interfaces.
    receiver: &'static str,
    name: &'static str,
    /// Which of the call's arguments it runs.
    argument: usize,
    pub runs: Runs,
    /// "started by `go`", as findings say it.
    pub how: &'static str,
}

pub(crate) const BY_ERRGROUP: &str = "started by `errgroup`";
pub(crate) const BY_WAIT_GROUP: &str = "started by `WaitGroup.Go`";

/// How a function is run that C code calls.
pub const BY_C: &str = "called by C, in whatever thread";

const fn starter(
    (package, receiver, name): (&'static str, &'static str, &'static str),
    argument: usize,
    runs: Runs,
    how: &'static str,
) -> Starter {
    Starter {
        package,
        receiver,
        name,
        argument,
        runs,
        how,
    }
}

const fn once(
    package: &'static str,
    receiver: &'static str,
    name: &'static str,
    argument: usize,
    how: &'static str,
) -> Starter {
    starter((package, receiver, name), argument, Runs::Once, how)
}

const fn in_turn(
    package: &'static str,
    receiver: &'static str,
    name: &'static str,
    argument: usize,
    how: &'static str,
) -> Starter {
    starter((package, receiver, name), argument, Runs::InTurn, how)
}

const fn many(
    package: &'static str,
    receiver: &'static str,
    name: &'static str,
    argument: usize,
    how: &'static str,
) -> Starter {
    starter((package, receiver, name), argument, Runs::Many, how)
}

const fn at_once(
    package: &'static str,
    receiver: &'static str,
    name: &'static str,
    argument: usize,
) -> Starter {
    let method = (package, receiver, name);
    starter(method, argument, Runs::AtOnce, "run in parallel")
}

/// A function of net/http that returns when the server has ended.
const fn served(name: &'static str, argument: usize) -> Starter {
    starter(("net/http", "", name), argument, Runs::AtOnce, REQUEST)
}

/// A function of net/http/httptest that returns a server which is at work.
const fn begun(name: &'static str) -> Starter {
    starter(("net/http/httptest", "", name), 0, Runs::Served, REQUEST)
}

static STARTERS: &[Starter] = &[
    // The standard library and what is near to it.
    once("sync", "WaitGroup", "Go", 0, BY_WAIT_GROUP),
    once("golang.org/x/sync/errgroup", "Group", "Go", 0, BY_ERRGROUP),
    once(
        "golang.org/x/sync/errgroup",
        "Group",
        "TryGo",
        0,
        BY_ERRGROUP,
    ),
    once(
        "golang.org/x/sync/singleflight",
        "Group",
        "DoChan",
        1,
        "started by `singleflight`",
    ),
    once("time", "", "AfterFunc", 1, "run by a timer"),
    once("context", "", "AfterFunc", 1, "run when a context ends"),
    once(
        "runtime",
        "",
        "SetFinalizer",
        1,
        "run by the garbage collector",
    ),
    once(
        "runtime",
        "",
        "AddCleanup",
        1,
        "run by the garbage collector",
    ),
    many("net/http", "", "HandleFunc", 1, "called for each request"),
    many(
        "net/http",
        "ServeMux",
        "HandleFunc",
        1,
        "called for each request",
    ),
    many("expvar", "", "Func", 0, "called for each request"),
    begun("NewServer"),
    begun("NewTLSServer"),
    served("ListenAndServe", 1),
    served("ListenAndServeTLS", 3),
    served("Serve", 1),
    served("ServeTLS", 1),
    once(
        "net/http",
        "Server",
        "RegisterOnShutdown",
        0,
        "run at shutdown",
    ),
    at_once("testing", "B", "RunParallel", 0),
    // Loops whose rounds run in parallel.
    at_once("github.com/samber/lo/parallel", "", "ForEach", 1),
    at_once("github.com/samber/lo/parallel", "", "Map", 1),
    at_once("github.com/samber/lo/parallel", "", "Times", 1),
    at_once("github.com/samber/lo/parallel", "", "GroupBy", 1),
    at_once("github.com/samber/lo/parallel", "", "PartitionBy", 1),
    at_once("github.com/sourcegraph/conc/iter", "", "ForEach", 1),
    at_once("github.com/sourcegraph/conc/iter", "", "ForEachIdx", 1),
    at_once("github.com/sourcegraph/conc/iter", "", "Map", 1),
    at_once("github.com/sourcegraph/conc/iter", "", "MapErr", 1),
    at_once("k8s.io/client-go/util/workqueue", "", "ParallelizeUntil", 3),
    at_once("github.com/zeromicro/go-zero/core/mr", "", "ForEach", 1),
    at_once("github.com/charlievieth/fastwalk", "", "Walk", 2),
    // Groups and pools of workers.
    once(
        "github.com/sourcegraph/conc",
        "WaitGroup",
        "Go",
        0,
        "started by `conc`",
    ),
    once(
        "github.com/sourcegraph/conc/pool",
        "Pool",
        "Go",
        0,
        "started by a pool",
    ),
    once(
        "github.com/sourcegraph/conc/pool",
        "ContextPool",
        "Go",
        0,
        "started by a pool",
    ),
    once(
        "github.com/sourcegraph/conc/pool",
        "ErrorPool",
        "Go",
        0,
        "started by a pool",
    ),
    once(
        "github.com/panjf2000/ants",
        "",
        "Submit",
        0,
        "started by a pool",
    ),
    once(
        "github.com/panjf2000/ants",
        "Pool",
        "Submit",
        0,
        "started by a pool",
    ),
    many(
        "github.com/panjf2000/ants",
        "",
        "NewPoolWithFunc",
        1,
        "started by a pool",
    ),
    once(
        "github.com/alitto/pond",
        "WorkerPool",
        "Submit",
        0,
        "started by a pool",
    ),
    once(
        "github.com/alitto/pond",
        "",
        "Submit",
        0,
        "started by a pool",
    ),
    once(
        "github.com/gammazero/workerpool",
        "WorkerPool",
        "Submit",
        0,
        "started by a pool",
    ),
    once(
        "github.com/oklog/run",
        "Group",
        "Add",
        0,
        "started by a group",
    ),
    once("gopkg.in/tomb", "Tomb", "Go", 0, "started by a tomb"),
    once(
        "github.com/neilotoole/errgroup",
        "Group",
        "Go",
        0,
        BY_ERRGROUP,
    ),
    once(
        "github.com/zeromicro/go-zero/core/threading",
        "",
        "GoSafe",
        0,
        "started by `GoSafe`",
    ),
    once(
        "github.com/zeromicro/go-zero/core/threading",
        "RoutineGroup",
        "Run",
        0,
        "started by a group",
    ),
    once(
        "github.com/zeromicro/go-zero/core/threading",
        "RoutineGroup",
        "RunSafe",
        0,
        "started by a group",
    ),
    many(
        "github.com/Jeffail/tunny",
        "",
        "NewFunc",
        1,
        "started by a pool",
    ),
    // Jobs by time.
    once(
        "github.com/robfig/cron",
        "Cron",
        "AddFunc",
        1,
        "run by a timetable",
    ),
    once(
        "github.com/go-co-op/gocron",
        "Scheduler",
        "Do",
        0,
        "run by a timetable",
    ),
    once(
        "github.com/go-co-op/gocron",
        "",
        "NewTask",
        0,
        "run by a timetable",
    ),
    once(
        "k8s.io/apimachinery/pkg/util/wait",
        "Group",
        "Start",
        0,
        "started by a group",
    ),
    // Messages and events.
    many(
        "github.com/bwmarrin/discordgo",
        "Session",
        "AddHandler",
        0,
        "called for each event",
    ),
    in_turn(
        "github.com/nats-io/nats.go",
        "Conn",
        "Subscribe",
        1,
        "called for each message, one after the other",
    ),
    in_turn(
        "github.com/nats-io/nats.go",
        "Conn",
        "QueueSubscribe",
        2,
        "called for each message, one after the other",
    ),
    in_turn(
        "github.com/eclipse/paho.mqtt.golang",
        "",
        "Subscribe",
        2,
        "called for each message, one after the other",
    ),
    many(
        "gopkg.in/telebot",
        "Bot",
        "Handle",
        1,
        "called for each message",
    ),
    many(
        "cloud.google.com/go/pubsub",
        "Subscription",
        "Receive",
        1,
        "called for each message",
    ),
    many(
        "gopkg.in/telebot",
        "Group",
        "Handle",
        1,
        "called for each message",
    ),
    in_turn(
        "github.com/nats-io/nats.go",
        "",
        "Subscribe",
        1,
        "called for each message, one after the other",
    ),
    in_turn(
        "github.com/nats-io/nats.go/jetstream",
        "",
        "Consume",
        0,
        "called for each message, one after the other",
    ),
    many(
        "github.com/ThreeDotsLabs/watermill/message",
        "Router",
        "AddNoPublisherHandler",
        3,
        "called for each message",
    ),
    many(
        "github.com/ThreeDotsLabs/watermill/message",
        "Router",
        "AddHandler",
        5,
        "called for each message",
    ),
    many(
        "go.temporal.io/sdk/worker",
        "",
        "RegisterActivity",
        0,
        "called for each activity",
    ),
    many(
        "github.com/slack-go/slack/socketmode",
        "SocketmodeHandler",
        "Handle",
        1,
        "called for each event",
    ),
    many(
        "github.com/slack-go/slack/socketmode",
        "SocketmodeHandler",
        "HandleEvents",
        1,
        "called for each event",
    ),
    in_turn(
        "go.mau.fi/whatsmeow",
        "Client",
        "AddEventHandler",
        0,
        "called for each event, one after the other",
    ),
    once(
        "github.com/spf13/viper",
        "",
        "OnConfigChange",
        0,
        "called when the file changes",
    ),
    once(
        "github.com/spf13/viper",
        "Viper",
        "OnConfigChange",
        0,
        "called when the file changes",
    ),
];

/// Fields of a structure of a library, which runs the functions that are stored there.
struct Callbacks {
    package: &'static str,
    name: &'static str,
    fields: &'static [&'static str],
    runs: Runs,
    how: &'static str,
    /// Functions of the package that use the structure for one connection, in the goroutine of their
    /// caller.
    not_by: &'static [&'static str],
}

static CALLBACKS: &[Callbacks] = &[
    Callbacks {
        package: "net/http/httputil",
        name: "ReverseProxy",
        fields: &["Director", "Rewrite", "ModifyResponse"],
        runs: Runs::Many,
        how: REQUEST,
        not_by: &[],
    },
    Callbacks {
        package: "net/http",
        name: "Server",
        fields: &["ConnState", "ConnContext"],
        runs: Runs::Many,
        how: "called for each connection",
        not_by: &[],
    },
    Callbacks {
        package: "crypto/tls",
        name: "Config",
        fields: &[
            "GetCertificate",
            "GetConfigForClient",
            "VerifyConnection",
            "VerifyPeerCertificate",
        ],
        runs: Runs::Many,
        how: "called for each connection",
        not_by: &["Client", "Server"],
    },
    Callbacks {
        package: "github.com/gorilla/websocket",
        name: "Upgrader",
        fields: &["CheckOrigin"],
        runs: Runs::Many,
        how: REQUEST,
        not_by: &[],
    },
    Callbacks {
        package: "k8s.io/client-go/tools/cache",
        name: "ResourceEventHandlerFuncs",
        fields: &["AddFunc", "UpdateFunc", "DeleteFunc"],
        runs: Runs::InTurn,
        how: BY_INFORMER,
        not_by: &[],
    },
    Callbacks {
        package: "k8s.io/client-go/tools/cache",
        name: "ResourceEventHandlerDetailedFuncs",
        fields: &["AddFunc", "UpdateFunc", "DeleteFunc"],
        runs: Runs::InTurn,
        how: BY_INFORMER,
        not_by: &[],
    },
    Callbacks {
        package: "sigs.k8s.io/controller-runtime/pkg/handler",
        name: "Funcs",
        fields: &["CreateFunc", "UpdateFunc", "DeleteFunc", "GenericFunc"],
        runs: Runs::InTurn,
        how: BY_INFORMER,
        not_by: &[],
    },
    Callbacks {
        package: "k8s.io/client-go/tools/leaderelection",
        name: "LeaderCallbacks",
        fields: &["OnStartedLeading", "OnStoppedLeading", "OnNewLeader"],
        runs: Runs::Once,
        how: "called when the leader changes",
        not_by: &[],
    },
];

/// How functions are run that watch the objects of a cluster.
pub const BY_INFORMER: &str = "called by the informer, one after the other";

/// Every assignment to a field is looked up.
static CALLBACK_FIELDS: LazyLock<FxHashSet<Name>> = LazyLock::new(|| {
    let fields = CALLBACKS.iter().flat_map(|row| row.fields);
    fields.map(|field| Name::intern(field)).collect()
});

/// How the library runs a function that is stored in this field of the structure at `holder`.
pub fn callback(
    world: &World,
    body: &Body,
    holder: PlaceId,
    field: ObjId,
) -> Option<(Runs, &'static str)> {
    let field = world.name(field);
    if !CALLBACK_FIELDS.contains(&field) {
        return None;
    }
    let (package, name) = named(world, body.places.ty(holder)?)?;
    let field = field.as_str();
    let is_it = |row: &&Callbacks| {
        row.name == name && row.package == package && row.fields.contains(&field)
    };
    let row = CALLBACKS.iter().find(is_it)?;
    let is_for_one = |call: &Call| {
        let is_holder = |it: &Operand| match *it {
            Operand::Place(it) => match body.places.kind(holder) {
                PlaceKind::Deref { base } => it == base,
                _ => it == holder,
            },
            Operand::Addr(it) => it == holder,
            _ => false,
        };
        matches!(call.callee, Callee::Static(function)
            if row.not_by.contains(&world.name(function).as_str())
                && package_path(world, function) == row.package)
            && body.operands(call.args).iter().any(is_holder)
    };
    (!body.calls.iter().any(is_for_one)).then_some((row.runs, row.how))
}

/// A type that only handlers take.
struct HandlerParam {
    package: &'static str,
    name: &'static str,
    how: &'static str,
}

static HANDLER_PARAMS: &[HandlerParam] = &[
    param("net/http", "ResponseWriter", REQUEST),
    param("github.com/gin-gonic/gin", "Context", REQUEST),
    param("github.com/labstack/echo", "Context", REQUEST),
    param("github.com/gofiber/fiber", "Ctx", REQUEST),
    param("github.com/valyala/fasthttp", "RequestCtx", REQUEST),
    param("github.com/kataras/iris/context", "Context", REQUEST),
    param("github.com/emicklei/go-restful", "Request", REQUEST),
    param("github.com/miekg/dns", "ResponseWriter", REQUEST),
    param(
        "github.com/cloudwego/hertz/pkg/app",
        "RequestContext",
        REQUEST,
    ),
    param(
        "github.com/beego/beego/v2/server/web/context",
        "Context",
        REQUEST,
    ),
    param("github.com/gobuffalo/buffalo", "Context", REQUEST),
    param("github.com/graphql-go/graphql", "ResolveParams", REQUEST),
    param(
        "github.com/mark3labs/mcp-go/mcp",
        "CallToolRequest",
        REQUEST,
    ),
    param("google.golang.org/grpc", "UnaryServerInfo", REQUEST),
    param("google.golang.org/grpc", "StreamServerInfo", REQUEST),
    param("github.com/hibiken/asynq", "Task", "called for each task"),
    param(
        "github.com/olahol/melody",
        "Session",
        "called for each session",
    ),
    param(
        "github.com/googollee/go-socket.io",
        "Conn",
        "called for each connection",
    ),
    param(
        "github.com/bwmarrin/discordgo",
        "Session",
        "called for each event",
    ),
    param(
        "github.com/gliderlabs/ssh",
        "Session",
        "called for each session",
    ),
    param(
        "golang.org/x/net/websocket",
        "Conn",
        "called for each connection",
    ),
    param("github.com/astaxie/beego/context", "Context", REQUEST),
    param("gopkg.in/macaron", "Context", REQUEST),
    param(
        "github.com/pocketbase/pocketbase/core",
        "RequestEvent",
        REQUEST,
    ),
    param("github.com/elazarl/goproxy", "ProxyCtx", REQUEST),
    param("connectrpc.com/connect", "Request", REQUEST),
    param("github.com/bufbuild/connect-go", "Request", REQUEST),
    param(
        "github.com/modelcontextprotocol/go-sdk/mcp",
        "CallToolRequest",
        REQUEST,
    ),
    param(
        "github.com/hashicorp/vault/sdk/framework",
        "FieldData",
        REQUEST,
    ),
    param(
        "sigs.k8s.io/controller-runtime/pkg/webhook/admission",
        "Request",
        REQUEST,
    ),
    param("google.golang.org/grpc", "UnaryInvoker", CALL),
    param("google.golang.org/grpc", "Streamer", CALL),
    param(
        "github.com/hashicorp/terraform-plugin-sdk/helper/schema",
        "ResourceData",
        RESOURCE,
    ),
    param(
        "github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema",
        "ResourceData",
        RESOURCE,
    ),
    param("github.com/gocraft/work", "Job", "called for each job"),
    param(
        "github.com/tidwall/redcon",
        "Conn",
        "called for each connection",
    ),
    param("gopkg.in/telebot", "Context", "called for each message"),
    param(
        "github.com/go-telegram/bot/models",
        "Update",
        "called for each message",
    ),
    param(
        "github.com/PaulSonOfLars/gotgbot/v2/ext",
        "Context",
        "called for each message",
    ),
];

pub(crate) const REQUEST: &str = "called for each request";
const CALL: &str = "called for each call";
const RESOURCE: &str = "called for each resource, several at a time";

const fn param(package: &'static str, name: &'static str, how: &'static str) -> HandlerParam {
    HandlerParam { package, name, how }
}

/// Every call of a program is looked up.
static STARTERS_BY_NAME: LazyLock<FxHashMap<Name, Vec<&'static Starter>>> = LazyLock::new(|| {
    let mut by_name: FxHashMap<Name, Vec<&Starter>> = FxHashMap::default();
    for row in STARTERS {
        by_name.entry(Name::intern(row.name)).or_default().push(row);
    }
    by_name
});

/// The row for a call, and the argument that it runs in another goroutine.
pub fn started_by(world: &World, body: &Body, call: &Call) -> Option<(&'static Starter, Operand)> {
    let (Callee::Static(function) | Callee::Interface(function)) = call.callee else {
        return None;
    };
    let rows = STARTERS_BY_NAME.get(&world.name(function))?;
    let package = without_version(package_path(world, function));
    let receiver = receiver_name(world, function).unwrap_or_default();
    let is_it = |row: &&&Starter| row.package == package && row.receiver == receiver;
    let row = rows.iter().find(is_it)?;
    Some((row, *body.operands(call.args).get(row.argument)?))
}

/// How a function that takes these parameters is called, if only handlers take them.
pub fn handler(world: &World, params: impl Iterator<Item = ObjId>) -> Option<&'static str> {
    params
        .filter_map(|param| named(world, world.object_type(param)))
        .find_map(|(package, name)| {
            let is_it = |row: &&HandlerParam| row.name == name && row.package == package;
            HANDLER_PARAMS.iter().find(is_it).map(|row| row.how)
        })
}

/// True for a type whose values stand for one request each, as handlers are given them.
pub fn is_of_request(world: &World, ty: TypeId) -> bool {
    named(world, ty).is_some_and(|(package, name)| {
        let is_it = |row: &&HandlerParam| row.name == name && row.package == package;
        HANDLER_PARAMS
            .iter()
            .find(is_it)
            .is_some_and(|row| row.how == REQUEST)
    })
}

/// The package and name of the defined type behind pointers and channels.
pub(crate) fn named(world: &World, ty: TypeId) -> Option<(&'static str, &'static str)> {
    match world.ty(ty) {
        Type::Pointer(inner) | Type::Chan { element: inner, .. } => named(world, *inner),
        Type::Named { origin, .. } => {
            let object = world.named(*origin).object;
            let package = without_version(package_path(world, object));
            Some((package, world.name(object).as_str()))
        }
        _ => None,
    }
}

/// An import path without a major version at its end: `/v2`, `.v3`.
pub(crate) fn without_version(path: &str) -> &str {
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
    fn major_versions_are_left_out() {
        for (path, plain) in [
            ("github.com/robfig/cron/v3", "github.com/robfig/cron"),
            ("gopkg.in/telebot.v3", "gopkg.in/telebot"),
            ("net/http", "net/http"),
            ("example.com/v2x", "example.com/v2x"),
            ("example.com/area51", "example.com/area51"),
        ] {
            assert_eq!(without_version(path), plain);
        }
    }

    #[test]
    fn no_row_stands_twice() {
        for (at, row) in STARTERS.iter().enumerate() {
            assert!(!STARTERS[..at].contains(row), "{row:?}");
        }
    }
}
