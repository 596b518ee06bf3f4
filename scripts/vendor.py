"""Copies the pinned front-end files into static/vendor/, and the fonts of documents into fonts/, with their licences
and SHA-256 manifests.

    python scripts/vendor.py            install from package-lock.json, copy, write the manifest
    python scripts/vendor.py --check    compare static/vendor/ and fonts/ with their manifests; changes nothing
    python scripts/vendor.py --rules    also dump plotly's style rules again (needs Chromium and playwright)

The application never runs this: what it writes is committed. Run it after changing a version in package.json.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
TEST_VENDOR = ROOT / "tests" / "vendor"
MANIFEST = VENDOR / "MANIFEST.json"
PRINT_FONTS = ROOT / "fonts"
PRINT_MANIFEST = PRINT_FONTS / "MANIFEST.json"

COPIES: dict[str, tuple[tuple[str, Path], ...]] = {
    "@tabler/core": (("dist/css/tabler.min.css", VENDOR / "tabler/tabler.min.css"),),
    "htmx.org": (
        ("dist/htmx.min.js", VENDOR / "htmx/htmx.min.js"),
        ("LICENSE", VENDOR / "htmx/LICENSE"),
    ),
    "plotly.js-cartesian-dist-min": (
        ("plotly-cartesian.min.js", VENDOR / "plotly/plotly-cartesian.min.js"),
        ("LICENSE", VENDOR / "plotly/LICENSE"),
    ),
    "axe-core": (
        ("axe.min.js", TEST_VENDOR / "axe.min.js"),
        ("LICENSE", TEST_VENDOR / "axe.LICENSE"),
    ),
}

# Family name, package, subsets kept. The last four load only where a page holds their script (unicode-range).
FONTS = (
    ("Source Sans 3", "source-sans-3", ("latin", "latin-ext", "vietnamese")),
    ("Noto Sans Thai", "noto-sans-thai", ("thai",)),
    ("Noto Sans Khmer", "noto-sans-khmer", ("khmer",)),
    ("Noto Sans Lao", "noto-sans-lao", ("lao",)),
    ("Noto Sans Myanmar", "noto-sans-myanmar", ("myanmar",)),
)

# Fonts set into PDF documents and into the charts in them: family name, package. As they are, regular and bold.
PRINT_FAMILIES = (
    ("Noto Sans", "noto-sans"),
    ("Noto Sans Thai", "noto-sans-thai"),
    ("Noto Sans Khmer", "noto-sans-khmer"),
    ("Noto Sans Lao", "noto-sans-lao"),
    ("Noto Sans Myanmar", "noto-sans-myanmar"),
)

ICONS = (ROOT / "scripts/icons.txt").read_text(encoding="utf-8").split()

MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
# The npm package of Tabler ships no licence file; the notice is the one in the head of its style sheet.
TABLER_NOTICE = "MIT License\n\nCopyright 2018-2026 The Tabler Authors\nCopyright 2018-2026 codecalm.net Paweł Kuna\n\n"
SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S+)\s*$")


def main() -> int:
    options = _options()
    if options.check:
        return check()
    install()
    for package, files in COPIES.items():
        for source, target in files:
            _copy(MODULES / package / source, target)
    (VENDOR / "tabler/LICENSE").write_text(TABLER_NOTICE + MIT, encoding="utf-8")
    copy_fonts()
    copy_print_fonts()
    write_sprite()
    if options.rules or not (VENDOR / "plotly/plotly.css").exists():
        dump_plotly_rules()
    write_manifest()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Vendor the front-end files.")
    parser.add_argument("--check", action="store_true", help="compare with the manifest, change nothing")
    parser.add_argument("--rules", action="store_true", help="dump plotly's style rules again (needs Chromium)")
    return parser.parse_args()


def install() -> None:
    """Install exactly what the lock file names; the lock file names no registry's address."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed to vendor the front-end files (not to run ADME).")
    subprocess.run(  # noqa: S603
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=ROOT, check=True
    )
    lock = ROOT / "package-lock.json"
    content = json.loads(lock.read_text(encoding="utf-8"))
    for entry in content["packages"].values():
        entry.pop("resolved", None)
        entry.pop("funding", None)
    lock.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _copy(source: Path, target: Path) -> None:
    """Copy a file without its source map comment: manifest storage would look for the map and fail."""
    content = source.read_bytes()
    if target.suffix in {".css", ".js"}:
        content = SOURCE_MAP.sub(b"\n", content)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def copy_fonts() -> None:
    """One style sheet for all fonts; each subset loads only where a page holds one of its characters."""
    rules = ["/* Written by scripts/vendor.py from the @fontsource packages. SIL Open Font License 1.1. */"]
    for family, package, subsets in FONTS:
        folder = MODULES / "@fontsource-variable" / package
        ranges = json.loads((folder / "unicode.json").read_text(encoding="utf-8"))
        _copy(folder / "LICENSE", VENDOR / f"fonts/{package}.LICENSE")
        for subset in subsets:
            name = f"{package}-{subset}-wght-normal.woff2"
            _copy(folder / "files" / name, VENDOR / "fonts" / name)
            rules.append(
                f'@font-face{{font-family:"{family}";font-style:normal;font-display:swap;font-weight:200 900;'
                f'src:url("{name}") format("woff2");unicode-range:{ranges[subset]}}}'
            )
    (VENDOR / "fonts/fonts.css").write_text("\n".join(rules) + "\n", encoding="utf-8")


