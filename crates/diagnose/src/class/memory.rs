//! Memory: damaged heaps, faults, exhaustion.

use contend_finding::Severity;

use super::{BASE, Class};

pub(super) const TABLE: &[Class] = &[
    Class {
        id: "heap-corrupt",
        title: "the collector found a damaged heap",
        meaning: "A pointer leads to memory that is free, or out of any span. Races on \
interfaces, slices and strings do that, and so do unsafe and C code.",
        not_proved: "Where the damage was done: the collector meets it long after.",
        other_side: "Code that shares interfaces, slices or strings without a lock, or that uses \
unsafe or C: anywhere in the program.",
        fix: &["Run with -race and -d=checkptr; look for unsafe, cgo and mmap."],
        ..BASE
    },
    Class {
        id: "nil-dereference",
        title: "a nil or invalid pointer was followed",
        meaning: "The goroutine read or wrote at the address in the message.",
        not_proved: "A race. It is one candidate when the pointer is set by another goroutine, or \
when the address is small and odd (a torn interface or slice).",
        other_side: "Whoever sets the pointer or clears it; the constructor, if that is nobody.",
        fix: &[
            "Look at who sets the pointer, and whether that happens before this goroutine runs.",
        ],
        weight: 70,
        ..BASE
    },
    Class {
        id: "out-of-range",
        title: "an index or a bound was beyond the length of a slice",
        meaning: "The code counted on a length that the slice, array or string did not have.",
        not_proved: "A race. It is one candidate when another goroutine changes the slice, or the \
number that goes with it, between the check and the use.",
        other_side: "Whoever appends to the slice, cuts it or sets the index.",
        fix: &[
            "Look whether goroutines share the slice or the value around it: then one lock belongs \
around the check and the use, on both sides.",
            "If they do not, check the length in front of the use.",
        ],
        weight: 70,
        ..BASE
    },
    Class {
        id: "nil-interface",
        title: "an interface value was nil where a value of one type was expected",
        meaning: "The code took an interface value for a value of some type, without `, ok`, and \
there was none in it.",
        not_proved: "A race. It is one candidate where the value comes out of a structure (list, \
queue, tree, cache) that goroutines share: a slot that another one has just emptied, or not yet \
filled.",
        other_side: "Whoever adds to the structure that the value came out of, or removes from it.",
        fix: &[
            "Look whether goroutines share that structure: then one lock belongs around every use \
of it, reads too. `go test -race` shows both sides.",
            "If they do not, take the value by `v, ok := x.(T)` and say what nil means there.",
        ],
        weight: 70,
        ..BASE
    },
    Class {
        id: "memory-fault",
        title: "an address outside of the program was touched",
        meaning: "The kernel refused an access that is no nil dereference: freed or unmapped \
memory, or a truncated mapped file.",
        not_proved: "A race, though it is one candidate.",
        other_side: "Who unmaps, frees or truncates what is read there; or who changes the slice \
or interface at the same time.",
        fix: &["Look for mmap, unsafe and C near the failing frame; run with -race."],
        weight: 80,
        ..BASE
    },
    Class {
        id: "killed-by-signal",
        title: "a signal ended the process",
        meaning: "The process got a signal that no Go code handles: C called abort or touched bad \
memory, or somebody sent it.",
        not_proved: "That Go code is at fault: the stacks show what Go was doing, not who sent the \
signal.",
        fix: &[
            "If a goroutine stands in runtime.cgocall, look at the C function it called, with a \
debugger or a core file.",
            "Otherwise look for who sends signals: the kernel's log, the supervisor, a health \
check.",
        ],
        weight: 60,
        ..BASE
    },
    Class {
        id: "stack-overflow",
        title: "a goroutine's stack grew beyond its limit",
        meaning: "A recursion without end.",
        not_proved: "",
        fix: &["Look at the frames that repeat."],
        weight: 80,
        ..BASE
    },
    Class {
        id: "atomic-unaligned",
        title: "a 64-bit atomic operation on an address that is no multiple of eight",
        meaning: "On 32-bit systems Go aligns only the first word of what it allocates; a 64-bit \
field behind a smaller one lies at a multiple of four.",
        not_proved: "",
        fix: &[
            "Use atomic.Int64 or atomic.Uint64, which are always aligned.",
            "Or move the field to the start of its struct, and the struct to the start of what \
holds it.",
        ],
        weight: 90,
        ..BASE
    },
    Class {
        id: "deep-recursion",
        title: "a goroutine is deep inside a recursion",
        meaning: "The same function stands on the stack again and again. If nothing ends the \
recursion, the stack grows to its limit (1 GB on 64-bit systems) and the process dies.",
        not_proved: "That it never ends: a deep tree or list needs a deep stack, too. In a second \
dump a runaway recursion is deeper.",
        other_side: "",
        fix: &[
            "Look at what should end the recursion, and at data with a circle in it.",
            "Bound the depth, or keep a list of what is still to do instead of calling.",
        ],
        severity: Severity::Warning,
        weight: 40,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "out-of-memory",
        title: "the memory is used up",
        meaning: "The runtime could not get more memory from the system.",
        not_proved: "What holds it: look at a heap profile; many goroutines hold much, too.",
        fix: &["Count the goroutines in the dump; set GOMEMLIMIT below the container's limit."],
        weight: 80,
        ..BASE
    },
    Class {
        id: "range-func-misuse",
        title: "an iterator function went on after its loop had ended",
        meaning: "The body of a range over a function was called again after break, panic or \
return; often from another goroutine.",
        not_proved: "That goroutines are part of it: an iterator can do it alone.",
        other_side: "The iterator function, in the frames between the loop and the failure.",
        fix: &["Do not call yield from another goroutine, nor after it returned false."],
        weight: 85,
        ..BASE
    },
    Class {
        id: "unsafe-misuse",
        title: "a rule of package unsafe is broken",
        meaning: "checkptr (on with -race) or the runtime saw a pointer made by unsafe that leads \
out of its object, or a length that does not fit.",
        not_proved: "A race: one goroutine can do it alone. A length read while another goroutine \
changes it is one candidate.",
        fix: &["Look at the conversion in the failing frame; read the rules of unsafe.Pointer."],
        weight: 88,
        ..BASE
    },
];
