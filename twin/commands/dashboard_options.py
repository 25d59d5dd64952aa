"""What ``twin dashboard`` takes. Light: loaded for every ``--help``."""

import argparse
from typing import Final

from twin.commands.readers import common_options, one_of, whole_number

MAX_RUN_WORKERS: Final = 64


def dashboard_options(parser: argparse.ArgumentParser) -> None:
    """Add where it listens, who may enter, and how many processes serve and play."""
    parser.add_argument(
        "--host", metavar="HOST", default="127.0.0.1", help="address it listens at (default: 127.0.0.1)"
    )
    parser.add_argument(
        "--port",
        metavar="PORT",
        type=whole_number(0, 65_535, "8050"),
        default=8050,
        help="port it listens at; 0: any free one (default: 8050)",
    )
    parser.add_argument(
        "--workers",
        metavar="N",
        type=whole_number(0, MAX_RUN_WORKERS, "1"),
        default=1,
        help="processes 'twin worker' that play what is asked for on the pages; 0: none (default: 1)",
    )
    parser.add_argument(
        "--http-workers",
        metavar="N",
        type=whole_number(1, 64, "2"),
        default=2,
        help="processes that serve pages (default: 2)",
    )
    _sign_in_options(parser)
    common_options(parser)


def _sign_in_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sign-in",
        metavar="none|proxy|oidc",
        type=one_of("none", "proxy", "oidc"),
        default="none",
        help="nobody signs in and only this machine is served; a reverse proxy names the person in headers; "
        "an OpenID Connect provider is asked (default: none)",
    )
    parser.add_argument("--role", metavar="ROLE", help="role of everybody with --sign-in none (default: admin)")
    parser.add_argument(
        "--roles", metavar="FILE.toml", help="which groups give which role; without it all who sign in are viewers"
    )
    parser.add_argument(
        "--public-url",
        metavar="URL",
        help="where browsers reach it; https comes from a reverse proxy in front, which this names",
    )
    parser.add_argument(
        "--proxy-address",
        metavar="ADDRESS",
        action="append",
        help="address or network of the reverse proxy, the only one whose headers are believed; may be repeated",
    )
    parser.add_argument("--user-header", metavar="NAME", help="header with the person (default: X-Forwarded-User)")
    parser.add_argument("--groups-header", metavar="NAME", help="header with the groups (default: X-Forwarded-Groups)")
    parser.add_argument("--oidc-issuer", metavar="URL", help="the identity provider")
    parser.add_argument(
        "--oidc-client-id",
        metavar="ID",
        help="our name there; the secret stands in the environment as TWIN_OIDC_CLIENT_SECRET",
    )
