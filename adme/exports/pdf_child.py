"""The child process that sets a document: run as a script, with a JSON order on its input, under limits.

A document is set by compiled code that cannot be interrupted, so a text that takes it too long or too much memory must
not take the worker with it. This process has no network, writes no file, and can read only the fonts.

Order: {"files": {name: text}, "fonts": folder, "format": "pdf" or "png", "ppi": number, "timestamp": seconds}.
Answer: the PDF, or JSON with a list of base64 pages. A refusal is one line of JSON on the error stream, exit code 3.
"""

import base64
import json
import resource
import sys
import warnings

MEMORY_LIMIT = 2 << 30
CPU_SECONDS = 60
REFUSED = 3


def limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> int:
    limit_resources()
    import typst

    warnings.simplefilter("ignore")
    order = json.load(sys.stdin.buffer)
    is_pdf = order["format"] == "pdf"
    try:
        made = typst.compile(
            {name: text.encode() for name, text in order["files"].items()},
            root=order["fonts"],  # the only folder that a template could read from; there is nothing else in it
            font_paths=[order["fonts"]],
            ignore_system_fonts=True,
            format=order["format"],
            ppi=order["ppi"],
            pdf_standards=["ua-1"] if is_pdf else [],
            timestamp=order["timestamp"],
            package_path=order["fonts"],
            package_cache_path=order["fonts"],
        )
    except typst.TypstError as error:
        told = {"message": str(error.message)[:2000], "hints": [str(hint)[:500] for hint in error.hints or ()]}
        sys.stderr.write(json.dumps(told))
        return REFUSED
    if is_pdf:
        sys.stdout.buffer.write(made)
    else:
        pages = made if isinstance(made, list) else [made]
        sys.stdout.write(json.dumps([base64.b64encode(page).decode() for page in pages]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
