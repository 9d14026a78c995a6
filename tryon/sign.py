"""A signature in the file that says who made it how (C2PA 2): with a key made on this machine, without a network.

Needs the package c2pa-python, an extra of the program. The file then says: a photo was opened, and edited by a trained algorithm (or
furniture was added). No thumbnail and nothing of the original photo goes in, only the fingerprint of its pixels. Readers find the
signature valid and its maker unknown: no authority vouches for a key made at home. All files of one machine carry the same certificate.
"""

from __future__ import annotations

import contextlib
import datetime
import importlib.util
import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tryon.config import data_dir
from tryon.errors import OptionError, OutputError
from tryon.image import write_file
from tryon.label import SOURCES
from tryon.text import _

if TYPE_CHECKING:
    from tryon.image import Photo

__all__ = ["can_sign", "check_signable", "key_folder", "sign", "signed_by"]

_KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "AVIF": "image/avif"}
_YEARS = 10
# No picture within the picture, and nobody is asked on the net.
_SETTINGS = {"builder": {"thumbnail": {"enabled": False}}, "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def can_sign() -> bool:
    """Whether the package that signs is installed."""
    return importlib.util.find_spec("c2pa") is not None


def key_folder() -> Path:
    """Where this machine's key and certificates lie; deleting them has new ones made."""
    return data_dir() / "signing"


def check_signable(kind: str) -> None:
    """Make sure that files of this format (Pillow's name) can be signed here. Raises OptionError."""
    if not can_sign():
        raise OptionError(_("files cannot be signed here"), advice=_("install the package {name}").format(name="c2pa-python"))
    if kind not in _KINDS:
        raise OptionError(_("a {kind} file cannot be signed").format(kind=kind), advice=_("use .png, .jpg, .webp or .avif"))


def sign(data: bytes, kind: str, *, made: str, like: Photo | None = None) -> bytes:
    """The same file with a signature. kind: Pillow's name of its format. made: of label.SOURCES. like: the photo it was made of.

    Raises OptionError where the package is missing or the format cannot be signed, OutputError where it fails.
    """
    check_signable(kind)
    import c2pa

    chain, key = _key()
    edited = {"action": "c2pa.edited", "digitalSourceType": _IPTC + SOURCES[made], "softwareAgent": {"name": "TryOn Studio"}}
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["photo"]}}
    claim = {
        "claim_generator_info": [{"name": "TryOn Studio"}], "title": "picture", "format": _KINDS[kind],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [opened, edited]}}],
    }  # fmt: skip
    signed = io.BytesIO()
    try:
        with c2pa.Context(settings=c2pa.Settings.from_dict(_SETTINGS)) as context, c2pa.Builder(json.dumps(claim), context) as builder:
            photo = {"title": "photo", "relationship": "parentOf", "label": "photo"}
            builder.add_ingredient(json.dumps(photo), "image/jpeg", io.BytesIO(_ingredient(like)))
            with c2pa.Signer.from_info(c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, chain, key, None)) as signer:
                builder.sign(signer, _KINDS[kind], io.BytesIO(data), signed)
    except c2pa.C2paError as error:
        raise OutputError(_("the signature failed ({detail})").format(detail=str(error)[:200]), advice=_("export without it")) from None
    return signed.getvalue()


def signed_by(data: bytes, kind: str) -> dict[str, Any] | None:
    """What a file's signature says: state ("Valid" or "Invalid"), maker, actions; None for a file without one."""
    import c2pa

    try:
        context = c2pa.Context(settings=c2pa.Settings.from_dict(_SETTINGS))
        with context, c2pa.Reader(_KINDS[kind], io.BytesIO(data), context=context) as reader:
            store = json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound:
        return None
    claim = store["manifests"][store["active_manifest"]]
    actions = next(row["data"]["actions"] for row in claim["assertions"] if row["label"].startswith("c2pa.actions"))
    return {
        "state": store["validation_state"], "maker": claim["signature_info"]["issuer"], "actions": [row["action"] for row in actions],
        "source": next((row["digitalSourceType"].rpartition("/")[2] for row in actions if "digitalSourceType" in row), ""),
    }  # fmt: skip


def _ingredient(like: Photo | None) -> bytes:
    """Stands for the opened photo: its pixels without any metadata. Only the fingerprint of these bytes goes into the file."""
    import numpy as np
    from PIL import Image

    pixels = np.zeros((1, 1, 3), np.uint8) if like is None else like.rgb
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def _key() -> tuple[bytes, bytes]:
    """The certificates (leaf, root; PEM) and the key of this machine, made when first asked for. Raises OutputError."""
    folder = key_folder()
    both = (folder / "certificates.pem", folder / "key.pem")
    with contextlib.suppress(OSError):
        return both[0].read_bytes(), both[1].read_bytes()
    chain, key = _made()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.chmod(folder, 0o700)
    except OSError as error:
        raise OutputError(_("this folder cannot be made ({detail})").format(detail=error.strerror), subject=folder) from None
    write_file(both[1], key)
    os.chmod(both[1], 0o600)
    write_file(both[0], chain)
    return chain, key


def _made() -> tuple[bytes, bytes]:
    """A new root and a leaf below it (C2PA 2.2, 14.5: ECDSA P-256, mail protection, never an authority itself)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    root_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, leaf_name = _named("a TryOn Studio's own root"), _named("a TryOn Studio")
    mark = x509.SubjectKeyIdentifier.from_public_key(root_key.public_key())

    def certificate(name: x509.Name, public: ec.EllipticCurvePublicKey, *, authority: bool) -> x509.Certificate:
        flags = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only")
        usage = x509.KeyUsage(digital_signature=not authority, key_cert_sign=authority, crl_sign=authority, **dict.fromkeys(flags, False))
        building = (
            x509.CertificateBuilder().subject_name(name).issuer_name(root_name).public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start).not_valid_after(start + datetime.timedelta(days=365 * _YEARS))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        )  # fmt: skip
        if not authority:
            mail = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.EMAIL_PROTECTION])
            building = building.add_extension(mail, critical=False)
            building = building.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(mark), critical=False)
        return building.sign(root_key, hashes.SHA256())

    chain = [certificate(leaf_name, leaf_key.public_key(), authority=False), certificate(root_name, root_key.public_key(), authority=True)]
    text = serialization.Encoding.PEM
    key = leaf_key.private_bytes(text, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return b"".join(one.public_bytes(text) for one in chain), key


def _named(name: str) -> Any:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "TryOn Studio"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
