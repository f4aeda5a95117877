#!/bin/sh
# Reproduces the scenarios and records what the dying programs print.
#
#   record.sh [-o DIR] [-s "ID ID..."] [GOVERSION...]
#
# Without GOVERSION the local toolchain is used; others come through the module proxy.
# Each scenario has a file `repro`, one recording a line: a mode and arguments of the program.
#   crash    run until it dies by itself
#   system   the same with GOTRACEBACK=system
#   quit     run for two seconds, then SIGQUIT
#   healthy  the same with the program of the folder `healthy`, which only looks like a fault
#   race     built with -race
#   debugN   run to the end; it prints a profile
# A mode may have a tail that tells forms apart: quit-pipe.
# The folder `claim`, where there is one, tests what is said about the mechanism; see
# `cargo xtask scenarios claims`.
# A recording is DIR/ID.MODE.goVERSION.txt. -trimpath keeps paths of this machine out of it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../dumps
only=
while getopts o:s: flag; do
	case $flag in
	o) out=$OPTARG ;;
	s) only=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

record() { # id mode version arguments...
	id=$1 mode=$2 version=$3
	shift 3
	to=$out/$id.$mode.$version.txt
	case ${mode%%-*} in
	crash) timeout 60 "$work/program" "$@" 2>"$to" >/dev/null ;;
	system) GOTRACEBACK=system timeout 60 "$work/program" "$@" 2>"$to" >/dev/null ;;
	race) GORACE=halt_on_error=0 timeout 10 "$work/program" "$@" 2>"$to" >/dev/null ;;
	quit | healthy) timeout -s QUIT 2 "$work/program" "$@" 2>"$to" >/dev/null ;;
	debug*) timeout 60 "$work/program" "$@" 2>"$to" >/dev/null ;;
	esac
	[ -s "$to" ] || { rm -f "$to"; echo "$id $mode $version: nothing was printed" >&2; }
}

for version in "${@:-local}"; do
	if [ "$version" = local ]; then
		GOTOOLCHAIN=local
	else
		GOTOOLCHAIN=go${version#go}
	fi
	export GOTOOLCHAIN GOFLAGS=-mod=mod
	name=$(cd "$here/M01" && go env GOVERSION)
	for scenario in ${only:-$(cd "$here" && ls -d ???)}; do
		[ -f "$here/$scenario/repro" ] || continue
		while read -r mode arguments; do
			race= form=faulty
			[ "$mode" = race ] && race=-race
			[ "$mode" = healthy ] && form=healthy
			(cd "$here/$scenario" && go build -trimpath $race -o "$work/program" ./$form) || continue
			# Word splitting of the arguments is meant.
			record "$scenario" "$mode" "$name" $arguments </dev/null
		done <"$here/$scenario/repro"
	done
done
