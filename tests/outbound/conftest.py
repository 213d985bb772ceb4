import datetime
import ipaddress
import ssl
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.outbound.connections import trust

watched = []
is_watching = [False]


def _watch(event, arguments):
    if is_watching[0] and event == "socket.connect":
        watched.append(arguments[1])


sys.addaudithook(_watch)


@pytest.fixture
def connects():
    """Every address that the process connects to during the test."""
    watched.clear()
    is_watching[0] = True
    yield watched
    is_watching[0] = False


@pytest.fixture
def strict(settings):
    """As an installation is where nobody has set anything."""
    settings.ASSAY_OUTBOUND_HTTP = False
    settings.ASSAY_OUTBOUND_PORTS = []
    settings.ASSAY_OUTBOUND_ALLOW = []


@pytest.fixture
def loopback(settings):
    """Receivers on this machine may be called, also without TLS."""
    settings.ASSAY_OUTBOUND_HTTP = True
    settings.ASSAY_OUTBOUND_ALLOW = ["127.0.0.0/8"]


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority, monkeypatch):
    """The test's own authority stands among those of the system."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    trust.cache_clear()
    yield authority
    trust.cache_clear()


class Authority:
    def __init__(self, folder):
        self.folder, self.path = folder, folder / "authority.pem"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tests")])
        certificate = self.sign(self.name, self.key.public_key(), [], is_authority=True)
        self.path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def sign(self, subject, public_key, names, *, is_authority=False, days=1):
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=30))
            .not_valid_after(now + datetime.timedelta(days=days))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def server(self, *names: str, days: int = 1) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        certificate = self.sign(subject, key.public_key(), [general_name(name) for name in names], days=days)
        path = self.folder / f"{certificate.serial_number}.pem"
        path.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def general_name(name: str):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
