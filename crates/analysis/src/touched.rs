//! What functions of the standard library read and write behind their arguments: a table.
//!
//! Only what reaches memory of the caller stands here: the elements of a slice, the entries of a
//! map, what a pointer points to.

use contend_ir::{Body, Call, Operand};
use contend_types::{ObjId, World};

use crate::library::{package_path, receiver_name};

/// An operand of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    Receiver,
    /// The argument with this number.
    Arg(usize),
    /// The argument with this number and all behind it.
    From(usize),
}

/// What is done to what an operand refers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Touch {
    /// Reads all of it: elements, entries, what the pointer points to.
    Reads,
    /// Writes all of it.
    Writes,
}

use Touch::{Reads, Writes};
use Who::{Arg, From, Receiver};

type Row = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [(Who, Touch)],
);

/// Package, receiver (empty for functions), names, effects. A name that ends in `*` stands for all
/// that begin like it.
static TABLE: &[Row] = &[
    (
        "bytes",
        "",
        &[
            "Clone",
            "Equal",
            "Compare",
            "Contains*",
            "Index*",
            "Count",
            "Fields*",
            "HasPrefix",
            "HasSuffix",
            "Split*",
            "ToUpper",
            "ToLower",
            "Title",
            "Repeat",
            "Replace*",
            "Join",
            "Map",
            "NewReader",
        ],
        &[(From(0), Reads)],
    ),
    (
        "bytes",
        "Buffer",
        &["Write"],
        &[(Arg(0), Reads), (Receiver, Writes)],
    ),
    (
        "bytes",
        "Buffer",
        &["Read"],
        &[(Arg(0), Writes), (Receiver, Writes)],
    ),
    (
        "bytes",
        "Buffer",
        &[
            "WriteString",
            "WriteByte",
            "WriteRune",
            "Reset",
            "Truncate",
            "Grow",
            "ReadByte",
            "ReadRune",
            "ReadBytes",
            "ReadString",
            "Next",
            "ReadFrom",
            "WriteTo",
            "Unread*",
        ],
        &[(Receiver, Writes)],
    ),
    (
        "bytes",
        "Buffer",
        &["String", "Bytes", "Len", "Available*", "Cap"],
        &[(Receiver, Reads)],
    ),
    (
        "strings",
        "Builder",
        &["Write"],
        &[(Arg(0), Reads), (Receiver, Writes)],
    ),
    (
        "strings",
        "Builder",
        &["WriteString", "WriteByte", "WriteRune", "Reset", "Grow"],
        &[(Receiver, Writes)],
    ),
    (
        "strings",
        "Builder",
        &["String", "Len", "Cap"],
        &[(Receiver, Reads)],
    ),
    ("strings", "", &["Join"], &[(Arg(0), Reads)]),
    (
        "bufio",
        "Writer",
        &["Write"],
        &[(Arg(0), Reads), (Receiver, Writes)],
    ),
    (
        "bufio",
        "Writer",
        &[
            "WriteString",
            "WriteByte",
            "WriteRune",
            "Flush",
            "Reset",
            "ReadFrom",
        ],
        &[(Receiver, Writes)],
    ),
    (
        "bufio",
        "Reader",
        &["Read"],
        &[(Arg(0), Writes), (Receiver, Writes)],
    ),
    (
        "bufio",
        "Reader",
        &[
            "ReadByte",
            "ReadRune",
            "ReadString",
            "ReadBytes",
            "ReadLine",
            "ReadSlice",
            "Peek",
            "Discard",
            "Reset",
        ],
        &[(Receiver, Writes)],
    ),
    (
        "bufio",
        "Scanner",
        &["Scan", "Buffer", "Split"],
        &[(Receiver, Writes)],
    ),
    (
        "container/list",
        "List",
        &[
            "PushBack",
            "PushFront",
            "Remove",
            "Init",
            "InsertBefore",
            "InsertAfter",
            "MoveToFront",
            "MoveToBack",
            "MoveBefore",
            "MoveAfter",
            "PushBackList",
            "PushFrontList",
        ],
        &[(Receiver, Writes)],
    ),
    (
        "container/list",
        "List",
        &["Front", "Back", "Len"],
        &[(Receiver, Reads)],
    ),
    (
        "encoding/json",
        "",
        &["Marshal", "MarshalIndent"],
        &[(Arg(0), Reads)],
    ),
    (
        "encoding/json",
        "",
        &["Unmarshal"],
        &[(Arg(0), Reads), (Arg(1), Writes)],
    ),
    ("encoding/json", "Encoder", &["Encode"], &[(Arg(0), Reads)]),
    ("encoding/json", "Decoder", &["Decode"], &[(Arg(0), Writes)]),
    (
        "encoding/xml",
        "",
        &["Marshal", "MarshalIndent"],
        &[(Arg(0), Reads)],
    ),
    (
        "encoding/xml",
        "",
        &["Unmarshal"],
        &[(Arg(0), Reads), (Arg(1), Writes)],
    ),
    (
        "encoding/xml",
        "Encoder",
        &["Encode", "EncodeElement"],
        &[(Arg(0), Reads)],
    ),
    (
        "encoding/xml",
        "Decoder",
        &["Decode", "DecodeElement"],
        &[(Arg(0), Writes)],
    ),
    ("encoding/gob", "Encoder", &["Encode"], &[(Arg(0), Reads)]),
    ("encoding/gob", "Decoder", &["Decode"], &[(Arg(0), Writes)]),
    ("encoding/binary", "", &["Read"], &[(Arg(2), Writes)]),
    ("encoding/binary", "", &["Write"], &[(Arg(2), Reads)]),
    (
        "encoding/hex",
        "",
        &["EncodeToString", "Dump"],
        &[(Arg(0), Reads)],
    ),
    (
        "encoding/hex",
        "",
        &["Encode", "Decode"],
        &[(Arg(0), Writes), (Arg(1), Reads)],
    ),
    (
        "fmt",
        "",
        &["Print*", "Sprint*", "Errorf"],
        &[(From(0), Reads)],
    ),
    ("fmt", "", &["Fprint*", "Append*"], &[(From(1), Reads)]),
    ("fmt", "", &["Sscan*", "Fscan*"], &[(From(1), Writes)]),
    ("fmt", "", &["Scan*"], &[(From(0), Writes)]),
    (
        "log",
        "",
        &["Print*", "Fatal*", "Panic*"],
        &[(From(0), Reads)],
    ),
    (
        "log",
        "Logger",
        &["Print*", "Fatal*", "Panic*"],
        &[(From(0), Reads)],
    ),
    (
        "html/template",
        "Template",
        &["Execute"],
        &[(Arg(1), Reads)],
    ),
    (
        "html/template",
        "Template",
        &["ExecuteTemplate"],
        &[(Arg(2), Reads)],
    ),
    (
        "text/template",
        "Template",
        &["Execute"],
        &[(Arg(1), Reads)],
    ),
    (
        "text/template",
        "Template",
        &["ExecuteTemplate"],
        &[(Arg(2), Reads)],
    ),
    ("io", "", &["ReadFull", "ReadAtLeast"], &[(Arg(1), Writes)]),
    ("io", "", &["CopyBuffer"], &[(Arg(2), Writes)]),
    ("crypto/rand", "", &["Read"], &[(Arg(0), Writes)]),
    ("math/rand", "", &["Read"], &[(Arg(0), Writes)]),
    ("runtime", "", &["ReadMemStats"], &[(Arg(0), Writes)]),
    ("runtime/debug", "", &["ReadGCStats"], &[(Arg(0), Writes)]),
    ("runtime/metrics", "", &["Read"], &[(Arg(0), Writes)]),
    ("io", "Reader", &["Read"], &[(Arg(0), Writes)]),
    ("io", "ReaderAt", &["ReadAt"], &[(Arg(0), Writes)]),
    ("io", "Writer", &["Write"], &[(Arg(0), Reads)]),
    ("io", "WriterAt", &["WriteAt"], &[(Arg(0), Reads)]),
    ("os", "File", &["Read", "ReadAt"], &[(Arg(0), Writes)]),
    ("os", "File", &["Write", "WriteAt"], &[(Arg(0), Reads)]),
    ("net", "Conn", &["Read"], &[(Arg(0), Writes)]),
    ("net", "Conn", &["Write"], &[(Arg(0), Reads)]),
    (
        "maps",
        "",
        &["Clone", "Keys", "Values", "All", "Equal", "EqualFunc"],
        &[(From(0), Reads)],
    ),
    ("maps", "", &["Copy"], &[(Arg(0), Writes), (Arg(1), Reads)]),
    ("maps", "", &["DeleteFunc", "Insert"], &[(Arg(0), Writes)]),
    (
        "slices",
        "",
        &[
            "Clone",
            "Contains*",
            "Index*",
            "Equal*",
            "Compare*",
            "Max*",
            "Min*",
            "BinarySearch*",
            "IsSorted*",
            "Concat",
            "Repeat",
        ],
        &[(Arg(0), Reads)],
    ),
    (
        "slices",
        "",
        &[
            "Sort*", "Reverse", "Delete*", "Insert", "Replace", "Compact*",
        ],
        &[(Arg(0), Writes)],
    ),
    (
        "sort",
        "",
        &["Ints", "Strings", "Float64s", "Slice", "SliceStable"],
        &[(Arg(0), Writes)],
    ),
    (
        "sort",
        "",
        &[
            "SearchInts",
            "SearchStrings",
            "SliceIsSorted",
            "IntsAreSorted",
            "StringsAreSorted",
        ],
        &[(Arg(0), Reads)],
    ),
    ("math/rand", "Rand", &["*"], &[(Receiver, Writes)]),
    ("math/rand/v2", "Rand", &["*"], &[(Receiver, Writes)]),
    (
        "net/http",
        "Header",
        &["Set", "Add", "Del"],
        &[(Receiver, Writes)],
    ),
    (
        "net/http",
        "Header",
        &["Get", "Values", "Clone", "Write*"],
        &[(Receiver, Reads)],
    ),
    (
        "net/textproto",
        "MIMEHeader",
        &["Set", "Add", "Del"],
        &[(Receiver, Writes)],
    ),
    (
        "net/textproto",
        "MIMEHeader",
        &["Get", "Values"],
        &[(Receiver, Reads)],
    ),
    (
        "net/url",
        "Values",
        &["Set", "Add", "Del"],
        &[(Receiver, Writes)],
    ),
    (
        "net/url",
        "Values",
        &["Get", "Has", "Encode"],
        &[(Receiver, Reads)],
    ),
    ("archive/tar", "Writer", &["*"], &[(Receiver, Writes)]),
    ("bytes", "Reader", &["Read*", "Seek"], &[(Receiver, Writes)]),
    ("compress/gzip", "Writer", &["*"], &[(Receiver, Writes)]),
    ("encoding/csv", "Reader", &["Read*"], &[(Receiver, Writes)]),
    (
        "encoding/csv",
        "Writer",
        &["Write*", "Flush"],
        &[(Receiver, Writes)],
    ),
    (
        "encoding/gob",
        "Decoder",
        &["Decode*"],
        &[(Receiver, Writes)],
    ),
    (
        "encoding/gob",
        "Encoder",
        &["Encode*"],
        &[(Receiver, Writes)],
    ),
    (
        "encoding/json",
        "Decoder",
        &["Decode", "Token"],
        &[(Receiver, Writes)],
    ),
    ("encoding/json", "Encoder", &["*"], &[(Receiver, Writes)]),
    ("encoding/xml", "Encoder", &["*"], &[(Receiver, Writes)]),
    (
        "math/big",
        "Int",
        &[
            "Abs",
            "Add",
            "And",
            "AndNot",
            "Binomial",
            "Div",
            "DivMod",
            "Exp",
            "GCD",
            "Lsh",
            "Mod",
            "ModInverse",
            "Mul",
            "MulRange",
            "Neg",
            "Not",
            "Or",
            "Quo",
            "QuoRem",
            "Rand",
            "Rem",
            "Rsh",
            "Set*",
            "Sqrt",
            "Sub",
            "Xor",
        ],
        &[(Receiver, Writes)],
    ),
    (
        "math/big",
        "Rat",
        &["Abs", "Add", "Inv", "Mul", "Neg", "Quo", "Set*", "Sub"],
        &[(Receiver, Writes)],
    ),
    (
        "math/big",
        "Float",
        &[
            "Abs", "Add", "Copy", "Mul", "Neg", "Quo", "Set*", "Sqrt", "Sub",
        ],
        &[(Receiver, Writes)],
    ),
    (
        "strings",
        "Reader",
        &["Read*", "Seek"],
        &[(Receiver, Writes)],
    ),
    ("text/tabwriter", "Writer", &["*"], &[(Receiver, Writes)]),
    ("hash", "Hash", &["Reset"], &[(Receiver, Writes)]),
    ("hash", "Hash", &["Sum"], &[(Receiver, Reads)]),
    ("hash", "Hash32", &["Reset", "Sum32"], &[(Receiver, Writes)]),
    ("hash", "Hash64", &["Reset", "Sum64"], &[(Receiver, Writes)]),
    ("hash", "Hash", &["Write"], &[(Arg(0), Reads)]),
    ("hash", "Hash32", &["Write"], &[(Arg(0), Reads)]),
    ("hash", "Hash64", &["Write"], &[(Arg(0), Reads)]),
    (
        "reflect",
        "",
        &["Copy"],
        &[(Arg(0), Writes), (Arg(1), Reads)],
    ),
    ("reflect", "", &["DeepEqual"], &[(From(0), Reads)]),
    (
        "reflect",
        "Value",
        &[
            "Set",
            "SetBool",
            "SetInt",
            "SetUint",
            "SetFloat",
            "SetComplex",
            "SetString",
            "SetBytes",
            "SetLen",
            "SetZero",
            "SetMapIndex",
        ],
        &[(Receiver, Writes)],
    ),
    (
        "reflect",
        "Value",
        &[
            "Int",
            "Uint",
            "Float",
            "Bool",
            "Complex",
            "String",
            "Bytes",
            "Interface",
            "Len",
            "MapRange",
            "MapKeys",
            "MapIndex",
        ],
        &[(Receiver, Reads)],
    ),
];

