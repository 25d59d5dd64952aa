"""Readings that come one message after the other: the same checks, the same buffer, the same account as for files."""

from collections.abc import Iterable
from dataclasses import dataclass

from ops_data.ingest.buffer import BEGUN, DONE, Batch, Buffer, Counts
from ops_data.ingest.checks import Checks
from ops_data.ingest.ingesting import Setting, keep_chunk
from ops_data.ingest.rows import RawRows, Refused


@dataclass
class Stream:
    """An open stream; got from `open_stream`. Its batch holds the counts."""

    buffer: Buffer
    batch: Batch
    checks: Checks

    def take(self, raw: RawRows, refused: Iterable[Refused], received_utc: int) -> Batch:
        """Check some rows and keep them; when this returns they may be acknowledged to the sender.

        Parameters
        ----------
        raw : rows; ``row`` counts within the stream.
        refused : rows that could not be read.
        received_utc : when they came.
        """
        self.checks.received_utc = received_utc
        self.batch = keep_chunk(self.buffer, self.batch, self.batch.chunks, self.checks, raw, refused)
        return self.batch

    def end(self) -> Batch:
        """Say durably that the stream has ended."""
        self.batch = self.buffer.end(self.batch, DONE)
        return self.batch


def open_stream(buffer: Buffer, name: str, format_name: str, setting: Setting) -> Stream:
    """Begin a stream: a batch of its own each time it is opened.

    Parameters
    ----------
    buffer : of the store.
    name : by which its refused rows are found again, such as "mqtt broker.example:1883".
    format_name : what is spoken in it.
    setting : its mapping, whose source it has (else its name), and the register.
    """
    mapping = setting.mapping.sha256(setting.register)
    new = Batch(
        0, name, setting.mapping.source or name, format_name, "", mapping, 0, setting.received_utc, BEGUN, 0, Counts()
    )  # fmt: skip
    checks = Checks(setting.register, setting.received_utc, setting.mapping.assume_register_units)
    return Stream(buffer, buffer.begin(new), checks)
