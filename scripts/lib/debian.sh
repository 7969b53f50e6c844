# shellcheck shell=bash
# Debian's binary packages, unpacked into a folder of the repository; nothing is installed into the system.
# Sourced by scripts/setup. apt does the work (mirror, signatures, dependencies), with folders of its own.

# The release that has Python 3.14.
DEBIAN_SUITE=forky
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# Prints the mirrors that this machine's apt uses, whatever the format of its sources.
debian_mirrors() {
  apt-get update --print-uris 2>/dev/null |
    sed -n "s|^'\([^']*\)/dists/.*|\1|p" | grep -v -e security -e '^cdrom' | awk '!seen[$0]++'
}

# debian_apt FOLDER ARGUMENT...: apt-get with its state in FOLDER, as if no package were installed.
debian_apt() {
  local folder=$1
  shift
  apt-get --quiet --quiet --config-file "$folder/apt.conf" "$@"
}

# debian_open FOLDER: makes FOLDER a private apt that knows DEBIAN_SUITE, from the first mirror that carries it.
debian_open() {
  local folder=$1 mirror options=""
  mkdir -p "$folder"/{lists,archives}/partial "$folder/log"
  : >"$folder/status"
  # The hooks are cleared because they belong to the system's own apt.
  cat >"$folder/apt.conf" <<EOF
Dir::State "$folder";
Dir::State::lists "$folder/lists";
Dir::State::status "$folder/status";
Dir::Cache "$folder";
Dir::Cache::archives "$folder/archives";
Dir::Log "$folder/log";
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "";
APT::Default-Release "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "2";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
EOF
  [[ -r $DEBIAN_KEYRING ]] && options="[signed-by=$DEBIAN_KEYRING] "
  for mirror in $(debian_mirrors); do
    echo "deb $options$mirror $DEBIAN_SUITE main" >"$folder/sources.list"
    debian_apt "$folder" --error-on=any update >/dev/null && return 0
  done
  return 1
}

# debian_download FOLDER PACKAGE...: fetches the packages and all that they need into FOLDER/archives.
debian_download() {
  local folder=$1
  shift
  debian_open "$folder" && debian_apt "$folder" --yes --download-only install "$@" >/dev/null
}

# debian_unpack TARGET PACKAGE...: the packages and all that they need, unpacked below TARGET.
debian_unpack() {
  local target=$1 folder package result=1
  shift
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
  folder=$(mktemp -d) || return 1
  if debian_download "$folder" "$@"; then
    mkdir -p "$target"
    result=0
    for package in "$folder"/archives/*.deb; do
      dpkg-deb --extract "$package" "$target" || result=1
    done
  fi
  rm -rf "$folder"
  return "$result"
}

# debian_libraries ROOT: prints the folder of the shared libraries of an unpacked ROOT.
debian_libraries() {
  local loader
  for loader in "$1"/usr/lib/*/ld-linux*.so.*; do
    [[ -e $loader ]] && dirname "$loader" && return 0
  done
  return 1
}

# debian_wrap FOLDER PROGRAM: makes FOLDER/bin/NAME, which runs FOLDER/debian/usr/PROGRAM with its own loader and libraries.
debian_wrap() {
  local folder=$1 program=$2 libraries loader wrapper
  libraries=$(debian_libraries "$folder/debian") || return 1
  loader=$(echo "$libraries"/ld-linux*.so.*)
  wrapper=$folder/bin/${program##*/}
  mkdir -p "$folder/bin"
  cat >"$wrapper" <<EOF
#!/bin/sh
here=\$(cd "\$(dirname "\$0")/.." && pwd)
# Where ser2net's library looks for its plug-ins.
GENSIO_LIBRARY_PATH=\$(echo "\$here"/debian/usr/libexec/*/gensio/*)
export GENSIO_LIBRARY_PATH
exec "\$here${loader#"$folder"}" --library-path "\$here${libraries#"$folder"}" "\$here/debian/usr/$program" "\$@"
EOF
  chmod +x "$wrapper"
}
