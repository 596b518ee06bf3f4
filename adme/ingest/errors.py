"""What can go wrong with an import, by name. Each carries the sentence for the person."""


class IngestError(Exception):
    """Base of all errors of this package."""


class FileTooLarge(IngestError):
    """More bytes than IMPORT_MAX_BYTES."""


class NotAllowedNow(IngestError):
    """The state of the batch does not allow the act."""


class PreviewOutdated(IngestError):
    """What is stored has changed since the preview, so the preview no longer says what would happen."""


class Superseded(IngestError):
    """A later import has replaced values of the one to undo."""
