#!/bin/sh
# Makes sure that Go and PostgreSQL are there and, given the word tests, also Node.js and Chromium, which only tests use.
# As root on Debian and its kin it installs what is missing; elsewhere it says exactly what to install. Only a missing Go
# is an error: waybill fetches a PostgreSQL of its own if it must, and the tests say again what they miss.
set -eu

oldest_postgres=15
oldest_node=20
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

node_suffices() {
	command -v npm >/dev/null && command -v node >/dev/null || return 1
	node --version | awk -F '[v.]' -v oldest="$oldest_node" '{ exit !($2 >= oldest) }'
}

# Older releases of Debian have an older Node.js, but its npm can fetch a newer one as a package.
install_node() {
	apt_update
	command -v npm >/dev/null || apt_install nodejs npm
	node_suffices || npm install --global --no-fund --no-audit --loglevel=error node@22
}

chromium_is_there() {
	for browser in chromium chromium-browser google-chrome-stable google-chrome; do
		! command -v "$browser" >/dev/null || return 0
	done
	[ -d /Applications/Chromium.app ] || [ -d "/Applications/Google Chrome.app" ]
}

chinese_is_there() {
	! command -v fc-list >/dev/null || [ -n "$(fc-list :lang=zh family)" ]
}

install_chromium() {
	apt_update
	apt_install chromium fonts-noto-cjk
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
[ "${1:-}" = tests ] || exit 0
if ! node_suffices && can_install; then
	install_node || echo "setup: Node.js could not be installed"
fi
if ! node_suffices; then
	echo "setup: Node.js $oldest_node or newer with npm is missing, which tests need. Install it from https://nodejs.org"
fi
if ! { chromium_is_there && chinese_is_there; } && can_install; then
	install_chromium || echo "setup: apt-get could not install chromium fonts-noto-cjk"
fi
if ! chromium_is_there; then
	echo "setup: Chromium is missing, which tests need. Install your system's package of it, and a font with Chinese."
fi
