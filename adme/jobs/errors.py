"""What can go wrong with a job, by name."""


class JobError(Exception):
    """Base of all errors of this package."""


class JobRefused(JobError):
    """Raised by a handler: the work cannot be done and trying again would not help. The text is for the person."""


class LostLease(JobError):
    """Another attempt has taken the job over; whatever this one did must not be committed."""


class UnknownHandler(JobError):
    """No tasks.py registers a handler of this name."""


class BadArguments(JobError, ValueError):
    """Arguments of a job are ids and codes as JSON; anything else is loaded by the handler."""


class NotAllowedNow(JobError):
    """The state of the job does not allow the act. The text is for the person."""
