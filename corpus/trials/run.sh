#!/bin/sh
# Drives old versions of public modules, and services of our own, until they die or hang, and keeps
# what they print.
#
#   run.sh [NAME...]
#
# A program that has not died after five seconds hangs and gets SIGQUIT. The log is NAME/log.txt;
# -trimpath keeps paths of this machine out of it. Modules come through the module proxy.
set -u
cd "$(dirname "$0")" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- $(ls -d */ | tr -d /)
for name; do
	(cd "$name" && GOFLAGS=-mod=mod go build -trimpath -o "$work/$name" .) || continue
	timeout -s QUIT 5 "$work/$name" 2>"$name/log.txt" >/dev/null
	head -c 200 "$name/log.txt" | head -1 | sed "s/^/$name: /"
done