/// Functions whose result refers to the memory that an operand refers to.
static SAME: &[(&str, &str, &str, Who)] = &[
    ("reflect", "", "ValueOf", Arg(0)),
    ("reflect", "Value", "Elem", Receiver),
    ("context", "", "WithCancel*", Arg(0)),
    ("context", "", "WithDeadline*", Arg(0)),
    ("context", "", "WithTimeout*", Arg(0)),
    ("context", "", "WithoutCancel", Arg(0)),
    ("net/http", "ResponseWriter", "Header", Receiver),
    ("slices", "", "Clip", Arg(0)),
    ("slices", "", "Grow", Arg(0)),
];

/// What a call of a library function does to what its operands refer to.
pub fn touched(world: &World, body: &Body, call: &Call, function: ObjId) -> Vec<(Operand, Touch)> {
    let path = package_path(world, function);
    let rows = TABLE.iter().filter(|(package, ..)| *package == path);
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Vec::new();
    }
    let name = world.name(function).as_str();
    let receiver = receiver_type(world, function, call);
    let mut touched = Vec::new();
    for (_, of, names, effects) in rows {
        if *of == receiver && names.iter().any(|it| is_called(name, it)) {
            for &(who, touch) in *effects {
                touched.extend(operands(body, call, who).into_iter().map(|it| (it, touch)));
            }
        }
    }
    touched
}

