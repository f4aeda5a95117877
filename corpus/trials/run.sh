#!/bin/sh
# Drives old versions of public modules, and services of our own, until they die or hang, and keeps
# what they print.
#
#   run.sh [NAME...]
#
# A folder with a file `version` is built with that version of Go.
# A program that has not died after five seconds hangs and gets SIGQUIT. The log is NAME/log.txt;
# -trimpath keeps paths of this machine out of it. Modules come through the module proxy. The one
# for Java needs a JDK and is asked for two thread dumps.
set -u
cd "$(dirname "$0")" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- $(ls -d */ | tr -d /)
for name; do
	if [ "$name" = hashmap ]; then
		javac -d "$work" hashmap/HashMapLoop.java || continue
		timeout 60 java -cp "$work" HashMapLoop >/dev/null 2>&1 &
		sleep 6
		machine=$(jps | awk '$2 == "HashMapLoop" { print $1 }')
		jstack "$machine" >hashmap/log.txt
		sleep 7
		jstack "$machine" >hashmap/second.txt
		kill "$machine"
		continue
	fi
	toolchain=$(cat "$name/version" 2>/dev/null || echo "${GOTOOLCHAIN:-local}")
	(cd "$name" && GOTOOLCHAIN=$toolchain GOFLAGS=-mod=mod go build -trimpath -o "$work/$name" .) || continue
	timeout -s QUIT 5 "$work/$name" 2>"$name/log.txt" >/dev/null
	head -c 200 "$name/log.txt" | head -1 | sed "s/^/$name: /"
done
