"""Ed25519 against RFC 8032 section 7.1, canonical JSON against RFC 8785."""

import pytest

from stratum_core.errors import InputError
from stratum_core.ledger.canonical import canonical_json
from stratum_core.ledger.signing import Signer, fingerprint, is_known, is_signed

RFC_8032 = [
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]


@pytest.mark.parametrize(("private", "public", "message", "signature"), RFC_8032)
def test_rfc_8032(private: str, public: str, message: str, signature: str) -> None:
    signer = Signer(bytes.fromhex(private))
    assert signer.public.hex() == public
    assert signer.sign(bytes.fromhex(message)).hex() == signature
    assert is_signed(bytes.fromhex(message), bytes.fromhex(signature), bytes.fromhex(public))
    assert not is_signed(bytes.fromhex(message) + b"x", bytes.fromhex(signature), bytes.fromhex(public))
    assert not is_signed(bytes.fromhex(message), b"", b"short")


@pytest.mark.parametrize(("number", "text"), [
    (0.0, "0"), (-0.0, "0"), (1e-7, "1e-7"), (1e21, "1e+21"), (1e20, "100000000000000000000"), (5e-324, "5e-324"),
    (1.7976931348623157e308, "1.7976931348623157e+308"), (9007199254740992.0, "9007199254740992"), (0.000001, "0.000001"),
    (333333333.33333329, "333333333.3333333"), (4.5, "4.5"), (2e-3, "0.002"), (1e30, "1e+30"), (1e-27, "1e-27"),
])
def test_numbers_print_as_ecmascript_prints_them(number: float, text: str) -> None:
    assert canonical_json([number]).decode() == f"[{text}]"


def test_keys_stand_in_the_order_of_utf16_code_units() -> None:
    page = {"€": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
            "\U0001f600": "Emoji: Grinning Face", "\x80": "Control", "ö": "Latin Small Letter O With Diaeresis"}
    text = canonical_json(page).decode()
    order = [text.index(value) for value in (
        "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh")]
    assert order == sorted(order)


def test_strings_are_escaped_as_little_as_can_be() -> None:
    assert canonical_json({"string": "€$\x0f\nA'B\"\\\\\"/"}) == '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()


def test_a_key_of_the_wrong_length_is_an_input_error() -> None:
    with pytest.raises(InputError, match="31 bytes"):
        Signer(bytes(31))


def test_a_key_is_known_by_fingerprint_or_whole_and_never_shown() -> None:
    signer = Signer.generate()
    assert len(fingerprint(signer.public)) == 16
    assert is_known(signer.public, frozenset({signer.fingerprint.upper()}))
    assert is_known(signer.public, frozenset({signer.public.hex()}))
    assert not is_known(signer.public, frozenset({signer.fingerprint[:15], ""}))
    assert signer.private.hex() not in repr(signer)