def copy_print_fonts() -> None:
    """Regular and bold of each family, and a manifest that says which characters each family has."""
    files, families = {}, []
    for family, package in PRINT_FAMILIES:
        folder = MODULES / "@expo-google-fonts" / package
        name = family.replace(" ", "")
        _copy(folder / "LICENSE_FONT", PRINT_FONTS / f"{name}.LICENSE")
        for weight in ("400Regular", "700Bold"):
            _copy(folder / weight / f"{name}_{weight}.ttf", PRINT_FONTS / f"{name}_{weight}.ttf")
        version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
        found = set.intersection(*map(_characters, sorted(PRINT_FONTS.glob(f"{name}_*.ttf"))))
        families.append({"family": family, "version": version, "licence": "OFL-1.1", "characters": _ranges(found)})
    for path in _print_files():
        files[path.name] = _digest(path)
    PRINT_MANIFEST.write_text(json.dumps({"families": families, "sha256": files}) + "\n", encoding="utf-8")


def _characters(path: Path) -> set[int]:
    """The code points that a TrueType font maps to a glyph (table cmap, formats 4 and 12)."""
    content = path.read_bytes()
    tables = {content[at : at + 4]: at for at in range(12, 12 + 16 * struct.unpack_from(">H", content, 4)[0], 16)}
    start = struct.unpack_from(">I", content, tables[b"cmap"] + 8)[0]
    found: set[int] = set()
    for place in range(struct.unpack_from(">H", content, start + 2)[0]):
        at = start + struct.unpack_from(">I", content, start + 4 + 8 * place + 4)[0]
        kind = struct.unpack_from(">H", content, at)[0]
        if kind == 4:
            count = struct.unpack_from(">H", content, at + 6)[0] // 2
            ends = struct.unpack_from(f">{count}H", content, at + 14)
            starts = struct.unpack_from(f">{count}H", content, at + 16 + 2 * count)
            pairs = list(zip(starts, ends, strict=True))
        elif kind == 12:
            groups = struct.unpack_from(">I", content, at + 12)[0]
            pairs = [struct.unpack_from(">2I", content, at + 16 + 12 * group) for group in range(groups)]
        else:
            continue
        found.update(code for first, last in pairs for code in range(first, last + 1) if code != 0xFFFF)
    return found


def _ranges(codes: set[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for code in sorted(codes):
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


def _print_files() -> list[Path]:
    return sorted(path for path in PRINT_FONTS.iterdir() if path.is_file() and path != PRINT_MANIFEST)


def write_sprite() -> None:
    """One SVG with a symbol per icon used; templates refer to it with the `icon` tag."""
    symbols = []
    for name in sorted(set(ICONS)):
        text = (MODULES / "@tabler/icons/icons/outline" / f"{name}.svg").read_text(encoding="utf-8")
        shapes = "".join(re.findall(r"<(?:path|circle|rect|line|ellipse|polyline|polygon)\b[^>]*/>", text))
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    target = VENDOR / "tabler-icons/sprite.svg"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n", encoding="utf-8"
    )
    _copy(MODULES / "@tabler/icons/LICENSE", VENDOR / "tabler-icons/LICENSE")


def dump_plotly_rules() -> None:
    """Write the rules that plotly.js would inject, so that it need not: injected styles break the security policy."""
    from playwright.sync_api import sync_playwright

    bundle = (VENDOR / "plotly/plotly-cartesian.min.js").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content("<!doctype html><title>rules</title><div id='chart'></div>")
        page.add_script_tag(content=bundle)
        rules = page.evaluate(
            """async () => {
                await Plotly.newPlot('chart', [{y: [1, 2]}]);
                const element = document.getElementById('plotly.js-style-global');
                return [...element.sheet.cssRules].map(rule => rule.cssText);
            }"""
        )
        browser.close()
    head = "/* The rules of plotly.js, dumped by scripts/vendor.py; linked with the id plotly.js looks for. MIT. */"
    (VENDOR / "plotly/plotly.css").write_text("\n".join([head, *rules]) + "\n", encoding="utf-8")


def _files() -> list[Path]:
    return sorted(
        path for folder in (VENDOR, TEST_VENDOR) for path in folder.rglob("*") if path.is_file() and path != MANIFEST
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_manifest() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    versions = {
        name.removeprefix("node_modules/"): {"version": entry["version"], "licence": entry.get("license", "")}
        for name, entry in packages.items()
        if name and name.removeprefix("node_modules/") in packages[""]["devDependencies"]
    }
    files = {path.relative_to(ROOT).as_posix(): _digest(path) for path in _files()}
    MANIFEST.write_text(json.dumps({"packages": versions, "sha256": files}, indent=2) + "\n", encoding="utf-8")


def check() -> int:
    """Say which vendored files differ from the manifest; 1 when any does."""
    recorded = dict(json.loads(MANIFEST.read_text(encoding="utf-8"))["sha256"])
    fonts = json.loads(PRINT_MANIFEST.read_text(encoding="utf-8"))["sha256"]
    recorded |= {f"{PRINT_FONTS.name}/{name}": digest for name, digest in fonts.items()}
    found = {path.relative_to(ROOT).as_posix(): _digest(path) for path in [*_files(), *_print_files()]}
    wrong = sorted(name for name in recorded.keys() | found.keys() if recorded.get(name) != found.get(name))
    for name in wrong:
        sys.stderr.write(f"differs from the manifest: {name}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
