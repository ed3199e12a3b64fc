"""What RDS puts before PostgreSQL: TLS, and the check of an IAM token in the place of a password.

The embedded PostgreSQL is built without OpenSSL, so a test of TLS needs another end for it. This one speaks
PostgreSQL's own protocol up to the login, with a certificate that a self-made authority vouches for, and then
relays to the real server: https://www.postgresql.org/docs/current/protocol-flow.html.
"""

import datetime
import hashlib
import hmac
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

REGION, KEY, SECRET = "us-east-1", "AKIATEST", "test-secret"
_SSL_REQUEST, _GSS_REQUEST = 80877103, 80877104


def make_authority(folder: Path, name: str = "localhost") -> tuple[Path, ssl.SSLContext]:
    """The authority's certificate as a file, and the server's side of TLS for the host `name`."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    server_key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Test Root CA of {folder.name}")])
    now = datetime.datetime.now(datetime.UTC)

    def certificate(
        subject: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(extension, critical=True)
            .sign(authority_key, hashes.SHA256())
        )

    root = certificate(issuer, authority_key, x509.BasicConstraints(ca=True, path_length=None))
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    leaf = certificate(subject, server_key, x509.SubjectAlternativeName([x509.DNSName(name)]))
    (folder / "ca.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    pem = leaf.public_bytes(serialization.Encoding.PEM) + server_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return folder / "ca.pem", context


@dataclass
class Rds:
    port: int
    authority: Path
    tokens: list[str] = field(default_factory=list)
    """Of each login, good or not."""

    def environment(self, user: str, database: str) -> dict[str, str]:
        """What a function needs to log in."""
        return {
            "DATABASE_HOST": "localhost",
            "DATABASE_PORT": str(self.port),
            "DATABASE_NAME": database,
            "DATABASE_USER": user,
            "DATABASE_CA_FILE": str(self.authority),
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }


@contextmanager
def rds_stand_in(postgres_socket: Path, folder: Path) -> Iterator[Rds]:
    """On loopback, before the real server behind the Unix socket."""
    authority, context = make_authority(folder)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        rds = Rds(listener.getsockname()[1], authority)

        def accept() -> None:
            with suppress(OSError):  # closed at the end of the test
                while True:
                    client, _ = listener.accept()
                    threading.Thread(
                        target=_serve, args=(client, context, rds, postgres_socket), daemon=True
                    ).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield rds
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def _serve(client: socket.socket, context: ssl.SSLContext, rds: Rds, postgres: Path) -> None:
    with suppress(OSError), client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (code := struct.unpack("!ii", _exactly(client, 8))[1]) == _GSS_REQUEST:
            client.sendall(b"N")
        if code != _SSL_REQUEST:
            _refuse(client, "no pg_hba.conf entry, no encryption")
            return
        client.sendall(b"S")
        with context.wrap_socket(client, server_side=True) as secure:
            startup = _message(secure)
            secure.sendall(b"R" + struct.pack("!ii", 8, 3))  # the password in clear text
            assert _exactly(secure, 1) == b"p"
            token = _message(secure)[4:].rstrip(b"\0").decode()
            rds.tokens.append(token)
            user = startup[8:].split(b"\0")[1].decode()
            if not is_valid(token, f"localhost:{rds.port}", user):
                _refuse(secure, f'PAM authentication failed for user "{user}"')
                return
            with socket.socket(socket.AF_UNIX) as server:
                server.connect(str(postgres))
                server.sendall(startup)
                back = threading.Thread(target=_relay, args=(server, secure), daemon=True)
                back.start()
                _relay(secure, server)
                back.join()


def _message(connection: socket.socket) -> bytes:
    """A message without a type: its length, which counts itself, and the rest."""
    head = _exactly(connection, 4)
    return head + _exactly(connection, struct.unpack("!i", head)[0] - 4)


def _exactly(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        part = connection.recv(size - len(received))
        if not part:
            raise ConnectionError("gone")
        received += part
    return received


def _relay(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(1 << 16):
            target.sendall(part)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def _refuse(connection: socket.socket, message: str) -> None:
    fields = b"SFATAL\0VFATAL\0C28000\0M" + message.encode() + b"\0\0"
    connection.sendall(b"E" + struct.pack("!i", len(fields) + 4) + fields)


def is_valid(token: str, host: str, user: str) -> bool:
    """Whether the token was signed with our secret, for this host and user, some minutes ago at most.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html, as the one who checks.
    """
    parts = urlsplit(f"https://{token}")
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if (parts.netloc, given.get("DBUser"), given.get("Action")) != (host, user, "connect"):
        return False
    signed_at = datetime.datetime.strptime(given["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.UTC)
    age = datetime.datetime.now(datetime.UTC) - signed_at
    if not datetime.timedelta(minutes=-1) < age < datetime.timedelta(seconds=int(given["X-Amz-Expires"])):
        return False
    signature = given.pop("X-Amz-Signature")
    query = "&".join(f"{quote(name, safe='')}={quote(given[name], safe='')}" for name in sorted(given))
    empty = hashlib.sha256(b"").hexdigest()
    request = f"GET\n/\n{query}\nhost:{host}\n\nhost\n{empty}"
    scope = f"{given['X-Amz-Date'][:8]}/{REGION}/rds-db/aws4_request"
    to_sign = "\n".join(
        ["AWS4-HMAC-SHA256", given["X-Amz-Date"], scope, hashlib.sha256(request.encode()).hexdigest()]
    )
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.compare_digest(hmac.new(key, to_sign.encode(), "sha256").hexdigest(), signature)
