#!/bin/sh
# The few system libraries that drawing and the window need (Debian and Ubuntu names).
# Prints nothing where they are all there; installs them when root; otherwise prints the line to type and goes on.
set -u

packages="libgl1 libegl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 \
libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0 libxrender1 fonts-dejavu-core fonts-noto-cjk"
libraries="libGL.so.1 libEGL.so.1 libEGL_mesa.so.0 libglib-2.0.so.0 libfontconfig.so.1 libdbus-1.so.3 libxkbcommon.so.0 libxcb-cursor.so.0 \
libxcb-icccm.so.4 libxcb-keysyms.so.1 libxcb-shape.so.0 libxcb-xkb.so.1 libxkbcommon-x11.so.0 libXrender.so.1"

[ "$(uname -s)" = Linux ] || exit 0
known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null) || exit 0
missing=""
for library in $libraries; do
  case "$known" in
    *"$library"*) ;;
    # A machine with a vendor's EGL (a GPU driver) needs no Mesa.
    *) [ "$library" = libEGL_mesa.so.0 ] && case "$known" in *libEGL_nvidia*) continue ;; esac
       missing="$missing $library" ;;
  esac
done
[ -n "$missing" ] || exit 0

echo "missing system libraries:$missing" >&2
line="apt-get install -y --no-install-recommends $(echo $packages)"
if ! command -v apt-get >/dev/null 2>&1; then
  echo "install them with your system's package tool (Debian's names: $(echo $packages)), then run this again" >&2
elif [ "$(id -u)" -eq 0 ]; then
  echo "installing them ..." >&2
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && $line -qq >/dev/null; } || echo "that failed; type this yourself: $line" >&2
else
  echo "type this, then run the command again: sudo $line" >&2
fi
exit 0
