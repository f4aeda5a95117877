//! A large `perf script` text for measurements, the same bytes each time: a Go service on eight
//! threads, with kernel frames on top of some stacks. It has the fields that programs which fold it
//! ask perf for, and so no periods: of a text with periods inferno adds up those, and ours counts
//! samples, as other programs do.

use std::io::{self, Write};

/// Distinct stacks.
const STACKS: u64 = 4_000;

const KERNEL: &[&str] = &[
    "futex_wake",
    "do_futex",
    "__x64_sys_futex",
    "do_syscall_64",
    "entry_SYSCALL_64_after_hwframe",
];

const RUNTIME: &[&str] = &[
    "runtime.mallocgc",
    "runtime.scanobject",
    "runtime.mapaccess2_faststr",
    "runtime.chansend",
    "runtime.futex.abi0",
];

/// Writes a text of `samples` samples.
pub(super) fn write(samples: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for n in 0..samples {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // Few stacks are hot.
        let stack = (state >> 40) % STACKS * ((state >> 20) % STACKS) / STACKS;
        sample(n, stack, state >> 60, out)?;
    }
    Ok(())
}

fn sample(n: u64, stack: u64, thread: u64, out: &mut dyn Write) -> io::Result<()> {
    let (seconds, micros) = (1_000 + n / 8_000, n * 125 % 1_000_000);
    writeln!(
        out,
        "api {:>5}/{} [{:03}] {seconds}.{micros:06}: cpu-clock:pppH: ",
        4_000,
        4_000 + thread,
        thread % 4
    )?;
    let mixed = stack.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    if mixed.is_multiple_of(5) {
        for (at, name) in KERNEL.iter().enumerate() {
            writeln!(
                out,
                "\tffffffff81{:06x} {name}+0x{:x} ([kernel.kallsyms])",
                at * 4096,
                mixed >> 52
            )?;
        }
    }
    let inner = RUNTIME[(mixed >> 8) as usize % RUNTIME.len()];
    writeln!(
        out,
        "\t          40{:04x} {inner}+0x1f (/srv/api)",
        mixed >> 48
    )?;
    for level in (0..8 + mixed % 12).rev() {
        let callee = mixed >> (2 * level) & 0xff;
        writeln!(
            out,
            "\t          4{:05x} example.com/shop/part{}.(*Service).step{callee}+0x{:x} (/srv/api)",
            callee * 640 + level,
            level % 6,
            level * 24 + 5
        )?;
    }
    writeln!(
        out,
        "\t          47b2c1 runtime.goexit.abi0+0x1 (/srv/api)\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_has_a_head_a_stack_and_an_end() {
        let mut out = Vec::new();
        write(200, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.matches("cpu-clock:pppH: \n").count(), 200);
        assert_eq!(
            text.matches("runtime.goexit.abi0+0x1 (/srv/api)\n\n")
                .count(),
            200
        );
    }
}
