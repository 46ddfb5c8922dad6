#!/usr/bin/env bash
# Draws every size of the icon from the three drawings in icons/. The results are committed: a build
# needs none of the tools used here (rsvg-convert, python3).
set -euo pipefail
cd "$(dirname "$0")/../icons"

draw() { rsvg-convert --width "$2" --height "$2" "$1" --output "$3"; }

draw keyferry-small.svg 32 32x32.png
draw keyferry.svg 128 128x128.png
draw keyferry.svg 256 128x128@2x.png
draw keyferry.svg 1024 icon.png
draw tray.svg 64 tray.png

sizes=$(mktemp -d)
trap 'rm -rf "$sizes"' EXIT
for size in 16 24 32 48; do draw keyferry-small.svg $size "$sizes/$size.png"; done
for size in 64 128 256 512 1024; do draw keyferry.svg $size "$sizes/$size.png"; done

python3 - "$sizes" <<'PYTHON'
"""Packs the PNGs into the two container formats; both hold PNG data as it is."""
import pathlib
import struct
import sys

sizes = pathlib.Path(sys.argv[1])


def png(size):
    return (sizes / f"{size}.png").read_bytes()


# ICO: a directory of 16-byte entries (0 stands for 256), then the images.
entries = [16, 24, 32, 48, 64, 256]
offset = 6 + 16 * len(entries)
directory = struct.pack("<HHH", 0, 1, len(entries))
for size in entries:
    side = size % 256
    directory += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(png(size)), offset)
    offset += len(png(size))
pathlib.Path("icon.ico").write_bytes(directory + b"".join(png(size) for size in entries))

# ICNS: 'icns', the whole length, then chunks of type and length, big-endian.
kinds = {"ic11": 32, "ic12": 64, "ic07": 128, "ic13": 256, "ic08": 256, "ic14": 512, "ic09": 512, "ic10": 1024}
body = b"".join(kind.encode() + struct.pack(">I", 8 + len(png(size))) + png(size) for kind, size in kinds.items())
pathlib.Path("icon.icns").write_bytes(b"icns" + struct.pack(">I", 8 + len(body)) + body)
PYTHON
