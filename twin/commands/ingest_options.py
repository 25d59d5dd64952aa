"""What ``twin ingest`` takes. Light: loaded for every ``--help``."""

import argparse

from twin.commands.readers import INSTANT, common_options, decimal, moment


def ingest_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin ingest`` takes."""
    parser.add_argument("paths", metavar="PATH", nargs="*", help="files of sensor readings, or logs of work")
    parser.add_argument("--mapping", metavar="FILE.toml", help="how the files are to be understood")
    parser.add_argument(
        "--source", metavar="NAME", help="who speaks in them (default: the mapping's, else each file's name)"
    )
    parser.add_argument(
        "--received",
        metavar="TIME",
        type=moment,
        help=f"when they became available, as {INSTANT}, or a day in Japan for its beginning (default: now)",
    )
    parser.add_argument(
        "--assume-register-units",
        action="store_true",
        help="take values without a declared unit to be in the units of the register of sensors",
    )
    parser.add_argument(
        "--watch", metavar="FOLDER", help="take every whole file that comes into a folder, until interrupted"
    )
    parser.add_argument(
        "--settle",
        metavar="SECONDS",
        type=decimal(0.0, 86_400.0, "10"),
        default=10.0,
        help="with --watch: a file is whole when it has not changed for so long (default: 10)",
    )
    parser.add_argument("--seal", action="store_true", help="then seal every UTC day that is over by six hours")
    parser.add_argument(
        "--rejected",
        metavar="FILE",
        nargs="?",
        const="",
        help="print the refused rows of a file that was ingested, or of all, as CSV; ingests nothing",
    )
    mqtt_options(parser)
    common_options(parser)


def mqtt_options(parser: argparse.ArgumentParser) -> None:
    """Add how readings come from a broker of messages."""
    group = parser.add_argument_group("readings from a broker of messages (MQTT 3.1.1; needs the extra 'mqtt')")
    group.add_argument(
        "--mqtt",
        metavar="HOST[:PORT]",
        help="take readings from messages until interrupted; each is acknowledged to the broker when it is on disk "
        "(default port: 1883, with --tls-ca 8883)",
    )
    group.add_argument(
        "--topic",
        dest="topics",
        metavar="FILTER",
        action="append",
        default=[],
        help="with --mqtt: what to listen to, such as 'site/+/readings'; may be repeated",
    )
    group.add_argument(
        "--client-id",
        metavar="ID",
        help="under which the broker keeps what is not acknowledged (default: made of machine, store and topics)",
    )
    group.add_argument("--username", metavar="NAME", help="by which the broker knows who listens")
    group.add_argument("--password-file", metavar="FILE", help="whose first line is the password")
    group.add_argument(
        "--tls-ca", metavar="FILE", help="encrypt; the broker's certificate is vouched for by one in this file (PEM)"
    )
