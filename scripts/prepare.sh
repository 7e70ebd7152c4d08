# Read by ./start and ./test: finds Python, makes .venv, installs the locked packages, compiles translations.
# POSIX sh; every step is skipped when it is done already, and can be repeated after a kill.

set -eu
umask 022
# A relative data folder means the one the user sees, before we change to the checkout.
case "${POMONA_DATA:-}" in '' | /*) ;; *) POMONA_DATA="$PWD/$POMONA_DATA" && export POMONA_DATA ;; esac
cd "$root"

# say RUSSIAN ENGLISH: print in the language of the terminal.
say() {
    case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
        ru*) printf '%s\n' "$1" >&2 ;;
        *) printf '%s\n' "$2" >&2 ;;
    esac
}

fail() {
    say "$@"
    exit 1
}

can_apt() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$1" >/dev/null 2>&1 || {
        apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$1" >/dev/null
    }
}

find_python() {
    for python in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
        if [ -n "$python" ] && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            return
        fi
    done
    how='sudo apt install python3 python3-venv'
    [ "$(uname)" = Darwin ] && how='brew install python'
    fail "Нужен Python 3.11 или новее: $how" "Python 3.11 or newer is needed: $how"
}

make_environment() {
    [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1 && return
    find_python
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        can_apt || fail "Не хватает пакета: sudo apt install $package" "A package is missing: sudo apt install $package"
        say "Ставлю $package…" "Installing $package…"
        apt_install "$package" || fail "Не удалось: apt install $package" "This failed: apt install $package"
    fi
    say 'Готовлю окружение Python…' 'Making the Python environment…'
    "$python" -m venv --clear .venv ||
        fail "Не удалось создать $root/.venv" "$root/.venv could not be made"
}

# install_locked LIST: exactly the versions and hashes of requirements/LIST.txt.
install_locked() {
    list="requirements/$1.txt"
    lock=$(cksum "$list" scripts/prepare.sh)
    [ "$(cat ".venv/installed-$1" 2>/dev/null)" = "$root $lock" ] && return
    total=$(grep -c '^[A-Za-z0-9_.-]*==[^;]*$' "$list")
    say "Ставлю пакеты ($total, один раз)…" "Installing packages ($total, once)…"
    {
        .venv/bin/python -m pip install --disable-pip-version-check --require-hashes -r "$list" 2>&1 ||
            echo 'pip failed'
    } | tee .venv/install.log | awk -v total="$total" '
        /^(Collecting|Requirement already)/ { printf "\r  %d / %d ", ++seen, total; fflush() }
        /^Installing collected/ { printf "\r  …              "; fflush() }
        END { printf "\r                   \r" }' >&2
    if grep -q '^pip failed$' .venv/install.log; then
        grep -i '^error' .venv/install.log >&2 || tail -n 5 .venv/install.log >&2
        fail 'Пакеты не установлены: проверьте сеть и повторите.' \
            'The packages are not installed: check the network and try again.'
    fi
    .venv/bin/python - "$root" <<'PYTHON'
import pathlib, sys, sysconfig

root = sys.argv[1]
pathlib.Path(sysconfig.get_path("purelib"), "pomona.pth").write_text(f"{root}/src\n", encoding="utf-8")
program = pathlib.Path(root, ".venv/bin/pomona")
program.write_text('#!/bin/sh\nexec "$(dirname "$0")/python" -m pomona "$@"\n')
program.chmod(0o755)
PYTHON
    printf '%s' "$root $lock" >".venv/installed-$1"
}

compile_translations() {
    [ -w src/pomona/web/locale ] || return 0
    .venv/bin/python -m babel.messages.frontend -q compile -D django -d src/pomona/web/locale
}

# prepare LIST
prepare() {
    [ -w . ] || [ -f ".venv/installed-$1" ] ||
        fail "Нет права писать в $root" "$root cannot be written"
    make_environment
    install_locked "$1"
    compile_translations
}
