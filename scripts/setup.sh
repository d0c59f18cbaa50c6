#!/bin/sh
# Makes sure that Go and PostgreSQL are there and, given the word tests, also Node.js, Chromium and Neovim, which only tests use.
# As root on Debian and its kin it installs what is missing; elsewhere it says what to type. Only a Go that is missing or
# has no place to work in is an error: waybill fetches a PostgreSQL of its own if it must, and the tests say again what
# they miss.
set -eu
umask 022 # what root installs is for everybody

target=setup${1:+-$1}
oldest_postgres=15
oldest_node=20
wanted_go=$(awk '$1 == "go" { print $2 }' "$(dirname "$0")/../go.mod")

say() {
	echo "setup: $*"
}

can_install() {
	[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

# What the shell remembers of where programs are is older than what was installed. A fresh machine may be installing its
# own updates at the same time.
apt_install() {
	say "installing $*"
	DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes \
		apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" >/dev/null || return 1
	hash -r
}

apt_update() {
	[ -n "${updated:-}" ] || DEBIAN_FRONTEND=noninteractive apt-get update -qq || return 1
	updated=yes
}

# What a person types here to install go, postgresql, node or chromium.
how_to_install() {
	for manager in brew apt-get dnf apk pacman none; do
		! command -v "$manager" >/dev/null || break
	done
	case $manager:$1 in
	apt-get:*) how_to_install_as_root "$1" ;;
	brew:postgresql) echo "brew install postgresql@17" ;;
	brew:chromium) echo "brew install --cask chromium" ;;
	brew:*) echo "brew install $1" ;;
	*:go) echo "https://go.dev/dl/" ;;
	dnf:postgresql) echo "sudo dnf install postgresql-server" ;;
	dnf:node) echo "sudo dnf install nodejs npm" ;;
	dnf:chromium) echo "sudo dnf install chromium google-noto-sans-cjk-fonts" ;;
	apk:postgresql) echo "apk add postgresql" ;;
	apk:node) echo "apk add nodejs npm" ;;
	apk:chromium) echo "apk add chromium font-noto-cjk" ;;
	pacman:postgresql) echo "sudo pacman -S postgresql" ;;
	pacman:node) echo "sudo pacman -S nodejs npm" ;;
	pacman:chromium) echo "sudo pacman -S chromium noto-fonts-cjk" ;;
	*:node) echo "https://nodejs.org" ;;
	*) echo "your system's package of it" ;;
	esac
}

# This script installs without starting a server that nobody asked for. Root reads this where it could not.
how_to_install_as_root() {
	if [ "$(id -u)" = 0 ]; then
		case $1 in
		go) echo "https://go.dev/dl/" ;;
		node) echo "https://nodejs.org" ;;
		*) echo "apt-get install $1" ;;
		esac
	elif command -v sudo >/dev/null; then
		echo "sudo make $target"
	else
		echo "su - -c \"make -C '$PWD' $target\""
	fi
}

# The version of the go in PATH as a number, 1.26.8 as 26008; 0 without one.
go_version() {
	(! command -v go >/dev/null || { cd / && GOTOOLCHAIN=local go env GOVERSION; }) |
		awk -F '[go.]+' '$2 == 1 { version = $3 * 1000 + $4 } END { print version + 0 }'
}

# A Go since 1.21 fetches the version that go.mod names by itself, unless it was told to stay as it is.
go_suffices() {
	version=$(go_version)
	[ "$version" -ge "$(echo "$wanted_go" | awk -F . '{ print $2 * 1000 + $3 }')" ] ||
		{ [ "$version" -ge 21000 ] && [ "$(cd / && go env GOTOOLCHAIN)" != local ]; }
}

# Debian's package is of no use where another go comes first in PATH.
debian_may_bring_go() {
	case $(command -v go || true) in
	"" | /usr/bin/go | /bin/go) ;;
	*) return 1 ;;
	esac
}

install_go() {
	debian_may_bring_go && apt_update &&
		if dpkg --compare-versions "$(apt-cache policy golang-go | awk '$1 == "Candidate:" { print $2 }')" ge 2:1.21; then
			apt_install golang-go ca-certificates
		else
			install_go_from_backports
		fi
}

