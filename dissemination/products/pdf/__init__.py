"""PDF documents of a content. Each module has `build(content, file_stamp, *, body="", state="") -> bytes`."""
