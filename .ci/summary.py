"""Read the test runs' logs: fail if a run skipped what it must not, then print the runner's closing lines, main run last."""

import re
import sys

closing = []
for path in sys.argv[1:]:
    lines = [line.strip() for line in open(path, encoding="utf-8") if re.search(r"\d+ passed", line)]
    if not lines:
        sys.exit(f"{path}: no closing line with passed tests")
    if "browser" in path and "skipped" in lines[-1]:
        sys.exit(f"{path}: browser journeys were skipped: {lines[-1]}")
    closing.append(re.sub(r"^=+ | =+$", "", lines[-1]))
for path, line in zip(sys.argv[1:], closing, strict=True):
    print(f"{path}: {line}")
print(closing[-1])
