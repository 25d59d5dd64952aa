"""A small server behind the sign-in, what browsers do with it, and two identity providers on loopback."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from threading import Thread
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import requests
from dash import Dash
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import make_server

from dashboards.auth import current_user, install_sign_in
from dashboards.roles import require
from dashboards.settings import Settings

KEY = "k" * 32  # signs the cookies of these tests
SECRET = "a secret of the provider"
CLIENT = "twin-dashboard"
GROUPS = {"planner": ("planning", "計画課"), "reviewer": ("env-review",), "admin": ("it",)}


def guarded_server(settings: Settings) -> Flask:
    """Return a server whose page, callback and download each say who asks."""
    server = Flask("guarded")
    install_sign_in(server, settings)

    def who() -> dict[str, Any]:
        user = current_user()
        return {"name": user.name, "roles": sorted(user.roles)}

    @server.get("/download/runs")
    def download() -> Response:
        require("export:run")
        return jsonify(who())

    @server.post("/_dash-update-component")
    def update() -> Response:
        require("do:submit")
        return jsonify(who())

    @server.get("/", defaults={"path": ""})
    @server.get("/<path:path>")
    def page(path: str) -> Response:
        return jsonify({"path": path, **who()})

    return server


def application(name: str, server: Flask) -> Dash:
    """Return an empty application on a server of ours."""
    return Dash(name, server=cast(Any, server))  # declared as a flag, documented as a server too


@contextmanager
def served(server: Flask, port: int = 0) -> Iterator[str]:
    """Serve on loopback; give the address."""
    running = make_server("127.0.0.1", port, server, threaded=True)
    thread = Thread(target=running.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def free_port() -> int:
    """Return a port of loopback that nobody uses now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def public_provider(people: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    """Run the identity provider of the package oidc-provider-mock, which knows some people; give its address."""
    port = free_port()
    said = [word for sub, claims in people.items() for word in ("--user-claims", json.dumps({"sub": sub, **claims}))]
    words = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", *said]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/.well-known/openid-configuration", process)
        yield address
    finally:
        process.terminate()
        process.wait()


def wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait for the first answer of a server that has just been started."""
    for _ in range(300):
        try:
            requests.get(url, timeout=5.0).raise_for_status()
            return
        except requests.ConnectionError:
            assert process.poll() is None, "the server ended"
            time.sleep(0.1)
    raise AssertionError(f"no answer from {url}")


def agree(browser: requests.Session, at_provider: str, name: str) -> requests.Response:
    """Sign in at the provider's form; return its answer, which sends the browser back."""
    return browser.post(at_provider, data={"sub": name}, allow_redirects=False, timeout=10.0)


def sign_in(browser: requests.Session, address: str, name: str) -> requests.Response:
    """Do all that a browser does from opening an address to seeing what it asked for."""
    asked = browser.get(address, timeout=10.0)
    return browser.get(agree(browser, asked.url, name).headers["Location"], timeout=10.0)


@cache
def two_keys() -> tuple[RSAKey, RSAKey]:
    """Return the key of a provider and that of a stranger."""
    return RSAKey.generate_key(2048), RSAKey.generate_key(2048)


def forging_provider(wrong: Mapping[str, object], kind: str = "") -> Flask:
    """Return a provider whose identity tokens hold wrong claims, or signed wrongly (``stranger``, ``ours``)."""
    server = Flask("forging")
    own, stranger = two_keys()
    asked: dict[str, str] = {}

    @server.get("/.well-known/openid-configuration")
    def metadata() -> Response:
        base = request.host_url.rstrip("/")
        return jsonify(
            issuer=base,
            authorization_endpoint=f"{base}/authorize",
            token_endpoint=f"{base}/token",
            jwks_uri=f"{base}/keys",
        )

    @server.get("/keys")
    def keys() -> Response:
        return jsonify(keys=[own.as_dict(private=False)])

    @server.get("/authorize")
    def authorize() -> Any:
        asked.update(request.args.to_dict())
        return redirect(f"{asked['redirect_uri']}?code=c&state={asked['state']}")

    @server.post("/token")
    def token() -> Response:
        now = int(time.time())
        right = {"iss": request.host_url.rstrip("/"), "aud": CLIENT, "sub": "anna", "iat": now, "exp": now + 300}
        claims = {key: value for key, value in {**right, "nonce": asked["nonce"], **wrong}.items() if value is not None}
        if kind == "ours":  # a provider's public key or our secret taken for the key of a signature
            text = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))
        else:
            text = jwt.encode({"alg": "RS256"}, claims, stranger if kind == "stranger" else own)
        return jsonify(access_token="a", token_type="Bearer", id_token=text)

    return server


def state_of(address: str) -> str:
    """Return the state that stands in an address."""
    return parse_qs(urlsplit(address).query)["state"][0]
