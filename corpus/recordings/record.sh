#!/bin/sh
# Records a program of corpus/causes with its execution trace and, beside it, perf and strace, into
# DIR. The tests of crates/contend read the results.
#
#   record.sh [DIR]
#
# Needs Go, perf and strace, and the right to use trace points: root, and tracefs mounted at
# /sys/kernel/tracing. -trimpath and a fixed directory keep paths of this machine out.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=/tmp/contend-recording
rm -rf "$work"
mkdir "$work"
trap 'rm -rf "$work"' EXIT
export GOTOOLCHAIN=go1.27.3
cd "$here/../causes"
CGO_ENABLED=0 go build -trimpath -o "$work/causes" .
cd "$work"

events='-e cpu-clock/freq=999/ -e raw_syscalls:sys_enter -e raw_syscalls:sys_exit'
# One clock for both.
perf record -q -k CLOCK_MONOTONIC $events -g -o monotonic.data -- \
	./causes deadline planted monotonic.trace
# The clock of the scheduler, which has no reference.
perf record -q $events -g -o scheduler.data -- ./causes deadline planted scheduler.trace
perf script -i scheduler.data --ns -F comm,pid,tid,time,event,ip,sym,dso,trace \
	>scheduler.txt 2>/dev/null
strace -f -ttt -T -yy -o child.strace ./causes child planted child.trace

for file in monotonic.data monotonic.trace scheduler.txt scheduler.trace child.strace child.trace; do
	gzip -9n <"$file" >"$out/$file.gz"
done
