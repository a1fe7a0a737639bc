"""What of the framework's own messages is worth a line in the log."""

import logging


class ReadinessAnswers(logging.Filter):
    """Drop "Service Unavailable: /readyz": whoever polls it reads the answer itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        path = getattr(getattr(record, "request", None), "path", "")
        return path != "/readyz" or getattr(record, "status_code", 0) != 503
