"""The table of problem codes in docs/import-formats.md, read from the calls in the code that report them.

python scripts/problem_codes.py            write the table
python scripts/problem_codes.py --check    exit code 1 when the table is not current
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "import-formats.md"
BEGIN, END = "<!-- problem codes: generated -->", "<!-- end of problem codes -->"
PLACES = ("adme/common", "adme/ingest", "adme/reporting/workbooks", "databases_b/readers", "databases_b/importing")
# Name of the call -> (severity, position of the code, position of the hint).
_CALLS = {
    "UnreadableFile": ("file", 0, 1),
    "FileRefused": ("file", 0, 1),
    "error": ("error", 0, 1),
    "warning": ("warning", 0, 1),
    "note": ("note", 0, 1),
    "_refuse": ("error", 0, 3),
    "refuse": ("error", 1, 2),
    "remark": ("warning", 1, 2),
    "_group": ("error", 0, 3),
    "NumberError": ("error", 0, 1),
    "_report": ("warning", 1, 3),
}
_SEVERITIES = {"file": "the file is refused", "error": "error", "warning": "warning", "note": "note"}
_ORDER = list(_SEVERITIES)


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    severity: str
    hint: str


Texts = dict[str, list[tuple[int, str]]]  # name -> (line, text) of what was given to it


@dataclass(frozen=True, slots=True)
class _Module:
    """`texts` are constants of the module, `answers` what its functions return as text."""

    texts: Texts
    answers: dict[str, str]


def found_in(source: str, hints: dict[str, str] | None = None) -> Iterator[Problem]:
    """Every problem that a module reports under a code written out in it. `hints` are answers of other modules."""
    tree = ast.parse(source)
    module = _Module(_assigned(tree.body), {**(hints or {}), **_answers(tree)})
    for scope in ast.walk(tree):
        if isinstance(scope, ast.FunctionDef):
            reading = _Reading(module, _assigned(ast.walk(scope)))
            for call in ast.walk(scope):
                if isinstance(call, ast.Call) and (problem := _problem(call, reading)):
                    yield problem


def _answers(tree: ast.Module) -> dict[str, str]:
    """What the functions of a module return, where it is text."""
    reading = _Reading(_Module(_assigned(tree.body), {}))
    found: dict[str, str] = {}
    for scope in ast.walk(tree):
        if isinstance(scope, ast.FunctionDef):
            returned = [node.value for node in ast.walk(scope) if isinstance(node, ast.Return) and node.value]
            texts = dict.fromkeys(_written(_text(value, reading)) for value in returned)
            found[scope.name] = " *or* ".join(text for text in texts if text)
    return found


def _written(text: str) -> str:
    return text if text.strip("…* ") else ""


@dataclass(frozen=True, slots=True)
class _Reading:
    """Where a text is read: names of the function first, those of its module next. `line` hides what comes later."""

    module: _Module
    local: Texts | None = None
    line: int = 0

    def named(self, name: str) -> str:
        before = [text for at, text in sorted((self.local or {}).get(name, [])) if at <= self.line]
        if before:
            return before[-1]
        return self.module.texts[name][-1][1] if name in self.module.texts else "…"


def _assigned(nodes: Iterable[ast.AST]) -> Texts:
    """Texts given to names: a hint is often put together before the call."""
    nothing = _Reading(_Module({}, {}))
    texts: Texts = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            texts.setdefault(node.targets[0].id, []).append((node.lineno, _text(node.value, nothing)))
    return texts


def _problem(call: ast.Call, reading: _Reading) -> Problem | None:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    here = replace(reading, line=call.lineno)
    severity, at, where = _CALLS.get(name, ("", 0, 0))
    code = call.args[at] if severity and len(call.args) > at else named.get("code")
    hint = call.args[where] if severity and len(call.args) > where else named.get("hint")
    if name == "NumberError":  # reported as `not_a_number`, with the sentence of its kind
        return Problem("not_a_number", "error", _text(hint, here)) if hint else None
    if name == "Issue":
        severity = _text(named["severity"], here) if "severity" in named else "error"
    if not severity or hint is None or not isinstance(code, ast.Constant | ast.JoinedStr):
        return None
    told = _text(code, here)
    return Problem(told, severity, _text(hint, here)) if re.fullmatch("[a-z_…]+", told) else None


def _text(node: ast.expr, reading: _Reading) -> str:
    """A text as far as it is written out; `…` stands for what is only known while reading."""
    match node:
        case ast.Constant():
            return str(node.value)
        case ast.JoinedStr():
            return "".join(_text(part, reading) for part in node.values)
        case ast.BinOp():
            return _text(node.left, reading) + _text(node.right, reading)
        case ast.IfExp():
            return f"{_text(node.body, reading)} *or* {_text(node.orelse, reading)}"
        case ast.Name():
            return reading.named(node.id)
        case ast.Call():
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            return reading.module.answers.get(called) or "…"
    return "…"


def problems() -> list[Problem]:
    """All of them, one per code and severity; the sentences of one code stand together."""
    sources = [path.read_text(encoding="utf-8") for place in PLACES for path in sorted((ROOT / place).rglob("*.py"))]
    answers = {name: text for source in sources for name, text in _answers(ast.parse(source)).items()}
    shared = {name: text for name, text in answers.items() if name.endswith("_hint")}
    hints: dict[tuple[str, str], dict[str, None]] = {}
    for source in sources:
        for problem in found_in(source, shared):
            code = problem.code.replace("blank_…", "blank_area, blank_indicator")
            hints.setdefault((code, problem.severity), {})[problem.hint] = None
    listed = sorted(hints, key=lambda key: (_ORDER.index(key[1]), key[0]))
    return [Problem(code, severity, _joined(hints[code, severity])) for code, severity in listed]


def _joined(hints: dict[str, None]) -> str:
    told = [hint for hint in hints if hint.strip("…* ")]
    return " *or* ".join(told) or "the reason stands in the message"


def table() -> str:
    rows = [f"| `{one.code}` | {_SEVERITIES[one.severity]} | {_cell(one.hint)} |" for one in problems()]
    return "\n".join(["| code | kind | what ADME says |", "|---|---|---|", *rows])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def document(current: str) -> str:
    """The document with the table as the code has it now."""
    head, _, rest = current.partition(BEGIN)
    return f"{head}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


def main() -> int:
    current = DOCUMENT.read_text(encoding="utf-8")
    wanted = document(current)
    if "--check" in sys.argv:
        return int(current != wanted)
    DOCUMENT.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
