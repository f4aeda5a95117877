//! How long a program takes, and how much memory it and its children hold together.

use std::fs;
use std::io::{self, BufWriter, Read as _, Write};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// How often memory is looked at. The peak of the program itself is kept by the kernel, so only a
/// rise of its children between two looks can be missed.
const INTERVAL: Duration = Duration::from_millis(10);

/// One run of a program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) seconds: f64,
    /// The most that the program and its children held at one time, in bytes.
    pub(crate) peak: u64,
    /// Processor time of the program alone, in steps of ten milliseconds; what it used after the
    /// last look is missing.
    pub(crate) cpu_seconds: f64,
}

/// Runs a command with its output thrown away. `fine` are the exit codes that mean it did its work.
pub(super) fn run(command: &mut Command, fine: &[i32]) -> anyhow::Result<Run> {
    run_within(command, fine, Duration::MAX)?.context("no run is longer than that")
}

/// Processor time of a command and its children, by the shell that starts it; output thrown away.
pub(super) fn cpu_seconds(command: &Command) -> anyhow::Result<f64> {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "\"$@\" >/dev/null 2>&1 && times", "sh"])
        .arg(command.get_program())
        .args(command.get_args());
    let out = String::from_utf8(crate::workspace::output(&mut shell)?)?;
    // The second line is of the children: user and system time, each as `0m1.25s`.
    let line = out.lines().nth(1).context("what `times` printed")?;
    let mut sum = 0.0;
    for time in line.split_whitespace() {
        let time = time.trim_end_matches('s').split_once('m');
        let (minutes, seconds) = time.context("a time of `times`")?;
        sum += 60.0 * minutes.parse::<f64>()? + seconds.parse::<f64>()?;
    }
    Ok(sum)
}

/// As [`run`]; `None` if the command had not ended after `limit`, and was ended with its children.
pub(super) fn run_within(
    command: &mut Command,
    fine: &[i32],
    limit: Duration,
) -> anyhow::Result<Option<Run>> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // A group of its own, so that its children can be ended with it.
        .process_group(0);
    let program = command.get_program().to_string_lossy().into_owned();
    let began = Instant::now();
    let mut child = command
        .spawn()
        .with_context(|| format!("starting {program}"))?;
    let (mut peak, mut cpu_seconds) = (0, 0.0f64);
    let status = loop {
        peak = peak.max(held(&child));
        cpu_seconds = cpu_seconds.max(used(child.id()));
        match child.try_wait()? {
            Some(status) => break status,
            None if limit < began.elapsed() => {
                end_group(child.id())?;
                child.wait()?;
                return Ok(None);
            }
            None => std::thread::sleep(INTERVAL),
        }
    };
    let seconds = began.elapsed().as_secs_f64();
    match status.code() {
        Some(code) if fine.contains(&code) => Ok(Some(Run {
            seconds,
            peak,
            cpu_seconds,
        })),
        _ => bail!("{program} ended with {status}"),
    }
}

/// Runs a command that reads what `feed` writes; gives what it printed too.
pub(crate) fn fed(
    command: &mut Command,
    fine: &[i32],
    feed: &(dyn Fn(&mut dyn Write) -> io::Result<()> + Sync),
) -> anyhow::Result<(Run, Vec<u8>)> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let program = command.get_program().to_string_lossy().into_owned();
    let began = Instant::now();
    let mut child = command
        .spawn()
        .with_context(|| format!("starting {program}"))?;
    let input = child.stdin.take().context("no standard input")?;
    let mut output = child.stdout.take().context("no standard output")?;
    let (mut peak, mut cpu_seconds) = (0, 0.0f64);
    let (status, answer) = std::thread::scope(|scope| {
        scope.spawn(move || {
            // Its exit status tells more than a broken pipe.
            let _ = feed(&mut BufWriter::new(input));
        });
        let answer = scope.spawn(move || {
            let mut answer = Vec::new();
            output.read_to_end(&mut answer).map(|_| answer)
        });
        let status = loop {
            peak = peak.max(held(&child));
            cpu_seconds = cpu_seconds.max(used(child.id()));
            match child.try_wait()? {
                Some(status) => break status,
                None => std::thread::sleep(INTERVAL),
            }
        };
        let answer = answer.join().ok().context("reading its output")??;
        anyhow::Ok((status, answer))
    })?;
    match status.code() {
        Some(code) if fine.contains(&code) => {
            let seconds = began.elapsed().as_secs_f64();
            Ok((
                Run {
                    seconds,
                    peak,
                    cpu_seconds,
                },
                answer,
            ))
        }
        _ => bail!("{program} ended with {status}"),
    }
}

