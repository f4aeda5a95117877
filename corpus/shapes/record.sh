#!/bin/sh
# Records every shape of text that the readers must know, by real programs, into DIR.
#
#   record.sh [DIR]
#
# Needs Go 1.27, and 1.18 for one (through GOTOOLCHAIN), a C compiler, and Java with jstack. What is not there is
# left out and said. -trimpath keeps paths of this machine out of the recordings.
set -u
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/recorded}
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GOTOOLCHAIN=go1.27.3
cd "$here" || exit 1

build() { # program, environment...
	program=$1
	shift
	env "$@" go build -trimpath -o "$work/$program" "./${program%%-*}" || echo "$program: not built" >&2
}

build hang
build hang-386 GOARCH=386
build panics
build serve
build cgo CGO_ENABLED=1
build races GOFLAGS=-race
build races-old GOFLAGS=-race GOTOOLCHAIN=go1.18.10

"$work/hang" quit 2>"$out/quit.amd64.txt"
"$work/hang-386" quit 2>"$out/quit.386.txt"
"$work/hang" profiles "$out"
"$work/hang" leak >"$out/leak.debug2.txt"
"$work/hang" old >"$out/old.debug2.txt"
for mode in idle stuck; do
	timeout 20 "$work/serve" $mode 2>"$out/serve.$mode.txt"
done
for mode in nil nested again goexit windows; do
	timeout 20 "$work/panics" $mode 2>"$out/panic.$mode.txt"
done
# This system takes a path with a drive for a relative one and puts the package in front of it.
sed -i -E 's#\t[^\t ]*/(C:)#\t\1#' "$out/panic.windows.txt"
GODEBUG=tracebackancestors=5 timeout 20 "$work/panics" ancestors 2>"$out/panic.ancestors.txt"
GODEBUG=gctrace=1,schedtrace=20 "$work/panics" garbage 2>"$out/panic.godebug.txt"
"$work/panics" logged 2>"$out/logged.jsonl"
"$work/races" shared 2>"$out/race.shared.txt"
GORACE=history_size=0 "$work/races-old" lost 2>"$out/race.lost.txt"
go test -trimpath -race -count=1 ./races >"$out/race.test.txt" 2>&1
sed -i -E 's/\t[0-9.]+s$/\t0.01s/; s/\([0-9.]+s\)/(0.05s)/' "$out/race.test.txt"
"$work/cgo" panic 2>"$out/cgo.panic.txt"
GOTRACEBACK=system "$work/cgo" abort 2>"$out/cgo.abort.txt"
(cd bubble && go test -trimpath -count=1 . >"$out/bubble.txt" 2>&1)
sed -i -E 's/\t[0-9.]+s$/\t0.01s/' "$out/bubble.txt"

if command -v jstack >/dev/null; then
	java java/Locks.java locks >"$out/java.sigquit.txt" 2>&1 &
	pid=$!
	sleep 4
	jstack -l $pid >"$out/java.jstack.txt"
	kill -QUIT $pid
	sleep 1
	kill $pid
	java java/Locks.java walk 2>"$out/java.exception.txt"
else
	echo "java: not there" >&2
fi