# Debian 12's own Go is too old to fetch a newer one. The source is removed again: it is not ours to add.
install_go_from_backports() {
	codename=$(. /etc/os-release && [ "$ID" = debian ] && echo "$VERSION_CODENAME") || return 1
	mirror=$(apt-get indextargets --format '$(SITE)' "Codename: $codename" 'Component: main' | head -n 1)
	source=/etc/apt/sources.list.d/waybill-setup.list
	say "adding $codename-backports of $mirror for as long as it takes"
	echo "deb $mirror $codename-backports main" >"$source"
	installed=no
	apt-get update -qq && apt_install -t "$codename-backports" golang-go ca-certificates && installed=yes
	rm "$source"
	[ $installed = yes ]
}

why_go_does_not_suffice() {
	if [ -z "$(command -v go)" ]; then
		echo "Go $wanted_go is missing. Install it (any since 1.21 fetches that one): $(how_to_install go)"
	elif [ "$(go_version)" -ge 21000 ]; then
		echo "$(command -v go) is older than Go $wanted_go and may not fetch it. Let it: export GOTOOLCHAIN=auto"
	elif debian_may_bring_go; then
		echo "$(command -v go) is older than Go 1.21, which could fetch Go $wanted_go. Replace it: $(how_to_install go)"
	else
		echo "$(command -v go) is older than Go 1.21, which could fetch Go $wanted_go. Replace it: https://go.dev/dl/"
	fi
}

# Where Go keeps what it downloads and compiles; below the home unless it was told otherwise.
go_has_room() {
	for variable in GOMODCACHE GOCACHE; do
		folder=$(cd / && go env $variable 2>/dev/null) || return 1
		case $folder in
		/*) mkdir -p "$folder" 2>/dev/null || return 1 ;;
		*) return 1 ;;
		esac
	done
	[ -w "$folder" ]
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

# Without this setting the package would create and start a server that nobody asked for. It is put back: the next
# package of PostgreSQL is somebody else's wish.
install_postgres() {
	apt_update && apt_install postgresql-common || return 1
	conf=/etc/postgresql-common/createcluster.conf
	sed -i.waybill-setup 's/^#\? *create_main_cluster.*/create_main_cluster = false/' $conf || return 1
	installed=no
	apt_install postgresql && installed=yes
	mv $conf.waybill-setup $conf
	[ $installed = yes ]
}

node_suffices() {
	command -v npm >/dev/null && command -v node >/dev/null || return 1
	node --version | awk -F '[v.]' -v oldest="$oldest_node" '{ exit !($2 >= oldest) }'
}

# Older releases of Debian have an older Node.js, but its npm can fetch a newer one as a package.
install_node() {
	if ! command -v npm >/dev/null; then
		apt_update && apt_install nodejs npm || return 1
	fi
	node_suffices || npm install --global --no-fund --no-audit --loglevel=error node@22
	hash -r
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
	apt_update && apt_install chromium fonts-noto-cjk
}

if ! go_suffices && can_install; then
	install_go || say "Go could not be installed"
fi
if ! go_suffices; then
	say "$(why_go_does_not_suffice)" >&2
	exit 1
fi
if ! go_has_room; then
	say "Go has no folder to work in: HOME is ${HOME:-not set}. Name one that you may write to: HOME=/tmp/$(id -u) make ..." >&2
	exit 1
fi
if ! postgres_suffices && can_install; then
	install_postgres || say "PostgreSQL could not be installed"
fi
if ! postgres_suffices; then
	say "PostgreSQL $oldest_postgres or newer is missing. Install it: $(how_to_install postgresql)"
	say "going on without; waybill fetches one for itself at its first start"
fi
[ "${1:-}" = tests ] || exit 0
if ! node_suffices && can_install; then
	install_node || say "Node.js could not be installed"
fi
if ! node_suffices; then
	say "Node.js $oldest_node or newer with npm is missing, which tests need. Install it: $(how_to_install node)"
fi
if ! { chromium_is_there && chinese_is_there; } && can_install; then
	install_chromium || say "Chromium and a font with Chinese could not be installed"
fi
if ! chromium_is_there; then
	say "Chromium is missing, which tests need. Install it, and a font with Chinese: $(how_to_install chromium)"
elif ! chinese_is_there; then
	say "a font with Chinese is missing, which tests need. Install one: $(how_to_install chromium)"
fi
if ! command -v nvim >/dev/null && can_install; then
	{ apt_update && apt_install neovim; } || say "Neovim could not be installed"
fi
if ! command -v nvim >/dev/null; then
	say "Neovim is missing, and its test is left out. Install it: $(how_to_install neovim)"
fi