/// The operand that the result of a library function shares memory with.
pub fn same_memory(world: &World, body: &Body, call: &Call, function: ObjId) -> Option<Operand> {
    let path = package_path(world, function);
    let mut rows = SAME
        .iter()
        .filter(|(package, ..)| *package == path)
        .peekable();
    rows.peek()?;
    let name = world.name(function).as_str();
    let receiver = receiver_type(world, function, call);
    let (.., who) = rows.find(|(_, of, it, _)| *of == receiver && is_called(name, it))?;
    operands(body, call, *who).first().copied()
}

/// True for the name of a row, and for all that begin like it where it ends in `*`.
fn is_called(name: &str, row: &str) -> bool {
    match row.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => row == name,
    }
}

fn operands(body: &Body, call: &Call, who: Who) -> Vec<Operand> {
    let args = body.operands(call.args);
    match who {
        Receiver => call.receiver.into_iter().collect(),
        Arg(at) => args.get(at).copied().into_iter().collect(),
        From(at) => args.get(at..).unwrap_or_default().to_vec(),
    }
}

/// The name of the type or interface that a method belongs to; empty for functions.
fn receiver_type(world: &World, function: ObjId, call: &Call) -> &'static str {
    if let Some(name) = receiver_name(world, function) {
        return name;
    }
    let named = call.receiver_ty.and_then(|ty| world.named_parts(ty));
    named.map_or("", |(named, _)| {
        world.name(world.named(named).object).as_str()
    })
}
