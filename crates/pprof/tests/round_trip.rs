//! What is written is read back the same, and no bytes make the reader panic.

use contend_base::{Idx, Range};
use contend_pprof::{
    Function, Label, LabelValue, Line, Location, Mapping, Problem, Profile, Sample, Text,
    ValueType, pack, parse, write,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Stacks over a few functions, with values and labels.
fn profiles() -> impl Strategy<Value = Profile> {
    let sample = (
        vec(0..6_usize, 0..8),
        any::<[i64; 2]>(),
        vec(any::<(bool, i64)>(), 0..3),
    );
    (
        vec("\\PC{0,12}", 6),
        vec(any::<(u64, i64)>(), 6),
        vec(sample, 0..20),
    )
        .prop_map(|(names, places, samples)| {
            let mut profile = Profile::default();
            let (kind, unit) = (profile.intern("cpu"), profile.intern("nanoseconds"));
            let cpu = ValueType { kind, unit };
            profile.sample_types = vec![cpu, cpu];
            profile.period_type = Some(cpu);
            profile.default_type = kind;
            profile.comments = vec![unit, kind];
            profile.mappings.push(Mapping {
                start: 4096,
                limit: u64::MAX,
                offset: 0,
                file: unit,
                build_id: kind,
                has: [true, false, true, false],
            });
            for (n, (name, (address, line))) in names.iter().zip(places).enumerate() {
                let name = profile.intern(name);
                profile.functions.push(Function {
                    name,
                    system_name: kind,
                    file: unit,
                    start_line: line,
                });
                let first = profile.lines.len();
                for column in 0..n % 3 {
                    profile.lines.push(Line {
                        function: (column == 0).then(|| Idx::new(n)),
                        line,
                        column: column as i64,
                    });
                }
                profile.locations.push(Location {
                    mapping: (n % 2 == 0).then(|| Idx::new(0)),
                    address,
                    lines: Range::new(first, profile.lines.len()),
                    folded: n == 5,
                });
            }
            for (stack, values, labels) in samples {
                let (frame, value) = (profile.stacks.len(), profile.values.len());
                let label = profile.labels.len();
                profile.stacks.extend(stack.into_iter().map(Idx::new));
                profile.values.extend(values);
                profile
                    .labels
                    .extend(labels.into_iter().map(|(text, number)| Label {
                        key: kind,
                        value: if text {
                            LabelValue::Text(unit)
                        } else {
                            LabelValue::Number(number, Text::new(0))
                        },
                    }));
                profile.samples.push(Sample {
                    stack: Range::new(frame, profile.stacks.len()),
                    values: Range::new(value, profile.values.len()),
                    labels: Range::new(label, profile.labels.len()),
                });
            }
            profile
        })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(profile in profiles()) {
        let bytes = write(&profile);
        for bytes in [pack(&bytes), bytes] {
            let reading = parse(&bytes);
            prop_assert!(reading.problems.is_empty(), "{}", reading.problems);
            prop_assert_eq!(reading.unknown_fields, 0);
            prop_assert_eq!(&reading.profile, &profile);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in vec(any::<u8>(), 0..200)) {
        parse(&bytes);
    }

    #[test]
    fn a_damaged_profile_can_be_written_again(
        profile in profiles(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = write(&profile);
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let sound = parse(&bytes).profile;
        let again = parse(&write(&sound));
        prop_assert!(again.problems.is_empty(), "{}", again.problems);
        prop_assert_eq!(again.profile, sound);
    }

    #[test]
    fn a_cut_profile_says_so(profile in profiles(), cut in any::<prop::sample::Index>()) {
        let packed = pack(&write(&profile));
        let cut = 2 + cut.index(packed.len() - 2);
        prop_assert_eq!(parse(&packed[..cut]).problems.count(Problem::Gzip), 1);
    }
}

#[test]
fn fields_of_a_later_format_are_counted() {
    let mut bytes = write(&Profile::default());
    // Field 99, the integer 1.
    bytes.extend([0x98, 0x06, 0x01]);
    let reading = parse(&bytes);
    assert_eq!(
        (reading.unknown_fields, reading.problems.is_empty()),
        (1, true)
    );
}
