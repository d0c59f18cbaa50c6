#!/bin/sh
# Makes sure that Go and PostgreSQL are there. As root on Debian and its kin it installs what is missing; elsewhere it
# says exactly what to install. Only a missing Go is an error: waybill fetches a PostgreSQL of its own if it must.
set -eu

oldest_postgres=15
wanted_go=$(awk '$1 == "go" { print $2 }' "$(dirname "$0")/../go.mod")

can_install() {
	[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

apt_install() {
	echo "setup: installing $*"
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

apt_update() {
	[ -n "${updated:-}" ] || DEBIAN_FRONTEND=noninteractive apt-get update -qq
	updated=yes
}

# A Go since 1.21 fetches the version that go.mod names by itself.
go_suffices() {
	command -v go >/dev/null || return 1
	(cd / && GOTOOLCHAIN=local go env GOVERSION) | awk -F '[go.]+' '{ exit !($2 > 1 || $3 >= 21) }'
}

# The newest major version of a complete installation in the places where waybill looks too.
postgres_version() {
	path=$(command -v initdb || true)
	for initdb in ${path:+"$(readlink -f "$path")"} /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb \
		/opt/homebrew/opt/postgresql@*/bin/initdb /usr/local/opt/postgresql@*/bin/initdb \
		/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin/initdb; do
		[ -x "$initdb" ] && [ -x "${initdb%initdb}postgres" ] || continue
		"${initdb%initdb}postgres" --version | sed -n 's/.*(PostgreSQL) \([0-9]*\).*/\1/p'
	done | sort -n | tail -n 1
}

postgres_suffices() {
	version=$(postgres_version)
	[ "${version:-0}" -ge "$oldest_postgres" ]
}

# Without this setting the package would create and start a server that nobody asked for.
install_postgres() {
	apt_update
	apt_install postgresql-common
	sed -i 's/^#\? *create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
	apt_install postgresql
}

how_to_install_postgres() {
	if command -v brew >/dev/null; then
		echo "brew install postgresql@17"
	elif command -v apt-get >/dev/null; then
		echo "sudo apt-get install postgresql"
	elif command -v dnf >/dev/null; then
		echo "sudo dnf install postgresql-server"
	elif command -v apk >/dev/null; then
		echo "apk add postgresql"
	elif command -v pacman >/dev/null; then
		echo "sudo pacman -S postgresql"
	else
		echo "your system's package of PostgreSQL $oldest_postgres or newer"
	fi
}

if ! go_suffices && can_install; then
	apt_update && apt_install golang-go ca-certificates || echo "setup: apt-get could not install golang-go"
fi
if ! go_suffices; then
	echo "setup: Go $wanted_go is missing. Install it from https://go.dev/dl/ (any Go since 1.21 fetches it)." >&2
	exit 1
fi
if ! postgres_suffices && can_install; then
	install_postgres || echo "setup: apt-get could not install postgresql"
fi
if ! postgres_suffices; then
	echo "setup: PostgreSQL $oldest_postgres or newer is missing. Install it: $(how_to_install_postgres)"
	echo "setup: going on without; waybill fetches one for itself at its first start"
fi