/// Processor time of a process so far; 0 if it is gone.
pub(crate) fn used(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name in parentheses may hold blanks. Times are in hundredths of a second.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let times = fields.split_whitespace().skip(11).take(2);
    times.filter_map(|n| n.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Ends what is left of a group of processes: a command that was started as one, and all that it
/// started itself.
pub(crate) fn end_group(leader: u32) -> anyhow::Result<()> {
    Command::new("kill")
        .args(["-KILL", "--", &format!("-{leader}")])
        // Nobody is left as a rule, which is no fault.
        .stderr(Stdio::null())
        .status()
        .context("starting kill")?;
    Ok(())
}

/// The run in the middle by time, with the highest peak of all.
pub(super) fn median(runs: &[Run]) -> Option<Run> {
    let mut sorted = runs.to_vec();
    sorted.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    let middle = *sorted.get(sorted.len() / 2)?;
    let peak = runs.iter().map(|run| run.peak).max()?;
    Some(Run { peak, ..middle })
}

fn held(child: &Child) -> u64 {
    let root = child.id();
    status_bytes(root, "VmHWM:").max(resident(root))
}

/// Resident bytes of a process and all below it.
fn resident(process: u32) -> u64 {
    let mut sum = status_bytes(process, "VmRSS:");
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else {
        return sum;
    };
    for thread in threads.flatten() {
        let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        let children = children.split_whitespace().filter_map(|id| id.parse().ok());
        sum += children.map(resident).sum::<u64>();
    }
    sum
}

/// A field of `/proc/PID/status`, which counts in KiB; 0 for a process that is gone.
fn status_bytes(process: u32, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .unwrap_or_default();
    line.split_whitespace()
        .next()
        .and_then(|n| n.parse::<u64>().ok())
        .unwrap_or(0)
        * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_keeps_the_highest_peak() {
        let run = |seconds, peak| Run {
            seconds,
            peak,
            cpu_seconds: 0.0,
        };
        let middle = median(&[run(3.0, 1), run(1.0, 9), run(2.0, 2)]).unwrap();
        assert!((middle.seconds - 2.0).abs() < f64::EPSILON);
        assert_eq!(middle.peak, 9);
        assert!(median(&[]).is_none());
    }

    #[test]
    fn memory_of_a_running_program_is_seen_and_a_failure_is_an_error() {
        let measured = run(Command::new("sleep").arg("0.05"), &[0]).unwrap();
        assert!(0 < measured.peak && 0.05 <= measured.seconds);
        assert!(run(&mut Command::new("false"), &[0]).is_err());
    }

    #[test]
    fn processor_time_is_not_the_time_slept() {
        let mut sleep = Command::new("sleep");
        assert!(cpu_seconds(sleep.arg("0.3")).unwrap() < 0.25);
        assert!(cpu_seconds(&Command::new("false")).is_err());
    }

    #[test]
    fn a_program_is_fed_and_its_answer_kept() {
        let (run, answer) = fed(&mut Command::new("wc"), &[0], &|out| {
            (0..100_000).try_for_each(|_| out.write_all(b"0123456789\n"))
        })
        .unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let counts: Vec<&str> = answer.split_whitespace().collect();
        assert_eq!(counts, ["100000", "100000", "1100000"]);
        assert!(0 < run.peak);
    }

    #[test]
    fn a_run_over_its_limit_is_ended_with_its_children() {
        let began = Instant::now();
        let mut long = Command::new("sh");
        long.args(["-c", "sleep 60 & wait"]);
        let measured = run_within(&mut long, &[0], Duration::from_millis(50)).unwrap();
        assert!(measured.is_none());
        assert!(began.elapsed() < Duration::from_secs(30));
    }
}
